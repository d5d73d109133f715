"""Texts that leave: queued, claimed, sent, reconciled, tracked; how many, how fast, by which
route."""
