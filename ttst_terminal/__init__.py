"""The trainer at a terminal: its command line, its progress, the human who plays, and what it says
of the brainfiles it is given. What a brain is, and how one plays, is not in here."""
