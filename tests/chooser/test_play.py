"""Matches played in Rust are those of a plain loop that draws by `choose`; what cannot be played
with is refused before anything has changed."""

from __future__ import annotations

import itertools
import random
import threading
import time

import numpy as np
import pytest
from module_support import fingerprint
from weight_holders import SWAPPED, unaligned

from chooser import choose, play, seed

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
BOARDS = list(itertools.product((0, 1, 2), repeat=9))
EMPTY = 0


NEW = np.array([[0 if cell else 6 for cell in board] for board in BOARDS], np.int64)


def new_table():
    return NEW.copy()


def result(board):
    """1 or 2 for the winner, 3 for a tie, 0 while the match goes on."""
    for player in (1, 2):
        if any(all(board[cell] == player for cell in line) for line in LINES):
            return player
    return 0 if 0 in board else 3


RESULTS = [result(board) for board in BOARDS]


def play_plainly(
    table1,
    table2,
    matches,
    *,
    train1=True,
    train2=True,
    reward=3,
    penalty=-1,
    tie1=None,
    tie2=None,
    floor=1,
    rng=None,
):
    """What `play` does, in Python."""
    counts = [0, 0, 0]
    ties = (penalty if tie1 is None else tie1, reward if tie2 is None else tie2)
    amounts = {1: (reward, penalty), 2: (penalty, reward), 3: ties}
    for _ in range(matches):
        row, moves = EMPTY, []
        while not RESULTS[row]:
            player = len(moves) % 2
            move = choose((table1, table2)[player][row], rng)
            moves.append((player, row, move))
            row += (player + 1) * 3 ** (8 - move)
        counts[RESULTS[row] - 1] += 1
        for player, visited, move in moves:
            table, amount = (table1, table2)[player], amounts[RESULTS[row]][player]
            weight = int(table[visited, move])
            if not (train1, train2)[player]:
                continue
            if amount >= 0:
                table[visited, move] = weight + amount
            elif weight > floor:
                table[visited, move] = max(floor, weight + amount)
    return tuple(counts)


def assert_plays_like_the_plain_loop(table, chunks, shared=False, **options):
    results, tables = [], []
    for way, counts in (play_plainly, [sum(chunks)]), (play, chunks):
        table1 = table.copy()
        table2 = table1 if shared else table.copy()
        seed(2020)
        parts = [way(table1, table2, count, **options) for count in counts]
        results.append((tuple(map(sum, zip(*parts))), fingerprint()))
        tables.append((table1, table2))
    assert results[0] == results[1], "results, and what the generator gives next"
    for plain, rust in zip(*tables):
        np.testing.assert_array_equal(plain, rust)


@pytest.mark.parametrize("train1", [True, False])
@pytest.mark.parametrize("train2", [True, False])
def test_the_same_seed_gives_the_same_matches_as_the_plain_loop(train1, train2):
    assert_plays_like_the_plain_loop(new_table(), [10_000], train1=train1, train2=train2)


@pytest.mark.parametrize(
    "options",
    [
        {"reward": 10, "penalty": -4},
        {"reward": 0},
        {"penalty": 0},
        {"reward": 10**6, "penalty": -(10**100)},
        {"tie1": 0, "tie2": 0},
        {"tie1": 2, "tie2": -(10**100)},
        {"reward": 1, "tie1": 10**12, "tie2": None},
        {"floor": 4},
        {"floor": 10, "penalty": -(2**63), "tie1": -7},
        {"floor": 2**63 - 1, "penalty": -5, "reward": 10**9},
    ],
)
def test_other_rules_are_those_of_the_plain_loop(options):
    assert_plays_like_the_plain_loop(new_table(), [3_000], **options)


RNGS = {
    "Generator": lambda: np.random.default_rng(1),
    "MT19937": lambda: np.random.MT19937(1),
    "Random": lambda: random.Random(1),
}


@pytest.mark.parametrize("make", RNGS.values(), ids=RNGS)
def test_with_a_generator_of_the_callers_the_matches_are_those_of_the_plain_loop(make):
    ends = []
    for way in (play_plainly, play):
        rng, table1, table2 = make(), new_table(), new_table()
        counts = way(table1, table2, 3_000, rng=rng)
        next_draw = choose([1] * 1000, rng=rng)
        ends.append((counts, next_draw, table1.tobytes(), table2.tobytes()))
    assert ends[0] == ends[1]


def test_where_a_generator_fails_nothing_is_learnt():
    class Failing(random.Random):
        words = 1000

        def getrandbits(self, bits):
            self.words -= 1
            if not self.words:
                raise ZeroDivisionError("own")
            return super().getrandbits(bits)

    table1, table2, rng = new_table(), new_table(), Failing(1)
    with pytest.raises(ZeroDivisionError, match="own"):
        play(table1, table2, 10_000, rng=rng)
    assert rng.words == 0
    np.testing.assert_array_equal(table1, NEW)
    np.testing.assert_array_equal(table2, NEW)


def test_weights_beyond_32_bits_are_played_exactly():
    assert_plays_like_the_plain_loop(new_table() * 10**15, [2_000], reward=10**12, penalty=-(10**9))


def test_a_table_may_be_any_buffer_of_its_shape():
    memory = bytearray(new_table().tobytes())
    seed(1)
    expected = (table := new_table(), play(table, table, 500))
    seed(1)
    view = memoryview(memory).cast("q", (19683, 9))
    assert play(view, view, 500) == expected[1]
    assert bytes(memory) == expected[0].tobytes()
    assert play(weights1=view, matches=0, weights2=table) == (0, 0, 0)


def test_other_threads_run_while_matches_are_played():
    ticks, done = [], threading.Event()

    def tick():
        while not done.wait(1e-4):
            ticks.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        table1, table2 = new_table(), new_table()
        begin = time.perf_counter()
        play(table1, table2, 1_000_000)
        middle = (begin + time.perf_counter()) / 2
        # Ticks right after the matches prove nothing.
        assert any(begin < tick < middle for tick in ticks), "the GIL was held"
    finally:
        done.set()
        thread.join()


# ---- refused ------------------------------------------------------------------------------------


def changed(row, move, weight):
    table = new_table()
    table[row, move] = weight
    return table


def read_only():
    table = new_table()
    table.flags.writeable = False
    return table


def overlapping():
    memory = np.concatenate([new_table().ravel(), np.zeros(9, np.int64)])
    return memory[:-9].reshape(19683, 9), memory[9:].reshape(19683, 9)


CENTRE = 3**4  # the board on which player one has taken cell 4

REFUSED_TABLES = {
    "a list": (lambda: new_table().tolist(), TypeError, "list"),
    "int32": (lambda: new_table().astype(np.int32), TypeError, "'[il]'"),
    "uint64": (lambda: new_table().astype(np.uint64), TypeError, "'[LQ]'"),
    "foreign byte order": (lambda: new_table().astype(f"{SWAPPED}i8"), TypeError, f"'{SWAPPED}"),
    "masked": (lambda: np.ma.masked_array(new_table()), TypeError, "MaskedArray"),
    "too few rows": (lambda: new_table()[1:], ValueError, r"\(19682, 9\)"),
    "one dimension": (lambda: new_table().ravel(), ValueError, r"\(177147,\)"),
    "Fortran order": (lambda: np.asfortranarray(new_table()), ValueError, "C-contiguous"),
    "read-only": (read_only, ValueError, "read-only"),
    "unaligned": (lambda: unaligned(NEW, "i8").reshape(NEW.shape), ValueError, "not aligned"),
    "negative": (lambda: changed(CENTRE, 8, -7), ValueError, r"\[81, 8\].*000010000.* -7\b"),
    "on a taken cell": (lambda: changed(CENTRE, 4, 5), ValueError, r"\[81, 4\].*000010000.* 5\b"),
    "no way to move": (lambda: changed(EMPTY, slice(None), 0), ValueError, r"\[0\].*000000000"),
    "too large": (lambda: changed(EMPTY, 0, 2**63 // 9 + 1), OverflowError, str(2**63 // 9 + 1)),
}


def assert_refused(arguments, options, error, text):
    tables = [table for table in arguments if isinstance(table, np.ndarray)]
    before = [table.tobytes() for table in tables]
    seed(1)
    with pytest.raises(error, match=text):
        play(*arguments, **options)
    assert [table.tobytes() for table in tables] == before
    after = fingerprint()
    seed(1)
    assert after == fingerprint(), "a word of the generator was used"


@pytest.mark.parametrize("name", REFUSED_TABLES)
@pytest.mark.parametrize("place", [0, 1])
def test_a_table_that_cannot_be_played_with_is_refused(name, place):
    make, error, text = REFUSED_TABLES[name]
    tables = [new_table(), new_table()]
    tables[place] = make()
    named = text if error is OverflowError else f"weights{place + 1}.*{text}"
    assert_refused((*tables, 100), {}, error, named)


def test_tables_that_overlap_in_part_are_refused():
    assert_refused((*overlapping(), 100), {}, ValueError, "overlap")


@pytest.mark.parametrize(
    ("matches", "options", "error", "text"),
    [
        (-1, {}, ValueError, "matches is -1"),
        (2.0, {}, TypeError, r"matches.* 2\.0 \(float\)"),
        (2**63, {}, OverflowError, "matches is 9223372036854775808: "),
        (1, {"reward": -1}, ValueError, "reward is -1"),
        (1, {"penalty": 1}, ValueError, "penalty is 1"),
        (1, {"penalty": "-1"}, TypeError, "penalty.*'-1'"),
        ((2**63 - 1 - 54) // 3 + 1, {}, OverflowError, "3074457345618258585 matches"),
        (1, {"reward": 2**63 - 54}, OverflowError, "adding 9223372036854775754"),
        (1, {"tie1": 2**63 - 54}, OverflowError, "adding 9223372036854775754"),
        (1, {"tie2": 2**63}, OverflowError, "tie2 is 9223372036854775808: "),
        (1, {"tie1": 0.5}, TypeError, r"tie1.* 0\.5 \(float\)"),
        (1, {"floor": 0}, ValueError, "floor is 0: it must be positive"),
        (1, {"floor": np.int8(0)}, ValueError, "floor is 0: it must be positive"),
        (1, {"floor": -(10**30)}, ValueError, "floor is -1000000000000000000000000000000:"),
        (1, {"floor": None}, TypeError, r"floor.*None \(NoneType\)"),
        (1, {"rewards": 3}, TypeError, "rewards"),
        (1, {"matches": 3}, TypeError, "multiple values.*matches"),
        (1, {"reward\0junk": 100}, TypeError, r"unexpected keyword argument 'reward\\x00junk'"),
        (1, {"two\nlines" * 100: 1}, TypeError, r"'two\\nlines.*\.\.\.'$"),
    ],
)
def test_what_no_match_can_be_played_by_is_refused(matches, options, error, text):
    assert_refused((new_table(), new_table(), matches), options, error, text)


def test_an_enormous_integer_is_written_by_its_first_hexadecimal_digits():
    tables = new_table(), new_table()
    assert_refused((*tables, 1 << 10**6), {}, OverflowError, r"matches is 0x10+\.\.\.: ")
    assert_refused((*tables, -(1 << 10**6)), {}, ValueError, r"matches is -0x10+\.\.\.: ")


def test_the_number_of_arguments_is_checked():
    table = new_table()
    assert_refused((table, table), {}, TypeError, "matches")
    assert_refused((table, table, 1, True), {}, TypeError, "3 positional")


def test_an_exception_of_an_argument_s_own_code_passes_through():
    class Untrue:
        def __bool__(self):
            raise ZeroDivisionError

    class Uncounted:
        def __index__(self):
            raise ZeroDivisionError

    assert_refused((new_table(), new_table(), Uncounted()), {}, ZeroDivisionError, None)
    assert_refused((new_table(), new_table(), 1), {"train1": Untrue()}, ZeroDivisionError, None)
