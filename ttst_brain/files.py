"""Brainfiles: one trained table in a file, as .npz or as the original's pickle. Reading never
executes code, not even from a pickle; whatever happens while saving, the file is complete."""

from __future__ import annotations

import contextlib
import enum
import errno
import io
import os
import re
import secrets
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Union

import numpy as np

from ttst_brain import pickles
from ttst_brain.pickles import short_repr
from ttst_brain.table import SHAPE, check_table

if TYPE_CHECKING:
    from ttst_brain.table import Table

AnyPath = Union[str, "os.PathLike[str]"]

# The largest brainfile, a pickle of protocol 3, has 2.9 MB.
BYTES_AT_MOST = 4 * 2**20


class Format(enum.Enum):
    """A brainfile's format. When reading, it is detected from the content."""

    NPZ = "npz"
    PICKLE = "pickle"


# Tells whether another program has changed a file: inode, modification time, size.
Stamp = tuple[int, int, int]


class BrainfileError(Exception):
    """A brainfile that cannot be read or written. The message is one line: file and reason."""

    def __init__(self, path: AnyPath, reason: str) -> None:
        super().__init__(f"{printable(os.fspath(path))}: {printable(reason)}")


class _Refused(Exception):
    """The reason for a `BrainfileError`, raised where the file's name is not known."""


def load(path: AnyPath) -> tuple[Table, Format]:
    """The table in the brainfile `path`, int64 of `SHAPE`, checked, and the file's format.

    Raises `BrainfileError` for anything but a complete and valid brainfile: missing, not a regular
    file, too large, truncated, another format, malicious, or with invalid weights.
    """
    with _errors_name(path):
        data = _read_file(path, BYTES_AT_MOST + 1)
        format = _format_of(data)
        if len(data) > BYTES_AT_MOST:
            raise _Refused(f"larger than {BYTES_AT_MOST:,} bytes, which no brainfile is")
        table = _read_npz(data) if format is Format.NPZ else pickles.read(data)
        check_table(table)
    return table, format


def save(path: AnyPath, table: Table, format: Format | None = None) -> None:
    """Write `table` to `path` atomically: a kill at any moment leaves the old file or the new one.

    Without a `format`, an existing brainfile keeps its own, whatever its name; any other existing
    file is left alone; a new file gets what `format_for_new` says. With one, an existing file is
    replaced, whatever it holds. Its permissions stay; a symbolic link stays one, and what it points
    to is replaced; a hard link is parted from its others.

    A file that cannot be replaced, like a mount point, is written in place, which is not atomic.

    Raises `ValueError` when `check_table` does, and `BrainfileError` when the file cannot be
    written; the old file is untouched then. Takes some 25 ms and what the disk takes to sync.
    The same table gives the same bytes.
    """
    check_table(table)
    with _errors_name(path):
        target, old = _destination(path)
        if format is None:
            format = _existing_format(target) if old else format_for_new(path)
        data = _npz(table) if format is Format.NPZ else pickles.write(table)
        _replace_file(target, old, data)


def save_beside(path: AnyPath, table: Table, format: Format) -> Path:
    """Save under a new name, for when `path` itself cannot be written: in its folder, else in the
    current one, else in the temporary one. Returns the name. Raises `BrainfileError`."""
    name = f"{Path(path).stem}-{secrets.token_hex(4)}{Path(path).suffix}"
    folders: tuple[Callable[[], Path], ...]
    folders = (lambda: Path(path).parent, Path.cwd, lambda: Path(tempfile.gettempdir()))
    for number, folder in enumerate(folders, start=1):
        try:
            with _errors_name(path):  # there may be no current folder, and no temporary one
                beside = folder() / name
            save(beside, table, format)
            break
        except BrainfileError:
            if number == len(folders):
                raise
    return beside


def replace(path: AnyPath, data: bytes, what: str) -> None:
    """Write `data` to `path` as `save` writes a table, whatever the file holds now. Errors call it
    `what`."""
    with _errors_name(path):
        target, old = _destination(path, what)
        _replace_file(target, old, data)


def stamp(path: AnyPath) -> Stamp | None:
    """Changes when the file is rewritten; None if there is no file."""
    try:
        now = Path(path).stat()
    except (OSError, ValueError):  # ValueError: for a path that contains NUL
        return None
    return now.st_ino, now.st_mtime_ns, now.st_size


def check_can_save(path: AnyPath) -> None:
    """Raise the `BrainfileError` that `save(path, table)` would raise, before hours of training
    rather than after. The disk may still fill up in between."""
    with _errors_name(path):
        target, old = _destination(path)
        if old:
            _existing_format(target)
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise _Refused("its folder is not writable")


def format_for_new(path: AnyPath) -> Format:
    """The format of a file that does not exist yet: a pickle for .pickle and .pkl, else npz."""
    return Format.PICKLE if Path(path).suffix.lower() in (".pickle", ".pkl") else Format.NPZ


# ---- errors -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _errors_name(path: AnyPath) -> Iterator[None]:
    """Turns any error with a file into a `BrainfileError` that names it."""
    try:
        yield
    except OSError as error:
        raise BrainfileError(path, error.strerror or str(error)) from error
    except (_Refused, pickles.PickleError, ValueError) as error:
        # ValueError: from check_table, or for a path that contains NUL.
        raise BrainfileError(path, str(error)) from error


def printable(text: str) -> str:
    """`text` if it is one line that a terminal can show, else its ASCII form in quotes."""
    return text if text.isprintable() else ascii(text)


# ---- files --------------------------------------------------------------------------------------

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def _check_regular(mode: int, wanted: str = "a brainfile") -> None:
    if not stat.S_ISREG(mode):
        kind = next((kind for is_kind, kind in _KINDS if is_kind(mode)), "no regular file")
        raise _Refused(f"{kind}, not {wanted}")


def _read_file(path: AnyPath, size: int) -> bytes:
    """The first `size` bytes of the regular file `path`."""
    _check_regular(Path(path).stat().st_mode)  # first: opening a device may have side effects
    # O_NONBLOCK: if it has become a FIFO since, opening does not wait for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        _check_regular(os.fstat(file.fileno()).st_mode)
        return file.read(size)


def _destination(path: AnyPath, wanted: str = "a brainfile") -> tuple[Path, os.stat_result | None]:
    """What `path` points to, with links resolved, and the state of that file."""
    target = Path(os.path.realpath(path))
    try:
        old = target.stat()
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise _Refused("there is no such folder") from None
        return target, None
    _check_regular(old.st_mode, wanted)
    # os.replace would overwrite it, but it was made read-only on purpose.
    if not os.access(target, os.W_OK):
        raise _Refused("is read-only")
    return target, old


def _replace_file(target: Path, old: os.stat_result | None, data: bytes) -> None:
    # Not derived from the target's name, which may have the maximum length. A kill leaves it
    # behind; such files can be deleted whenever nothing is being saved.
    temporary = target.parent / f".ttst-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o600 if old else 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if old:
                _copy_permissions(file.fileno(), old)
            file.flush()
            os.fsync(file.fileno())
        try:
            temporary.replace(target)
        except OSError as error:
            if not old or error.errno not in _NOT_REPLACEABLE:
                raise
            _write_in_place(target, temporary, data)
            temporary.unlink()
    except BaseException as error:
        if not isinstance(error, _Refused):  # its message refers to the temporary file
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise
    _sync_folder(target.parent)


# A mount point, or another user's file in a sticky folder.
_NOT_REPLACEABLE = (errno.EBUSY, errno.EPERM, errno.EACCES, errno.EXDEV)


def _write_in_place(target: Path, temporary: Path, data: bytes) -> None:
    try:
        with target.open("r+b") as file:
            file.write(data)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _Refused(f"{error.strerror}; the new content is in {temporary}") from error


def _copy_permissions(descriptor: int, old: os.stat_result) -> None:
    if not hasattr(os, "fchmod"):  # Windows, where a file inherits its folder's
        return
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with contextlib.suppress(OSError):  # only root may give a file away
            os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """Makes the rename survive a power cut. The file is already saved, so systems that cannot do
    this (Windows, some network drives) are no error."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# ---- formats ------------------------------------------------------------------------------------


def _format_of(data: bytes) -> Format:
    if data[:4] == b"PK\x03\x04":
        return Format.NPZ
    if data[:1] == b"\x80":
        return Format.PICKLE
    if not data:
        raise _Refused("empty, not a brainfile")
    if data[:2] == b"\x1f\x8b":
        raise _Refused("compressed with gzip; unpack it first")
    raise _Refused("not a brainfile: neither .npz nor a pickle of protocol 3, 4 or 5")


def _existing_format(target: Path) -> Format:
    try:
        return _format_of(_read_file(target, 4))
    except _Refused as refused:
        raise _Refused(f"{refused}; left as it is") from None


# An npz is a zip of .npy files; ours has one. Its header follows from shape and dtype, so it is a
# constant.
_MEMBER = "weights.npy"
_NPY_START = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little")
_NPY_DICT = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {SHAPE}, }}"
_NPY_HEADER = _NPY_START + _NPY_DICT.ljust(117).encode() + b"\n"
_NPY_DICTS_READ = re.compile(
    rb"\{'descr': '([<>]i[48])', 'fortran_order': (False|True), "
    rb"'shape': \(%d, %d\),? ?\}\s*" % SHAPE
)
_TABLE_BYTES = SHAPE[0] * SHAPE[1] * 8


def _npz(table: Table) -> bytes:
    member = zipfile.ZipInfo(_MEMBER)  # dated 1980, so that the bytes depend only on the weights
    member.create_system = 3  # Unix, on every system, for the same reason
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16  # without it, unzip makes a file that nobody may read
    npz = io.BytesIO()
    # Uncompressed it has 1.4 MB and saves 11 ms; level 9 saves a third of 40 kB and takes 110 ms.
    with zipfile.ZipFile(npz, "w", compresslevel=6) as archive:
        archive.writestr(member, _NPY_HEADER + table.astype("<i8").tobytes(), compresslevel=6)
    return npz.getvalue()


def _read_npz(data: bytes) -> Table:
    npy = _only_member(data)
    if npy[:8] != _NPY_START[:8] or len(npy) < 10:
        raise _Refused(f"its {_MEMBER} is not a .npy of version 1.0")
    end = 10 + int.from_bytes(npy[8:10], "little")
    described = _NPY_DICTS_READ.fullmatch(npy[10:end])
    if not described:
        header = npy[10 : min(end, 110)].decode("latin-1").strip()
        raise _Refused(f"its {_MEMBER} is {header!r}, not int64 of shape {SHAPE}")
    integers = np.dtype(described[1].decode())  # int32 is numpy's int on Windows, before numpy 2
    size = SHAPE[0] * SHAPE[1] * integers.itemsize
    if len(npy) - end != size:
        raise _Refused(f"its {_MEMBER} has {len(npy) - end} bytes of weights, not {size}")
    weights = np.frombuffer(npy, dtype=integers, offset=end)
    table = weights.reshape(SHAPE, order="F" if described[2] == b"True" else "C")
    return table.astype(np.int64, order="C")


def _only_member(data: bytes) -> bytes:
    """The bytes of weights.npy, the archive's only member. The sizes that the archive claims are
    not trusted: no more is unpacked than a table needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            if names != [_MEMBER]:
                raise _Refused(f"an archive of {short_repr(names)}, not of {_MEMBER} alone")
            if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _Refused("compressed in a way that .npz files are not")
            bytes_at_most = _TABLE_BYTES + 2**16
            with archive.open(members[0]) as file:
                npy = file.read(bytes_at_most + 1)
            if len(npy) > bytes_at_most:
                raise _Refused(f"its {_MEMBER} is larger than a table of weights")
            return npy
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,  # a position outside of the file
        ValueError,
        NotImplementedError,
        RuntimeError,  # encrypted
    ) as error:
        raise _Refused(f"damaged: {short_repr(str(error) or type(error).__name__)}") from error
