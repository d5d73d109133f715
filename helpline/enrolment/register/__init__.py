"""Registers read from files: cells, days, problems, what is kept."""
