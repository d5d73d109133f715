"""Texts and USSD by Africa's Talking."""
