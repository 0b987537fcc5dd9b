"""Brainfiles in .npz: read and written without numpy's own loader, which they still suit."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ttst_brain.files import Format, load, save
from ttst_brain.table import new_table


def npz(**arrays: np.ndarray) -> bytes:
    """What numpy itself writes."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def archive(members: dict[str, bytes], **options: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "brain.npz"
    save(path, new_table())
    return path.read_bytes()


def test_numpy_reads_what_is_saved(table: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "brain.npz", table)
    with np.load(tmp_path / "brain.npz", allow_pickle=False) as arrays:
        assert list(arrays) == ["weights"]
        assert np.array_equal(arrays["weights"], table)
        assert arrays["weights"].dtype == table.dtype


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["<i8", ">i8", "<i4", ">i4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_numpy_saves_is_read(
    table: np.ndarray, tmp_path: Path, write, dtype: str, order: str
) -> None:
    write(tmp_path / "brain.npz", weights=table.astype(dtype, order=order))
    loaded, format = load(tmp_path / "brain.npz")
    assert format is Format.NPZ
    assert np.array_equal(loaded, table)
    assert loaded.dtype == np.int64
    assert loaded.dtype.isnative
    assert loaded.flags.c_contiguous
    assert loaded.flags.writeable
    assert loaded.flags.owndata


def test_the_same_table_gives_the_same_bytes(table: np.ndarray, tmp_path: Path) -> None:
    save(tmp_path / "brain1.npz", table)
    save(tmp_path / "brain2.npz", np.asfortranarray(table))
    assert (tmp_path / "brain1.npz").read_bytes() == (tmp_path / "brain2.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "brain1.npz") as zipped:
        assert zipped.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_an_archive_may_hold_one_table_only(table: np.ndarray, refused) -> None:
    refused(npz(weights=table, more=table), "not of weights.npy alone")
    refused(npz(brain=table), r"'brain\.npy'.*not of weights\.npy alone")
    refused(npz(), "neither .npz|not of weights.npy")
    refused(archive({"../weights.npy": npy(table)}), "not of weights.npy alone")
    refused(archive({"weights.npy": npy(table), "weights.npy\n": b""}), "not of weights.npy alone")


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((19683, 9)), "'<f8'"),
        (np.zeros((19683, 9), dtype=np.int16), "'<i2'"),
        (np.zeros((19683, 9), dtype=np.uint64), "'<u8'"),
        (np.zeros((9, 19683), dtype=np.int64), r"\(9, 19683\)"),
        (np.zeros(19683 * 9, dtype=np.int64), r"\(177147,\)"),
        (np.zeros((19682, 9), dtype=np.int64), r"\(19682, 9\)"),
        (np.zeros((19683, 9), dtype=[("a", np.int64)]), r"\('a', '<i8'\)"),
    ],
    ids=["float64", "int16", "uint64", "turned", "flat", "short", "structured"],
)
def test_a_table_of_another_kind_is_refused(array: np.ndarray, reason: str, refused) -> None:
    refused(npz(weights=array), reason)


def test_a_header_is_no_code(table: np.ndarray, refused) -> None:
    for header in (
        "{'descr': '<i8', 'fortran_order': 0 or True, 'shape': (19683, 9), }",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (19683, 3 * 3), }",
        "__import__('os').system('true')",
        "(" * 500,
    ):
        start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
        refused(archive({"weights.npy": start + table.tobytes()}), "not int64 of shape")


def test_weights_cut_short_or_too_many_are_refused(table: np.ndarray, refused) -> None:
    whole = npy(table)
    refused(archive({"weights.npy": whole[:-1]}), "1417175 bytes of weights, not 1417176")
    refused(archive({"weights.npy": whole + b"\0"}), "1417177 bytes of weights, not 1417176")
    for size in (0, 7, 9, 10, 60):
        refused(archive({"weights.npy": whole[:size]}), "version 1.0|not int64")


def test_a_zip_bomb_is_not_unpacked(run, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.npz"
    zipped = zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipped, zipped.open("weights.npy", "w") as member:
        for _ in range(2**9):
            member.write(bytes(2**20))
    assert bomb.stat().st_size < 2**22
    assert (
        run("load_within", 2**27, bomb)
        == f"{bomb}: its weights.npy is larger than a table of weights\n"
    )


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(table: np.ndarray, compression: int, refused) -> None:
    refused(archive({"weights.npy": npy(table)}, compression=compression), "compressed in a way")


def test_damage_to_the_weights_and_a_missing_end_are_noticed(sound: bytes, refused) -> None:
    for position in range(50, len(sound) - 150, 997):
        damaged = bytearray(sound)
        damaged[position] ^= 0x10
        refused(bytes(damaged), "damaged")
    for size in (4, 30, 1000, len(sound) - 22, len(sound) - 1):
        refused(sound[:size], "damaged")
