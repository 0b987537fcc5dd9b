"""`python -m benchmark.worker measurements.draws '{"rounds": 5}' FILE` calls
`measurements.draws.measure(rounds=5)` and writes the result to FILE as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from benchmark.results import present
from ttst_terminal.missing import missing_module

if __name__ == "__main__":
    name, options, file = sys.argv[1:]
    try:
        measured = import_module(f"benchmark.{name}").measure(**json.loads(options))
    except ImportError as error:
        sys.exit(missing_module(error))
    Path(file).write_text(json.dumps(measured, default=present), encoding="utf-8")
