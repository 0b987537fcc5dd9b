"""`python -m benchmark.worker draws '{"rounds": 5}'` calls `draws.measure(rounds=5)` and prints
the result as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module

from benchmark.results import present
from ttst import missing_module

if __name__ == "__main__":
    name, options = sys.argv[1:]
    try:
        measured = import_module(f"benchmark.{name}").measure(**json.loads(options))
    except ImportError as error:
        sys.exit(missing_module(error))
    print(json.dumps(measured, default=present))
