"""What keeps the service honest: audit, health figures, maintenance."""
