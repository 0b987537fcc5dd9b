"""The original's pickles: what it wrote, we read; what we write, it reads."""

from __future__ import annotations

import gzip
import pickle
import pickletools
import warnings
from pathlib import Path

import numpy as np
import pytest

from ttst_brain import pickles
from ttst_brain.files import Format, load
from ttst_brain.table import STATES


def as_numpy_reads_it(data: bytes) -> np.ndarray:
    """What the original would play with: numpy's own reading, as a table."""
    if np.lib.NumpyVersion(np.__version__) < "1.26.0":  # knows nothing of numpy 2's paths
        data = unframed(data).replace(b"\x16numpy._core.", b"\x15numpy.core.", 1)
    brain = pickle.loads(data)
    assert list(brain) == list(STATES)
    return np.array(list(brain.values()))


def unframed(data: bytes) -> bytes:
    """The same pickle without frames, which would tell of every change of length."""
    frames = [at for opcode, _, at in pickletools.genops(data) if opcode.name == "FRAME"]
    starts = [0, *(at + 9 for at in frames)]
    return b"".join(data[start:end] for start, end in zip(starts, [*frames, len(data)]))


def opcodes(data: bytes) -> list[tuple[str, object]]:
    """All but the frames, which only cut a pickle into pieces for reading."""
    return [
        (opcode.name, argument)
        for opcode, argument, _ in pickletools.genops(data)
        if opcode.name != "FRAME"
    ]


def test_the_originals_files_load_to_the_numbers_numpy_finds_in_them(
    original: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "brain"
    path.write_bytes(original)
    table, format = load(path)
    assert format is Format.PICKLE
    assert np.array_equal(table, as_numpy_reads_it(original))


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_what_any_python_3_writes_by_default_is_read(original_numpy1: bytes, protocol: int) -> None:
    table = as_numpy_reads_it(original_numpy1)
    brain = {state: row.copy() for state, row in zip(STATES, table)}
    assert np.array_equal(pickles.read(pickle.dumps(brain, protocol)), table)


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_numpy_1_and_2_may_have_named_their_insides(original_numpy1: bytes, protocol: int) -> None:
    table = as_numpy_reads_it(original_numpy1)
    data = pickle.dumps(dict(zip(STATES, table.copy())), protocol)
    other_name = {b"numpy.core.": b"numpy._core.", b"numpy._core.": b"numpy.core."}
    name = next(name for name in other_name if name in data)
    renamed = unframed(data).replace(name, other_name[name])
    if protocol > 3:  # where texts are counted
        start = renamed.index(other_name[name])
        length = renamed[start - 1] + len(other_name[name]) - len(name)
        renamed = renamed[: start - 1] + bytes([length]) + renamed[start:]
    assert np.array_equal(pickles.read(renamed), table)


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("dtype", ["<i4", ">i4"])
def test_a_brain_of_int32_as_numpy_1_has_it_on_windows_is_the_same_brain(
    original_numpy1: bytes, dtype: str, protocol: int
) -> None:
    table = as_numpy_reads_it(original_numpy1)
    brain = {state: row.astype(dtype) for state, row in zip(STATES, table)}
    assert np.array_equal(pickles.read(pickle.dumps(brain, protocol)), table)


def test_a_big_endian_brain_is_the_same_brain(original_numpy1: bytes) -> None:
    table = as_numpy_reads_it(original_numpy1)
    brain = dict(zip(STATES, table.astype(">i8")))
    assert np.array_equal(pickles.read(pickle.dumps(brain, 4)), table)


def test_a_saved_pickle_is_opcode_by_opcode_what_the_original_writes_under_numpy_1(
    original_numpy1: bytes,
) -> None:
    assert opcodes(pickles.write(pickles.read(original_numpy1))) == opcodes(original_numpy1)


def test_numpy_reads_a_saved_pickle_without_a_warning(table: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table[0, 0] = np.iinfo(np.int64).max
        assert np.array_equal(as_numpy_reads_it(pickles.write(table)), table)


def test_the_original_can_train_the_rows_of_a_saved_pickle(table: np.ndarray) -> None:
    brain = pickle.loads(pickles.write(table))
    for row in (brain["000000000"], brain["222222222"]):
        assert type(row) is np.ndarray
        assert row.shape == (9,)
        assert row.dtype == np.int64
        assert row.flags.writeable
        assert row.flags.owndata
    brain["000000000"][4] += 3
    assert brain["000000000"][4] == table[0, 4] + 3
    assert brain["000000001"][4] == table[1, 4]


def test_a_compressed_brainfile_is_told_what_to_do(original_numpy1: bytes, refused) -> None:
    refused(gzip.compress(original_numpy1, 1), "gzip; unpack it first")
