"""A page to play on: one file for a browser, which holds brains and everything needed to play by
them."""
