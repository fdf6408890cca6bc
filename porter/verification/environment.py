"""What a run finds around it: built for it, never inherited."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from porter.errors import VerificationError
from porter.interpreters import Interpreter
from porter.verification import packages
from porter.verification.programs import Program

# Folders and files of a program's folder that are no part of it.
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", ".git", ".hg", ".venv", "node_modules", ".*_cache")
_PREFIX = "porter-run-"
# A larger folder is no program's own: a script in somebody's home, or beside data that a copy must not hold.
_MOST_FILES, _MOST_BYTES = 20_000, 512 << 20
_FIXED_TIME = 978_307_200  # 2001-01-01: a listing looks the same in every run
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Scratch:
    """The folders of one run, all below `root`: `work` is where the program runs, `program` is where its text is."""

    root: Path
    work: Path
    program: Path
    home: Path
    temporary: Path
    logs: Path

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def make_scratch(program: Program, listing: Path) -> Scratch:
    """A copy of the program's folder to run in.

    `listing` is the folder whose files the program sees around it, the same for the old and the new form; its own name there
    leads to its own text, beside the modules of its own side.
    """
    for folder in {program.folder, listing}:
        _refuse_large(folder)
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    scratch = Scratch(root, root / "work", root / "program", root / "home", root / "tmp", root / "logs")
    try:
        for folder in (scratch.home, scratch.temporary, scratch.logs):
            folder.mkdir()
        _copy(program.folder, scratch.program)
        _copy(listing, scratch.work)
        own = scratch.work / program.name
        own.unlink(missing_ok=True)
        own.symlink_to(Path("..") / "program" / program.name)
        _make_alike(scratch.work)
    except (OSError, shutil.Error) as error:
        scratch.remove()
        raise VerificationError(f"its folder cannot be copied: {error}", path=str(program.path)) from error
    return scratch


def _refuse_large(folder: Path) -> None:
    files = size = 0
    for parent, folders, names in os.walk(folder):
        left_out = _ignore_special(parent, [*folders, *names])
        folders[:] = [name for name in folders if name not in left_out]
        kept = [name for name in names if name not in left_out]
        files += len(kept) + len(folders)
        size += sum(os.lstat(os.path.join(parent, name)).st_size for name in kept)  # noqa: PTH118 - many files
        if files > _MOST_FILES or size > _MOST_BYTES:
            raise VerificationError(
                "its folder is too large to be copied for a run",
                path=str(folder),
                hint="put the program, with what it needs, in a folder of its own",
            )


def _copy(folder: Path, copy: Path) -> None:
    # Links are copied as links: one that leads nowhere is no reason not to run the program.
    shutil.copytree(folder, copy, symlinks=True, ignore=_ignore_special, dirs_exist_ok=True)


def _ignore_special(folder: str, names: list[str]) -> set[str]:
    """What is not copied: caches, version control, and pipes and sockets, which would block."""
    special = {name for name in names if name.startswith(_PREFIX) or _is_special(Path(folder, name))}
    return special | _NOT_COPIED(folder, names)


def _is_special(path: Path) -> bool:
    return not path.is_symlink() and not path.is_file() and not path.is_dir()


def _make_alike(folder: Path) -> None:
    """Give every file of a folder the same times and modes wherever it was copied from."""
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in (*folders, *files):
            path = Path(parent, name)
            if not path.is_symlink():
                runs = path.is_dir() or bool(path.stat().st_mode & 0o100)
                path.chmod(0o755 if runs else 0o644)
            os.utime(path, (_FIXED_TIME, _FIXED_TIME), follow_symlinks=False)
    os.utime(folder, (_FIXED_TIME, _FIXED_TIME))


def recorder_folder(interpreter: Interpreter) -> Path:
    """A compiled copy of the recorder for this interpreter, made once: every process of every run loads it."""
    source = Path(__file__).with_name("recorder")
    files = sorted(path for path in source.rglob("*.py"))
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]
    tag = f"{interpreter.implementation}-{'.'.join(map(str, interpreter.version))}".lower()
    final = packages.cache_folder() / "recorder" / f"{tag}-{digest}"
    if final.is_dir():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=final.parent))
    try:
        for path in files:
            copy = made / path.relative_to(source)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
        packages.compile_folder(interpreter, made)
        try:
            made.rename(final)
        except OSError:
            if not final.is_dir():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return final


def build_environment(interpreter: Interpreter, scratch: Scratch, recorder: dict[str, str]) -> dict[str, str]:
    """The variables that the program sees: a fixed world, and what the recorder needs (`recorder`)."""
    folder = str(recorder_folder(interpreter))
    return {
        "HOME": str(scratch.home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "LOGNAME": "porter",
        "NO_COLOR": "1",
        "PATH": f"{Path(interpreter.path).parent}:{_SYSTEM_PATH}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": folder,
        "SHELL": "/bin/sh",
        "TERM": "dumb",
        "TMPDIR": str(scratch.temporary),
        "TZ": "UTC",
        "USER": "porter",
        "PORTER_RECORDER": folder,
        "PORTER_ACTIVITY": "main",
        "PORTER_LOG": str(scratch.logs),
        **recorder,
    }
