"""What a trained player is: its table of weights, the rule it learns by, the files it is kept in,
and how well it plays. Nothing in here draws a random number or knows a terminal."""
