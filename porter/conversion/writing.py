"""Files appear whole or not at all: written aside, flushed, given the old one's mode and owner, and moved into place."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from porter.conversion.files import Link, OtherFile
from porter.conversion.ignoring import TEMPORARY_MARK
from porter.errors import ConversionError


def replace_content(path: Path, data: bytes, digest: str, shown: str) -> None:
    """Give a file new content in its own place, following links, if it still is what `digest` (SHA-256) was taken of.

    Raises ConversionError, and leaves the file as it was.
    """
    with _reported(shown):
        real = Path(os.path.realpath(path))
        old = real.stat()
        if not os.access(real, os.W_OK):
            raise ConversionError("it is read-only: left as it was", path=shown)

        def finish(file: BinaryIO, name: str) -> None:
            file.write(data)
            file.flush()
            _take_over(name, real, old, shown)

        def check() -> None:
            if _digest(real) != digest:
                message = "it was changed by someone else while porter worked: left as it is"
                raise ConversionError(message, path=shown, hint="run porter again")

        _put(real, finish, check)


def write_content(path: Path, data: bytes, like: Path, shown: str) -> bool:
    """Write a file of `--out` with the mode of the file `like`; False if it was there already, just so."""
    with _reported(shown):
        mode = stat.S_IMODE(like.stat().st_mode)
        if _is_same(path, mode, len(data)) and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)

        def finish(file: BinaryIO, name: str) -> None:
            file.write(data)
            Path(name).chmod(mode)

        _put(path, finish, lasting=False)
        return True


def copy_file(path: Path, source: OtherFile) -> bool:
    """Copy a file along to `--out`, mode and times included; False if it was there already, just so."""
    with _reported(source.shown):
        status = source.path.stat()
        if _is_same(path, stat.S_IMODE(status.st_mode), status.st_size) and _digest(path) == _digest(source.path):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)

        def finish(file: BinaryIO, name: str) -> None:
            with source.path.open("rb") as opened:
                shutil.copyfileobj(opened, file)
            file.flush()
            shutil.copystat(source.path, name)

        _put(path, finish, lasting=False)
        return True


def make_link(path: Path, link: Link) -> bool:
    """Make a link of `--out`; False if it was there already, just so."""
    with _reported(link.shown):
        if path.is_symlink() and os.readlink(path) == link.goal:  # noqa: PTH115 - the text of the link as it stands
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}{TEMPORARY_MARK}{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            aside.unlink()
        aside.symlink_to(link.goal)
        try:
            aside.replace(path)
        except OSError:
            aside.unlink()
            raise
        return True


def _put(
    path: Path,
    finish: Callable[[BinaryIO, str], None],
    check: Callable[[], None] | None = None,
    *,
    lasting: bool = True,
) -> None:
    """Write a file beside `path` by `finish`, and move it into place if `check` agrees.

    A `lasting` one is on the disk before the old one goes: what `--out` writes can be made again after a power cut.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}{TEMPORARY_MARK}")
    try:
        with os.fdopen(handle, "wb") as file:
            finish(file, name)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        if check is not None:
            check()
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    if lasting:
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Make the move itself last; where folders cannot be flushed, that is the system's own business."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _take_over(name: str, real: Path, old: os.stat_result, shown: str) -> None:
    """Give the new file the old one's owner, mode and attributes, and the time of now."""
    new = Path(name).stat()
    if hasattr(os, "chown") and (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.chown(name, old.st_uid, old.st_gid)
        except PermissionError as error:
            raise ConversionError("its owner could not be kept: left as it was", path=shown) from error
    shutil.copystat(real, name)
    os.utime(name)


def _is_same(path: Path, mode: int, size: int) -> bool:
    """Whether a regular file of this mode and size is there already; its content is still to be looked at."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and stat.S_IMODE(status.st_mode) == mode and status.st_size == size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _reported(shown: str) -> Iterator[None]:
    """Every failure of the system as a ConversionError that says what it means for the file."""
    try:
        yield
    except OSError as error:
        raise ConversionError(
            _MEANINGS.get(error.errno or 0) or f"it could not be written: {error.strerror}", path=shown
        ) from error


_MEANINGS = {
    errno.ENOSPC: "the disk is full: not written",
    errno.EDQUOT: "the disk quota is used up: not written",
    errno.EROFS: "the file system is read-only: not written",
    errno.EACCES: "permission denied: not written",
    errno.EPERM: "permission denied: not written",
}
