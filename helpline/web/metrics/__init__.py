"""/metrics, for graphs."""
