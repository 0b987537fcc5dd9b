"""A trained player: its table of weights, learning rule, files, and exact odds. Uses neither random
numbers nor the terminal."""
