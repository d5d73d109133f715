"""One worry, from the first alert to a known ending: who is asked, who goes, what was found."""
