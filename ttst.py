"""TTST trains itself to play tic-tac-toe: after each match, the moves that won become likelier.

From top to bottom: a match, the engines that draw a computer's moves (the article's before and
after), many matches, the command line. Matches with a human are in ttst_terminal/match.py.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

try:
    from ttst_brain.rule import Rule
    from ttst_brain.table import NEW_BOARD, RESULTS, BrainMap, Moves
    from ttst_terminal.missing import missing_module
    from ttst_terminal.options import Action, Options, read_command_line
    from ttst_terminal.progress import Score, Stop, progress_bar, signals_restored
except ModuleNotFoundError as error:
    reason = "with PYTHONSAFEPATH or -P, Python does not look for modules beside ttst.py"
    raise SystemExit(f"ttst: {error.name} not found; {reason}") from None

if TYPE_CHECKING:  # numpy and its users are imported where needed, so that `--help` is fast
    from ttst_brain.table import Table

MakeMove = Callable[[str, str, Moves], str]
Cogitate = Callable[[str, BrainMap], int]
PlayMatches = Callable[[int], tuple[int, int, int]]  # matches -> wins of 1, wins of 2, ties


# ---- a match ------------------------------------------------------------------------------------


def play(player1: MakeMove, player2: MakeMove) -> tuple[str, str, Moves, Moves]:
    """Play one match. Returns its result, the final board and each player's moves."""
    state = NEW_BOARD
    moves1: Moves = []
    moves2: Moves = []
    while True:
        state = player1(state, "1", moves1)
        result = RESULTS[state]
        if result:
            break
        state = player2(state, "2", moves2)
        result = RESULTS[state]
        if result:
            break
    return result, state, moves1, moves2


def make_computer_move(
    cogitate: Cogitate, brain_map: BrainMap, state: str, mark: str, moves: Moves
) -> str:
    """The board after the computer's move, which is appended to `moves`."""
    move = cogitate(state, brain_map)
    moves.append((state, move))
    return state[:move] + mark + state[move + 1 :]


def update_brain(brain_map: BrainMap, moves: Moves, amount: int, floor: int = 1) -> None:
    """Add `amount` to the weights of a player's moves. A negative one makes them less likely, but
    never impossible: it takes no weight below `floor`."""
    for state, move in moves:
        weights = brain_map[state]
        if amount >= 0:
            weights[move] += amount
        elif weights[move] > floor:
            weights[move] = max(floor, weights[move] + amount)


# ---- the engines: how a computer's moves are drawn ----------------------------------------------


class Engine(NamedTuple):
    """How moves are drawn."""

    cogitate: Cogitate  # draws one
    rows: Callable[[Table], BrainMap]  # a table's weights in the form `cogitate` reads fastest
    # Takes two tables, whether each learns, and the rule; returns a function that plays matches.
    prepare: Callable[[Table, Table, bool, bool, Rule], PlayMatches]
    seed: Callable[[int], object]  # seeds the generator that moves are drawn with
    chunk: int  # matches in a few hundredths of a second; signals are checked after each chunk


def numpy_engine() -> Engine:
    """The article's before."""
    import numpy as np

    from ttst_brain.table import rows_as_arrays

    def cogitate(state: str, brain_map: BrainMap) -> Any:
        weights = brain_map[state] / sum(brain_map[state])
        return np.random.choice(9, 1, p=weights)[0]

    def seed(n: int) -> None:
        np.random.seed(fold_seed(n))

    prepare = partial(matches_in_python, cogitate, rows_as_arrays)
    return Engine(cogitate, rows_as_arrays, prepare, seed, chunk=100)


def choose_engine() -> Engine:
    """The article's after."""
    from chooser import choose, seed
    from ttst_brain.table import rows_as_memoryviews

    def cogitate(state: str, brain_map: BrainMap) -> int:
        weights = brain_map[state]
        return choose(weights)

    prepare = partial(matches_in_python, cogitate, rows_as_memoryviews)
    return Engine(cogitate, rows_as_memoryviews, prepare, seed, chunk=2_000)


def play_engine() -> Engine:
    """The step after the article: the match loop in Rust too, with the same draws as `choose`."""
    from chooser import play as play_in_rust

    def prepare(
        table1: Table, table2: Table, learns1: bool, learns2: bool, rule: Rule
    ) -> PlayMatches:
        amounts = {name: value for name, value in rule._asdict().items() if name != "start"}
        return partial(play_in_rust, table1, table2, train1=learns1, train2=learns2, **amounts)

    single = choose_engine()
    return Engine(single.cogitate, single.rows, prepare, single.seed, chunk=500_000)


ENGINES = {"numpy": numpy_engine, "choose": choose_engine, "play": play_engine}


def start_engine(name: str, seed: int | None) -> Engine:
    """The engine named `name`, its generator seeded if a seed is given."""
    engine = ENGINES[name]()
    if seed is not None:
        engine.seed(seed)
    return engine


def matches_in_python(
    cogitate: Cogitate,
    rows: Callable[[Table], BrainMap],
    table1: Table,
    table2: Table,
    learns1: bool,
    learns2: bool,
    rule: Rule,
) -> PlayMatches:
    """The match loop, the same for every way of drawing."""
    amounts, floor = rule.amounts, rule.floor
    brain_map1, brain_map2 = rows(table1), rows(table2)
    player1 = partial(make_computer_move, cogitate, brain_map1)
    player2 = partial(make_computer_move, cogitate, brain_map2)

    def play_matches(matches: int) -> tuple[int, int, int]:
        score = {"1": 0, "2": 0, "tie": 0}
        for _ in range(matches):
            result, _, moves1, moves2 = play(player1, player2)
            score[result] += 1
            amount1, amount2 = amounts[result]
            if learns1:
                update_brain(brain_map1, moves1, amount1, floor)
            if learns2:
                update_brain(brain_map2, moves2, amount2, floor)
        return score["1"], score["2"], score["tie"]

    return play_matches


def fold_seed(seed: int) -> int:
    """A seed for numpy's legacy generator, which takes 32 bits, from any integer: the first four
    bytes, lowest first, of the SHA-256 of its hexadecimal digits, `b"%x" % seed`."""
    from hashlib import sha256

    return int.from_bytes(sha256(b"%x" % seed).digest()[:4], "little")


# ---- many matches -------------------------------------------------------------------------------


def train(
    play_matches: PlayMatches, chunk: int, milestones: Sequence[int], stop: Stop
) -> Iterator[Score]:
    """Play up to each of the `milestones`, ascending numbers of matches, or until `stop`. Yields
    the score so far at every milestone, and after every `chunk` matches in between."""
    score = Score()
    for milestone in milestones:
        while score.matches < milestone and not stop.signal:
            start = time.perf_counter()
            played = play_matches(min(chunk, milestone - score.matches))
            score = score.plus(*played, seconds=time.perf_counter() - start)
            yield score


def train_brains(options: Options) -> int:
    """Play brains against each other, save those that learned, and return the exit code."""
    from ttst_brain import curve
    from ttst_terminal import brains

    engine = start_engine(options.engine, options.seed)
    stop = Stop()
    stop.listen()
    milestones = [options.matches]
    if options.curve is not None:
        curve.check_can_draw(options.curve)
        milestones = curve.points(options.matches)
    if options.make_missing:
        brains.make_missing(options.sides, options.rule.start)
    loaded = brains.load_sides(options.sides, options.matches * options.rule.largest_gain)
    brain1, brain2 = pair = [brain for brain in loaded if brain is not None]
    table1, table2 = brain1.table, brain2.table
    play_matches = engine.prepare(table1, table2, brain1.learns, brain2.learns, options.rule)

    score, points = Score(), []
    with progress_bar(options.matches, options.quiet) as show:
        for score in train(play_matches, engine.chunk, milestones, stop):
            show(score.matches)
            if options.curve is not None and (score.matches in milestones or stop.signal):
                points.append(curve.record(score.matches, table1, table2))
    saved = brains.save(pair)
    stop.ignore()

    stopped_by = stop.signal if score.matches < options.matches else 0
    lines = last_lines(score, saved, stopped_by, options.matches)
    stream = sys.stderr if options.json else sys.stdout
    if stream is not None:  # for None, print takes standard output
        print(lines, file=stream, flush=True)
    if options.evaluate:
        print_odds(table1, table2, options.json)
    if options.curve is not None and points:
        seed = "no seed" if options.seed is None else f"seed {options.seed}"
        title = f"Engine {options.engine}, {seed}, {score.matches:,} matches"
        caption = curve.why(options.rule, brain1.learns, brain2.learns)
        curve.draw(points, options.curve, title, caption)
    return 128 + stopped_by if stopped_by else 0


def last_lines(score: Score, saved: Sequence[str], stopped_by: int, planned: int) -> str:
    """The result of the training, or of the matches if neither brain learned."""
    lines = f"{'Trained' if saved else 'Played'} {score}"
    if not stopped_by:
        return lines
    stopped = f"{lines}\n(of {planned:,}, stopped by {signal.Signals(stopped_by).name}"
    return f"{stopped};\n{' and '.join(saved)} saved)" if saved else f"{stopped})"


# ---- the command line ---------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default that of the process; a program that passes one keeps its
    signal handlers. Returns the exit code, or raises SystemExit with a one-line message that says
    what to fix."""
    with nullcontext() if arguments is None else signals_restored():
        return run_command_line(arguments)


def run_command_line(arguments: Sequence[str] | None) -> int:
    """The same, with the handlers that the training leaves."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):  # not None: a stream may be closed from the start
            stream.reconfigure(errors="backslashreplace")  # whatever is typed or a file is called
    try:
        try:
            return run(read_command_line(arguments, ENGINES))
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where errors can still be reported
    except KeyboardInterrupt:  # before the training, which has its own handler
        print("\nttst: interrupted", file=sys.stderr)
        return 128 + signal.SIGINT
    except ImportError as error:
        raise SystemExit(f"ttst: {missing_module(error)}") from None
    except OSError as error:  # of standard output; brainfiles and curves have their own errors
        if sys.stdout is not None:  # Python flushes it at exit, and would fail again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(f"ttst: the output: {error.strerror or error}") from None


def run(options: Options) -> int:
    """Run the requested action. Returns the exit code."""
    from ttst_brain.curve import CurveError
    from ttst_brain.files import BrainfileError
    from ttst_page.writer import PageError
    from ttst_terminal.brains import SaveError

    actions = {
        Action.TRAIN: train_brains,
        Action.PLAY: play_with_human,
        Action.EVALUATE: evaluate,
        Action.GENERATE: generate,
        Action.PAGE: write_page,
        Action.VERSION: print_version,
    }
    try:
        return actions[options.action](options)
    except (BrainfileError, SaveError, CurveError, PageError) as error:
        missing = isinstance(error.__cause__, FileNotFoundError) and isinstance(
            error, BrainfileError
        )
        hint = "; -g makes a new brain, and `ttst.py` alone trains two" if missing else ""
        raise SystemExit(f"ttst: {error}{hint}") from None


def play_with_human(options: Options) -> int:
    """Play matches with a human on one side or both."""
    from ttst_terminal import brains, match

    opponent = None
    for turn, brain in enumerate(brains.load_sides(options.sides, options.rule.largest_gain)):
        if brain is not None:
            engine = start_engine(options.engine, options.seed)
            brain_map = engine.rows(brain.table)
            opponent = match.Opponent(brain, turn, engine.cogitate, brain_map)
    return match.play_with_human(opponent, options.rule, update_brain)


def evaluate(options: Options) -> int:
    """Print how well brains play, without training."""
    from ttst_terminal import brains

    brain1, brain2 = brains.load_sides(options.sides, 0)
    print_odds(brain1 and brain1.table, brain2 and brain2.table, options.json)
    return 0


def generate(options: Options) -> int:
    """Write a new brain; ask before overwriting."""
    from ttst_brain import files
    from ttst_terminal import brains, human

    path = options.generate
    may_write = options.force or files.stamp(path) is None
    if not may_write and not human.agrees(f"{path} exists. Overwrite it?"):
        raise SystemExit(f"ttst: {path} was not overwritten; -f overwrites without asking")
    brains.make(path, options.rule.start)
    return 0


def write_page(options: Options) -> int:
    """Write a page to play on in a browser."""
    from ttst_page import writer
    from ttst_terminal import brains

    loaded = brains.load_sides(options.sides, 0)
    player1, player2 = (brain and writer.Player(brain.path, brain.table) for brain in loaded)
    writer.write(options.page, player1, player2, options.rule)
    print(f"Wrote {options.page}: open it in a browser.")
    return 0


def print_version(_: Options) -> int:
    """Print the version, which is the Rust module's."""
    import chooser

    print(f"ttst {chooser.__version__}")
    return 0


def print_odds(table1: Table | None, table2: Table | None, as_json: bool) -> None:
    """Print how well the brains play, computed exactly."""
    from ttst_brain import odds

    chances = odds.evaluate(table1, table2)
    print(json.dumps(chances, indent=2) if as_json else odds.as_text(chances))


if __name__ == "__main__":
    sys.exit(main())
