"""The trainer's command line, parsed and checked before anything is done. Imports nothing slow,
because `--help` is answered here."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from enum import Enum
from math import inf
from typing import Any, NamedTuple, NoReturn

from ttst_brain.rule import ORIGINAL, Rule
from ttst_brain.table import CELLS

HUMAN = "human"
DEFAULT_BRAINFILES = ("brain1.npz", "brain2.npz")
DEFAULT_MATCHES = 5_000
# The article's number, used when no brainfile is given.
ARTICLE_MATCHES = 100_000
# Of player one, who moves first and last.
_TURNS = (CELLS + 1) // 2
# Larger penalties have the same effect.
_LARGEST = 2**63 - 1


class Side(NamedTuple):
    """Who plays on one side: the brain in a file, or a human if there is none."""

    path: str | None
    learns: bool


class Action(Enum):
    """What a command line requests."""

    TRAIN = "matches between two brains, of which some may learn"
    PLAY = "matches with a human"
    EVALUATE = "how well brains play, as they are"
    GENERATE = "a new brain"
    PAGE = "a page to play on in a browser"
    VERSION = "the program's version"


class Options(NamedTuple):
    """A command line without contradictions."""

    action: Action
    sides: tuple[Side, Side]
    make_missing: bool  # a brainfile that does not exist is made
    matches: int  # between two brains
    quiet: bool
    engine: str
    rule: Rule
    seed: int | None
    evaluate: bool
    json: bool
    curve: str | None
    page: str  # the file to write
    generate: str  # the file to make
    force: bool


def read_command_line(arguments: Sequence[str] | None, engines: Iterable[str]) -> Options:
    """Parse `arguments`, by default those of the process. Exits with code 2 and one line that says
    why if they make no sense."""
    parser = _parser(engines)
    given = parser.parse_args(arguments)
    brainfiles = (given.player1, given.train1, given.player2, given.train2)
    bare = all(brainfile is None for brainfile in brainfiles)
    if HUMAN in (given.train1, given.train2):
        parser.error(f"a human cannot be trained; for a brainfile of that name, type ./{HUMAN}")
    if bare:
        learns = not given.evaluate and given.page is None
        side1, side2 = (Side(path, learns) for path in DEFAULT_BRAINFILES)
    else:
        side1 = _side(given.player1, given.train1)
        side2 = _side(given.player2, given.train2)
    learn = side1.learns or side2.learns
    between_brains = side1.path is not None and side2.path is not None
    if given.version:
        action = Action.VERSION
    elif given.generate is not None:
        action = Action.GENERATE
    elif given.page is not None:
        action = Action.PAGE
    elif given.evaluate and not learn:
        action = Action.EVALUATE
    else:
        action = Action.TRAIN if between_brains else Action.PLAY

    if given.generate is None:
        if given.force:
            parser.error("-f goes with -g")
    elif not bare or any(
        value is not None and value is not False
        for name, value in vars(given).items()
        if name not in ("generate", "force", "quiet", "start")
    ):
        parser.error(
            "-g makes a new brain and does nothing else; only --start, -f and -q go with it"
        )
    if action is Action.PAGE:
        _check_page(parser, given, side1, side2)
    rule = {name: getattr(given, name) for name in Rule._fields}
    for name, value in rule.items():
        if value is not None and name != "start" and not learn and action is not Action.PAGE:
            parser.error(f"--{name} goes with brains that learn: those of -t1 and -t2")
    if given.start is not None and not (bare and learn) and given.generate is given.page is None:
        parser.error(
            "--start goes with new brains: that of -g, or those made with no brainfile given"
        )
    if given.json and not given.evaluate:
        parser.error("--json goes with --evaluate")
    if given.evaluate and side1.path is side2.path is None:
        parser.error("--evaluate is for brains: give -p1 BRAINFILE, -p2 BRAINFILE or both")
    if given.evaluate and action is Action.PLAY:
        parser.error("--evaluate needs brains: -p1 and -p2, or two that are trained")
    if given.iterations is not None and action is Action.EVALUATE:
        parser.error("--evaluate plays no matches unless a brain is trained: leave out -n")
    if given.curve is not None and not (learn and between_brains):
        parser.error("--curve goes with training between two brains")
    if given.curve is not None and given.iterations == 0:
        parser.error("--curve needs at least one match")

    default_matches = ARTICLE_MATCHES if bare else DEFAULT_MATCHES
    return Options(
        action=action,
        sides=(side1, side2),
        make_missing=bare and learn,
        matches=default_matches if given.iterations is None else given.iterations,
        quiet=given.quiet,
        engine=given.engine or "choose",
        rule=ORIGINAL._replace(
            **{name: value for name, value in rule.items() if value is not None}
        ),
        seed=given.seed,
        evaluate=given.evaluate,
        json=given.json,
        curve=given.curve,
        page=given.page or "",
        generate=given.generate or "",
        force=given.force,
    )


def _check_page(
    parser: argparse.ArgumentParser, given: argparse.Namespace, side1: Side, side2: Side
) -> None:
    """Exit if the options do not go with --page."""
    if given.train1 is not None or given.train2 is not None:
        parser.error("--page takes brains as they are, from -p1 and -p2; they learn in the page")
    if side1.path is side2.path is None:
        parser.error("--page is for brains: give -p1 BRAINFILE, -p2 BRAINFILE or both")
    others = ("iterations", "engine", "seed", "evaluate", "json", "curve")
    if any(vars(given)[name] is not None and vars(given)[name] is not False for name in others):
        parser.error(
            "--page writes a page and does nothing else; -p1, -p2 and the learning rule go with it"
        )


def _side(player: str | None, train: str | None) -> Side:
    if train is not None:
        return Side(train, learns=True)
    return Side(None if player == HUMAN else player, learns=False)


# ---- what is allowed ----------------------------------------------------------------------------

_BRAIN1, _BRAIN2 = DEFAULT_BRAINFILES

_DESCRIPTION = f"""\
Trains brains to play tic-tac-toe, and plays against them. If no brainfile is given, {_BRAIN1} and
{_BRAIN2} are trained against each other, and created if missing; --evaluate and --page take them as
they are."""

_EXAMPLES = f"""\
A player without a brainfile is a human.

examples:
  ttst.py                           train {_BRAIN1} and {_BRAIN2}
  ttst.py -p2 brain2.npz            play first against a trained brain
  ttst.py -g new.npz                make an untrained brain
  ttst.py -t1 new.npz               play second, and train the brain as you play
  ttst.py -t1 new.npz -p2 brain2.npz -n 20000
                                    train one brain against another that does not learn
  ttst.py --evaluate                compute exactly how well {_BRAIN1} and {_BRAIN2} play
  ttst.py --page play.html          write a page for playing against them in a browser
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"ttst: {' '.join(message.split())} (see --help)\n")

    def print_help(self, file: Any = None) -> None:
        """Raises `OSError`, which argparse would drop."""
        print(self.format_help(), end="", file=file)


def _parser(engines: Iterable[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for number, mark in ((1, "O, moves first"), (2, "X")):
        side = parser.add_mutually_exclusive_group()
        side.add_argument(
            *(f"-p{number}", f"--player{number}"),
            type=_file_name,
            metavar="BRAINFILE",
            help=f"player {number} ({mark}) plays with this brain, which does not learn; "
            f"or `{HUMAN}`",
        )
        side.add_argument(
            *(f"-t{number}", f"--train{number}"),
            type=_file_name,
            metavar="BRAINFILE",
            help=f"player {number} plays with this brain, which learns from its matches",
        )
    parser.add_argument(
        *("-n", "--iterations"),
        type=_number_of_matches,
        metavar="N",
        help=f"matches between two brains (default: {DEFAULT_MATCHES:,}; {ARTICLE_MATCHES:,} if no "
        "brainfile is given)",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress bar")
    parser.add_argument(
        *("-g", "--generate"),
        type=_file_name,
        metavar="FILE",
        help="make a new brain in FILE, and nothing else",
    )
    parser.add_argument(
        *("-f", "--force"), action="store_true", help="with -g, overwrite FILE without asking"
    )
    parser.add_argument(
        "--engine",
        choices=list(engines),
        help="how moves are drawn: numpy, as the article began; choose, its function in Rust (the "
        "default); play, which plays whole matches in Rust, the same as choose for the same seed",
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="any integer; the same seed and engine give the same matches",
    )
    parser.add_argument(
        "--evaluate",
        action="store_true",
        help="compute exactly how well the brains play: against random moves, against their best "
        "opponent, against each other; after training, if there is any",
    )
    parser.add_argument("--json", action="store_true", help="with --evaluate, print unrounded JSON")
    parser.add_argument(
        "--curve",
        type=_file_name,
        metavar="FILE",
        help="plot how the odds changed in training, as .png or .svg, with the points beside it as "
        ".json",
    )
    parser.add_argument(
        "--page",
        type=_file_name,
        metavar="FILE",
        help="write an .html page for playing against the brains in a browser, which shows their "
        "draws and can let them learn",
    )
    rule = parser.add_argument_group("learning rule")
    rule.add_argument(
        "--reward",
        type=_reward,
        metavar="N",
        help=f"added to the weights of the winner's moves (default: {ORIGINAL.reward})",
    )
    rule.add_argument(
        "--penalty",
        type=_amount_below_1,
        metavar="N",
        help=f"added to the weights of the loser's moves, 0 or less (default: {ORIGINAL.penalty})",
    )
    for number, default in ((1, "the penalty"), (2, "the reward")):
        rule.add_argument(
            f"--tie{number}",
            type=_amount,
            metavar="N",
            help=f"after a tie, added to the weights of player {number}'s moves "
            f"(default: {default})",
        )
    rule.add_argument(
        "--floor",
        type=_floor,
        metavar="N",
        help="no negative amount takes a weight below this, or changes a lower one "
        f"(default: {ORIGINAL.floor})",
    )
    rule.add_argument(
        "--start",
        type=_start,
        metavar="N,...",
        help="a new brain's weights for a player's first turn, second turn and so on; the last one "
        f"applies to all later turns (default: {','.join(map(str, ORIGINAL.start))})",
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    return parser


def _file_name(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("the file name is empty")
    return text


def _number_of_matches(text: str) -> int:
    return _integer(text, "a number of matches, 0 or more", least=0)


def _reward(text: str) -> int:
    return _integer(text, "an amount, 0 or more and below 2**63", least=0, most=_LARGEST)


def _amount_below_1(text: str) -> int:
    return max(_integer(text, "an amount, 0 or less", most=0), -_LARGEST)


def _amount(text: str) -> int:
    return max(_integer(text, "an amount below 2**63", most=_LARGEST), -_LARGEST)


def _floor(text: str) -> int:
    return _integer(text, "a weight, 1 or more and below 2**63", least=1, most=_LARGEST)


def _start(text: str) -> tuple[int, ...]:
    meant = f"a list of weights, each from 1 to {_LARGEST // CELLS}, separated by commas"
    try:
        start = tuple(_integer(weight, meant, 1, _LARGEST // CELLS) for weight in text.split(","))
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not {meant}") from None
    if len(start) > _TURNS:
        reason = f"{len(start)} weights, but a player has at most {_TURNS} turns"
        raise argparse.ArgumentTypeError(reason)
    return start


def _integer(text: str, meant: str, least: float = -inf, most: float = inf) -> int:
    try:
        number = int(text)
        if least <= number <= most:
            return number
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not {meant}")
