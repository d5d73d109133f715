"""Decisions, pure: values in, values out; no clock, no chance, no database, no network."""
