"""Helpline: a town's SMS and USSD helpline, from a text for help to a person who goes."""

__version__ = "0.1.0"
