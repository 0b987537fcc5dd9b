"""Saving a brain: the right format, the right permissions, and a whole file whatever happens."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ttst_brain import files
from ttst_brain.files import BrainfileError, Format, check_can_save, format_for_new, load, save
from ttst_brain.table import new_table

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions, links and signals")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_files_name_says_its_format(table: np.ndarray, tmp_path: Path) -> None:
    for name in ("brain.npz", "brain", "brain.pickle.bak", ".pickle"):
        assert format_for_new(name) is Format.NPZ
    for name in ("brain.pickle", "brain.pkl", "BRAIN.PKL"):
        assert format_for_new(name) is Format.PICKLE
    for name in ("brain", "brain.pkl"):
        save(tmp_path / name, table)
        loaded, format = load(tmp_path / name)
        assert format is format_for_new(name)
        assert np.array_equal(loaded, table)
    assert names(tmp_path) == ["brain", "brain.pkl"]


@pytest.mark.parametrize("format", Format)
def test_an_existing_file_keeps_its_format_whatever_its_name(
    format: Format, table: np.ndarray, tmp_path: Path
) -> None:
    for name in ("brain.npz", "brain.pickle"):
        save(tmp_path / name, new_table(), format)
        save(tmp_path / name, table)
        loaded, read_as = load(tmp_path / name)
        assert read_as is format
        assert np.array_equal(loaded, table)


def test_a_file_that_is_no_brain_is_left_alone_unless_a_format_is_given(
    table: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "thesis.npz"
    for text in ("chapter one", ""):
        path.write_text(text)
        for attempt in (lambda: save(path, table), lambda: check_can_save(path)):
            with pytest.raises(BrainfileError, match=r"thesis\.npz: .*; left as it is"):
                attempt()
        assert path.read_text() == text
    save(path, table, Format.NPZ)
    assert np.array_equal(load(path)[0], table)


def test_a_table_no_brain_has_is_not_saved(tmp_path: Path) -> None:
    table = new_table()
    table[0] = 0
    with pytest.raises(ValueError, match="state 000000000"):
        save(tmp_path / "brain.npz", table)
    assert names(tmp_path) == []


@pytest.mark.parametrize("mode", [0o640, 0o777])
def test_an_existing_files_permissions_are_kept(
    mode: int, table: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "brain.npz"
    save(path, new_table())
    path.chmod(mode)
    save(path, table)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_files_permissions_are_those_of_any_new_file(
    table: np.ndarray, tmp_path: Path
) -> None:
    before = os.umask(0o027)
    try:
        save(tmp_path / "brain.npz", table)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "brain.npz").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may")
def test_root_saves_another_users_brain_for_that_user(table: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "brain.npz"
    save(path, new_table())
    os.chown(path, 1234, 5678)
    save(path, table)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 5678)


@pytest.mark.parametrize("exists", [True, False], ids=["to a file", "to nothing yet"])
def test_a_symbolic_link_stays_one_and_its_target_is_saved(
    exists: bool, table: np.ndarray, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "brain.npz", tmp_path / "link"
    link.symlink_to(target)
    if exists:
        save(target, new_table())
    save(link, table)
    assert link.is_symlink()
    assert np.array_equal(load(target)[0], table)
    assert names(tmp_path / "elsewhere") == ["brain.npz"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.mkdir(), "a folder"),
        (os.mkfifo, "a FIFO"),
        (lambda path: path.symlink_to("/dev/null"), "a device"),
        (lambda path: path.symlink_to(path), "symbolic links"),
    ],
    ids=["folder", "FIFO", "device", "link to itself"],
)
def test_what_is_no_file_is_refused_and_never_waited_for(
    make, reason: str, table: np.ndarray, tmp_path: Path, refused
) -> None:
    path = tmp_path / "brain.npz"
    make(path)
    refused(path, reason)
    for attempt in (
        lambda: save(path, table),
        lambda: save(path, table, Format.NPZ),
        lambda: check_can_save(path),
    ):
        with pytest.raises(BrainfileError, match=reason):
            attempt()
    assert names(tmp_path) == ["brain.npz"]


def test_a_missing_file_or_folder_is_said_in_one_line(
    table: np.ndarray, tmp_path: Path, refused
) -> None:
    refused(tmp_path / "brain.npz", "No such file")
    (tmp_path / "file").touch()
    for attempt in (save, lambda path, _: check_can_save(path)):
        with pytest.raises(BrainfileError, match=r"brain\.npz: .*o such f"):
            attempt(tmp_path / "nowhere" / "brain.npz", table)
        with pytest.raises(BrainfileError, match=r"brain\.npz: .*ot a directory|o such folder"):
            attempt(tmp_path / "file" / "brain.npz", table)


def test_a_name_of_two_lines_is_told_in_one(tmp_path: Path) -> None:
    with pytest.raises(BrainfileError) as caught:
        load(tmp_path / "two\nlines")
    assert "two\\nlines" in str(caught.value)
    assert str(caught.value).isprintable()
    with pytest.raises(BrainfileError, match="null"):
        load("a\0b")


def test_a_huge_file_is_refused_unread(tmp_path: Path, refused) -> None:
    with (tmp_path / "huge.npz").open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(2**40)
    refused(tmp_path / "huge.npz", "larger than 4,194,304 bytes")


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()]
)
@pytest.mark.parametrize(("owner", "step"), [(os, "open"), (os, "fsync"), (Path, "replace")])
def test_a_step_that_fails_leaves_the_old_file_and_nothing_else(
    owner: Any, step: str, error: BaseException, table: np.ndarray, tmp_path: Path, monkeypatch
) -> None:
    path = tmp_path / "brain.npz"
    save(path, new_table())
    before = path.read_bytes()
    work = getattr(owner, step)

    def fails(*given: Any) -> Any:
        if step == "open" and not given[1] & os.O_CREAT:  # to look at the old file
            return work(*given)
        raise error

    monkeypatch.setattr(owner, step, fails)
    with pytest.raises((BrainfileError, KeyboardInterrupt), match=r"^$|No space left on device"):
        save(path, table)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["brain.npz"]


def test_bytes_are_on_disk_before_the_name_and_the_name_before_save_returns(
    table: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        mode = os.fstat(descriptor).st_mode
        steps.append("sync folder" if stat.S_ISDIR(mode) else "sync file")
        if not stat.S_ISDIR(mode):  # nothing is still in a buffer of Python's
            (temporary,) = tmp_path.iterdir()
            assert np.array_equal(files.load(temporary)[0], table)
        fsync(descriptor)

    def replaced(self: Path, target: Path) -> Path:
        steps.append("replace")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    save(tmp_path / "brain.npz", table)
    assert steps == ["sync file", "replace", "sync folder"]


def refuses_to_rename(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fails(self: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number), str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", fails)


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EPERM, errno.EACCES, errno.EXDEV])
def test_a_file_that_cannot_be_replaced_is_written_in_place(
    number: int, table: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "brain.npz"
    path.write_bytes(b"PK\x03\x04" + bytes(10**6))  # longer than what is written
    inode = path.stat().st_ino
    refuses_to_rename(monkeypatch, number)
    save(path, table)
    assert np.array_equal(load(path)[0], table)
    assert path.stat().st_ino == inode
    assert names(tmp_path) == ["brain.npz"]


def test_where_that_fails_too_a_new_file_keeps_what_was_to_be_saved(
    table: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "brain.npz"
    save(path, new_table())
    whole = Path.open

    def full(self: Path, mode: str = "r", *others: object) -> object:
        if self == path and "+" in mode:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return whole(self, mode, *others)

    refuses_to_rename(monkeypatch, errno.EBUSY)
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(BrainfileError) as caught:
        save(path, table)
    start, _, kept = str(caught.value).partition("; the new content is in ")
    assert start == f"{path}: No space left on device"
    assert np.array_equal(load(kept)[0], table)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs two users")
def test_anothers_file_in_a_sticky_folder_is_written_in_place(run) -> None:
    assert run("save_sticky").strip() == "True ['brain.npz']"


@pytest.mark.skipif(
    subprocess.run("unshare -m true", shell=True, capture_output=True).returncode != 0,
    reason="this machine lets nobody mount",
)
def test_a_mount_point_is_written_in_place(run, tmp_path: Path) -> None:
    save(tmp_path / "outside", new_table())
    printed = run("save_mounted", tmp_path, before=("unshare", "-m"))
    assert printed.strip() == "True ['brain.npz', 'outside']"


@pytest.mark.parametrize(
    ("what", "reasons"),
    [
        ("file", ["is read-only", "is read-only"]),
        ("folder", ["Permission denied", "its folder is not writable"]),
    ],
)
def test_what_is_read_only_is_refused(run, what: str, reasons: list[str]) -> None:
    printed = run("save_read_only", what).splitlines()
    assert printed == [f"/brain.npz: {reason}" for reason in reasons]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_kill_before_the_new_file_is_whole_leaves_the_old_one(
    step: str, run, tmp_path: Path
) -> None:
    path = tmp_path / "brain.npz"
    save(path, new_table())
    run("save_killed", step, path)
    assert np.array_equal(load(path)[0], new_table())
    save(path, new_table() * 2)  # what the kill left behind is in nobody's way
    assert np.array_equal(load(path)[0], new_table() * 2)
