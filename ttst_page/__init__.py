"""A page to play on: one file for a browser, which holds brains and all that it needs to play by
them. What it does there, its script says."""
