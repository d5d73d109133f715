"""Builds a town from its settings: the plugs, the gateway."""
