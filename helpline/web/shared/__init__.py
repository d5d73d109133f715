"""What page groups share: headers, words, sessions, the frame of a page. It knows no group."""
