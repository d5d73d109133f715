"""One case: its story, and taking and closing it."""
