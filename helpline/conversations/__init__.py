"""Flows walked one reply at a time, and kept between two texts."""
