"""A mobile network that fits in one process: for the story, the phones on screen and the tests."""
