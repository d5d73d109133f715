"""Watches the gateway itself, so that a person learns when it falls silent."""
