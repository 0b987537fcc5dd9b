"""Times the trainer with numpy's draw against the same trainer with Rust's, and shows where the
time goes: a table, flame charts, a report. `python benchmark/compare.py --help` lists the options.

What README shows is recorded on a quiet machine: `--output benchmark/recorded`, of which git keeps
the timings and the charts; then `python tests/docs/record.py README.md`.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

try:
    from benchmark import machine, report, summary
    from benchmark.options import read_command_line
    from benchmark.results import Comparison, Training
    from benchmark.steps import measure, plan
except ImportError as error:
    sys.exit(
        f"compare: {error.name or error} is not installed; type `make compare`, or "
        f"`{sys.executable} -m pip install -r requirements/benchmark.txt`"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    wanted = read_command_line(arguments)
    timings = wanted.output / "timings.json"
    trainings: dict[str, list[Training]] = {engine: [] for engine in wanted.options.engines}
    planned = Comparison(machine.describe(), wanted.options, trainings)
    try:
        wanted.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(error, wanted.output)
    comparison, stopped_by = measure(plan(wanted), planned)

    # First what needs no disk.
    print(comparison.as_json() if wanted.json else summary.as_text(comparison), flush=True)
    for warning in summary.warnings(comparison):
        print(f"compare: {warning}", file=sys.stderr)
    try:
        timings.write_text(comparison.as_json(indent=1) + "\n", encoding="utf-8")
        page = report.render(comparison, wanted.output)
        (wanted.output / "report.html").write_text(page, encoding="utf-8")
    except OSError as error:
        fail(error, wanted.output)
    if stopped_by:
        name = signal.Signals(stopped_by).name
        print(f"compare: stopped by {name}; what was measured is in {timings}", file=sys.stderr)
        return 128 + stopped_by
    if not wanted.json:
        print(f"\nReport: {wanted.output / 'report.html'}")
    return 1 if comparison.failed else 0


def fail(error: OSError, output: Path) -> NoReturn:
    sys.exit(f"compare: {error.filename or output}: {error.strerror or error}")


if __name__ == "__main__":
    sys.exit(main())
