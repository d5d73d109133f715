"""The day: what is overdue, what is open, what was said."""
