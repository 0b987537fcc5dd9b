"""Reads brain.pickle with nothing of ours; prints how many states and how much weight it has."""

import pickle
import sys
from pathlib import Path

with Path("brain.pickle").open("rb") as file:
    brain = pickle.load(file)
assert not any(name.startswith("ttst") for name in sys.modules)
print(len(brain), sum(int(row.sum()) for row in brain.values()))
