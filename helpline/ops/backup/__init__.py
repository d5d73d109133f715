"""Keeps the town's memory: copies, sealed copies, restoring, and rehearsing that."""
