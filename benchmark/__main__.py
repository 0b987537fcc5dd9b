"""Times the trainer with numpy's draw against the same trainer with Rust's, and shows where the
time goes: a table, flame charts, a report. `python benchmark/compare.py --help` lists the options.

README's figures are recorded on a quiet machine: `--output benchmark/recorded`, of which git keeps
the timings and the charts; then `python tests/docs/record.py README.md`.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

try:
    from benchmark import machine, summary
    from benchmark.options import Wanted, read_command_line
    from benchmark.output import in_words, kept, make_folder, printed, replace
    from benchmark.processes import in_a_line
    from benchmark.report import page
    from benchmark.results import Comparison, Training
    from benchmark.steps import measure, plan
except ImportError as error:
    sys.exit(
        f"compare: {error.name or error} is not installed; type `make compare`, or "
        f"`{sys.executable} -m pip install -r requirements/benchmark.txt`"
    )
except ValueError as error:  # raised by tqdm when imported
    sys.exit(f"compare: tqdm, by a variable TQDM_...: {error}")


def main(arguments: Sequence[str] | None = None) -> int:
    wanted = read_command_line(arguments)
    timings = wanted.output / "timings.json"
    trainings: dict[str, list[Training]] = {engine: [] for engine in wanted.options.engines}
    planned = Comparison(machine.describe(), wanted.options, trainings)
    try:
        make_folder(wanted.output)
    except OSError as error:
        sys.exit(f"compare: {in_words(error, wanted.output)}")

    def keep(so_far: Comparison) -> None:
        replace(timings, as_file(so_far))

    comparison, stopped_by = measure(plan(wanted), planned, keep)

    # One after the other, so that a failure of one does not lose the others.
    lines = summary.warnings(comparison)
    told = kept(timings, as_file(comparison)), reported(comparison, wanted)
    wrong = [line for line in told if line]
    text = comparison.as_json() if wanted.json else summary.as_text(comparison)
    if not (wanted.json or stopped_by or wrong):
        text += f"\n\nReport: {wanted.output / 'report.html'}"
    unsaid = printed(text)
    if stopped_by:
        name = signal.Signals(stopped_by).name
        wrong.append(f"stopped by {name}; what was measured is in {timings}")
    for line in [*lines, *([unsaid] if unsaid else []), *wrong]:
        with suppress(OSError, ValueError):  # no stderr either
            print(f"compare: {line}", file=sys.stderr)
    if stopped_by:
        return 128 + stopped_by
    return 1 if comparison.failed or unsaid or wrong else 0


def as_file(comparison: Comparison) -> str:
    return comparison.as_json(indent=1) + "\n"


def reported(comparison: Comparison, wanted: Wanted) -> str:
    """Writes the report and its pictures. Returns an error message, or an empty string."""
    file = wanted.output / "report.html"
    try:
        page.write(comparison, wanted.output)
    except OSError as error:
        return in_words(error, file)
    except Exception as error:  # of large libraries, when all is measured
        return f"{file}: {in_a_line(error)}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
