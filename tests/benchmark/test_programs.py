"""How programs are measured, on one small program in place of those from PyPI."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections import Counter
from dataclasses import replace
from types import ModuleType

import pytest
from checkout import ROOT
from comparing import RECORDED

import chooser
from benchmark.processes import Failed
from benchmark.programs import __main__ as programs
from benchmark.programs import measure
from benchmark.programs.agreement import chi_square, count, probability
from benchmark.programs.libraries import PROGRAMS
from benchmark.programs.results import Agreement, Measured, Swaps, as_markdown, as_text, cells
from benchmark.programs.swap import Program, bound, calls_when_swapped, recorded_calls

WEIGHTS = [3, 0, 5, 2]
RUN = 50  # draws

DRAWS = """
import random

def draw(weights):
    point = random.random() * sum(weights)
    for index, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return index
"""
USES = f"""
import draws
{{copy}}

def run(seed):
    weights = [1]
    for number in range({RUN}):
        weights[:] = {WEIGHTS}
        {{draw}}(weights)
        weights.clear()
"""


def module(name, text, monkeypatch):
    made = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, made)
    exec(text, vars(made))
    return made


@pytest.fixture
def library(monkeypatch):
    """Makes a program that draws by `draws.draw`, or by a name that it has copied from there."""
    draws = module("draws", DRAWS, monkeypatch)

    def make(copied=False, told=False, swapped=lambda weights: chooser.choose(weights)):
        copy, draw = ("from draws import draw", "draw") if copied else ("", "draws.draw")
        uses = module("uses", USES.format(copy=copy, draw=draw), monkeypatch)
        places = [(draws, "draw"), *([(uses, "draw")] if told else [])]
        return Program("uses", "draws", "a loop", places, swapped, uses.run)

    return make


def test_the_small_program_is_measured_in_every_respect(library):
    one = measure.measured(library(), rounds=3, version="1")
    assert one.calls == [RUN, RUN]
    times = (one.before, one.after, one.drawing, one.call_before, one.call_after)
    assert [len(seconds) for seconds in times] == [3] * 5
    assert 0 < one.share <= 1
    assert one.agreement.freedom == measure.COMPARED * 2  # three indices come up


def test_while_a_function_is_bound_every_place_has_it_and_afterwards_none(library):
    program = library(copied=True, told=True)
    before = program.original
    with bound(program, len):
        assert [getattr(owner, name) for owner, name in program.places] == [len, len]
    assert [getattr(owner, name) for owner, name in program.places] == [before, before]


def test_calls_are_recorded_with_the_weights_they_had(library):
    calls = recorded_calls(library(), seed=1)
    assert calls == [((WEIGHTS,), {})] * RUN


def test_calls_are_counted_where_the_function_is_swapped(library):
    assert calls_when_swapped(library(), seed=1) == RUN
    assert calls_when_swapped(library(copied=True, told=True), seed=1) == RUN


def test_a_name_that_another_module_has_copied_is_noticed(library):
    with pytest.raises(
        Failed, match=f"draw is still called {RUN} times, by a name that was copied"
    ):
        calls_when_swapped(library(copied=True), seed=1)


def test_a_function_that_is_never_called_is_noticed(library):
    program = replace(library(), run=lambda seed: None)
    with pytest.raises(Failed, match="draw of draws is never called"):
        calls_when_swapped(program, seed=1)


def test_a_draw_that_is_off_by_one_weight_is_refused(library):
    wrong = library(swapped=lambda weights: chooser.choose([*weights[:-1], 3]))
    with pytest.raises(Failed, match="the draws differ: chi-square"):
        measure.measured(wrong, rounds=1, version="1")


def test_calls_that_have_one_outcome_are_not_compared(library):
    program = library(swapped=lambda weights: 0)
    program = replace(program, run=lambda seed: sys.modules["draws"].draw([3]))
    with pytest.raises(Failed, match="all its draws have one outcome"):
        measure.measured(program, rounds=1, version="1")


def test_every_draw_counts_where_one_call_makes_many():
    call = (("abcde",), {"times": 2})
    counts = count(iter, lambda letters, times: letters * times, call, draws=22)
    assert counts == Counter(a=5, b=5, c=4, d=4, e=4)


def test_chi_square_of_two_counts_is_the_textbooks():
    # (10 - 20)^2 / 30 + (30 - 20)^2 / 50; the third and fourth are rare, and one cell of 10.
    ours, theirs = Counter(a=10, b=30, c=5), Counter(a=20, b=20, d=5)
    assert chi_square(ours, theirs) == (pytest.approx(100 / 30 + 100 / 50), 2)
    assert chi_square(Counter(a=9), Counter(a=9)) == (0, 0)


@pytest.mark.parametrize(
    ("statistic", "freedom", "tabulated"),
    [(3.841, 1, 0.05), (18.307, 10, 0.05), (23.209, 10, 0.01), (124.342, 100, 0.05)],
)
def test_the_probability_of_a_statistic_is_the_tables(statistic, freedom, tabulated):
    assert probability(statistic, freedom) == pytest.approx(tabulated, abs=0.003)


@pytest.mark.parametrize(
    ("number", "chosen"), [(3, [0, 1, 2]), (8, [1, 3, 5, 7]), (4, [0, 1, 2, 3])]
)
def test_calls_are_spread_over_the_run(number, chosen):
    assert measure.spread([((place,), {}) for place in range(number)], 4) == [
        ((place,), {}) for place in chosen
    ]


def swaps(**figures):
    """Two programs; the first draws for half of its 8 seconds, and then needs 5."""
    given = {
        "before": [8.0, 8.0, 9.0],
        "after": [4.0, 5.0, 6.0],
        "drawing": [4.0, 4.0, 4.5],
        "call_before": [1e-6, 2e-6, 3e-6],
        "call_after": [1e-7, 1e-7, 1e-7],
        **figures,
    }
    one = Measured("one", "1.0", "some task", "a loop", [7, 8], agreement=TEST, **given)
    slow = replace(one, package="slow", after=[8.0, 8.0, 9.0])
    machine = Swaps.from_json((RECORDED / "programs.json").read_text()).machine
    return Swaps(machine, 3, [slow, one], {"gone": "is missing"})


TEST = Agreement(4, 5_000, 10.0, 9, 0.35)


def test_speedups_are_those_within_a_round_and_the_bound_is_amdahls():
    _, one = swaps().programs
    assert one.speedup == (1.6, 1.5, 2.0)
    assert one.call_speedup == pytest.approx((20, 10, 30))
    assert one.share == 0.5
    assert one.bound == 2.0
    assert swaps(drawing=[9.0] * 3).programs[1].share == 1.0


def test_the_table_has_the_one_that_gained_most_first():
    first, second = cells(swaps())
    assert first == (
        "one: some task",
        "a loop",
        "2 µs → 0.1 µs",
        "20 × (10–30)",
        "50%",
        "1.6 × (1.5–2)",
        "2 ×",
    )
    assert second[0] == "slow: some task"
    assert as_markdown(swaps()).endswith("slow 1.0, one 1.0.")
    assert "| " + " | ".join(first) + " |" in as_markdown(swaps()).splitlines()
    text = as_text(swaps())
    assert "20 × (10–30)" in text
    assert "one: 7 calls a run, swapped 8; 5,000 draws each from 4 of them: chi-square 10.0" in text


def test_the_date_is_shown_with_the_machine():
    machine = replace(swaps().machine, date="2026-01-31")
    dated = as_markdown(replace(swaps(), machine=machine))
    assert "Medians of 3 rounds, on 2026-01-31, in brackets" in dated
    undated = as_markdown(replace(swaps(), machine=replace(machine, date=None)))
    assert "Medians of 3 rounds, in brackets" in undated


def test_measured_programs_are_read_and_written_as_they_were_recorded():
    text = (RECORDED / "programs.json").read_text(encoding="utf-8")
    assert json.loads(Swaps.from_json(text).as_json()) == json.loads(text)


def test_every_program_is_recorded_and_drew_alike():
    recorded = Swaps.from_json((RECORDED / "programs.json").read_text(encoding="utf-8"))
    assert {one.package for one in recorded.programs} == set(PROGRAMS)
    assert not recorded.failed
    assert all(one.agreement.probability > measure.ALIKE for one in recorded.programs)
    # Other draws make other runs, but not of another length.
    assert all(0.8 < one.calls[1] / one.calls[0] < 1.25 for one in recorded.programs)


def worker(name, bar, program, rounds):
    assert (name, rounds) == ("programs.measure", 2)
    if program == "deap":
        raise Failed("ValueError: it has changed")
    if program == "isobar":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "result.json")
    return json.loads(swaps().as_json())["programs"][0]


@pytest.mark.parametrize(
    ("names", "code", "error"),
    [
        (["ciw"], 0, ""),
        (["faker", "ciw"], 0, "programs: faker is not installed, and left out\n"),
        (["faker"], 1, "programs: faker is not installed, and left out\n"),
        (["deap", "ciw"], 1, "programs: deap: ValueError: it has changed\n"),
        (
            ["ciw", "isobar"],
            1,
            "programs: isobar: result.json: No space left on device\n",
        ),
    ],
)
def test_what_is_missing_or_fails_is_one_line_and_the_others_go_on(
    names, code, error, monkeypatch, tmp_path, capfd
):
    monkeypatch.setattr(programs, "run_worker", worker)
    monkeypatch.setattr(programs, "find_spec", lambda name: None if name == "faker" else name)
    file = tmp_path / "new" / "programs.json"
    assert programs.main([*names, "--rounds", "2", "--output", str(file)]) == code
    printed, errors = capfd.readouterr()
    assert errors == error
    assert ("slow: some task" in printed) == ("ciw" in names)
    assert len(Swaps.from_json(file.read_text()).programs) == ("ciw" in names)


def test_the_worker_says_which_module_is_missing(monkeypatch):
    def missing():
        raise ModuleNotFoundError("No module named 'pyspiel'", name="pyspiel")

    monkeypatch.setitem(PROGRAMS, "open_spiel", missing)
    with pytest.raises(SystemExit, match=r"^pyspiel is not installed; `make programs`"):
        measure.measure("open_spiel", 1)


def test_an_output_that_cannot_be_written_is_one_line(monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(programs, "run_worker", lambda *_, **__: pytest.fail("it was measured"))
    (tmp_path / "file").touch()
    assert programs.main(["--output", str(tmp_path / "file" / "programs.json")]) == 1
    [line] = capfd.readouterr().err.splitlines()
    assert line == f"programs: {tmp_path / 'file'}: File exists"


@pytest.mark.parametrize(
    ("stdout", "code", "error"),
    [
        (
            lambda: io.TextIOWrapper(io.FileIO("/dev/full", "w")),
            1,
            "programs: the output: No space left on device\n",
        ),
        (lambda: io.TextIOWrapper(io.BytesIO(), encoding="ascii"), 0, ""),
    ],
)
def test_what_is_measured_is_kept_whatever_becomes_of_the_output(
    stdout, code, error, monkeypatch, tmp_path, capfd
):
    monkeypatch.setattr(programs, "run_worker", worker)
    monkeypatch.setattr(programs, "find_spec", lambda name: name)
    file = tmp_path / "programs.json"
    with stdout() as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        assert programs.main(["ciw", "--rounds", "2", "--output", str(file)]) == code
    assert capfd.readouterr().err == error
    assert len(Swaps.from_json(file.read_text()).programs) == 1


def test_an_unknown_program_is_one_line(capfd):
    with pytest.raises(SystemExit) as ended:
        programs.main(["tetris"])
    assert ended.value.code == 2
    [line] = capfd.readouterr().err.splitlines()
    assert line.startswith("programs: argument NAME: 'tetris' is not one of axelrod, ")


def test_what_make_installs_for_the_programs_is_what_they_are_made_of():
    lines = (ROOT / "requirements" / "programs.txt").read_text().splitlines()
    installed = {line.partition("==")[0].replace("-", "_") for line in lines}
    assert set(PROGRAMS) <= installed
