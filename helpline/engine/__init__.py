"""The one thread that decides: work handed in, periodic work, one commit for all, one leader."""
