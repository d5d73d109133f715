"""The simulated phones at /phones."""
