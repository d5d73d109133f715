"""One deployment and what all its rooms need: settings, sentences, ladders, the journal of
events."""
