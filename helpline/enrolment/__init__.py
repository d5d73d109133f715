"""Who takes part: signing up, pausing, STOP, coming back."""
