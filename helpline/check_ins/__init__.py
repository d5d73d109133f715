"""The daily hello and what silence means."""
