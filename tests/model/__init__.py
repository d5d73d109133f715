"""Every order in which a small town's steps, crashes and faults can come, looked through to the
last."""
