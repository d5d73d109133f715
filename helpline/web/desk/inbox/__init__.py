"""What people wrote, and that somebody has read it."""
