"""/health, for whoever wakes somebody."""
