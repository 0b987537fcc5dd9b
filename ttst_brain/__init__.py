"""What a trained player is: its table of weights, the files it is kept in, and how well it plays.
Nothing in here draws a random number; that is `chooser`'s."""
