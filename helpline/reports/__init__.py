"""The coordinator's day: figures, lists, the summary that is sent."""
