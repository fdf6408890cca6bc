"""`[tool.porter]` of the `pyproject.toml` found upward from the paths that a command is given.

Paths in it are relative to its own folder. Whatever the command line says wins over it.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from porter.errors import UsageError

TARGETS = ("python3", "futures", "asyncio")
DIALECTS = ("auto", "python2", "python3")
FORMATTERS = ("black",)
DIVISIONS = ("report", "helper")
OLDEST_PYTHON = (3, 9)

# A folder that holds one of these is the top of a project: no configuration above it concerns the files below.
_PROJECT_TOPS = (".git", ".hg", ".svn")


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of a project; None or an empty tuple where it says nothing.

    `file` is the `pyproject.toml` that it came from and `folder` where that stands.
    """

    file: Path | None = None
    out: Path | None = None
    targets: tuple[str, ...] = ()
    python: tuple[int, int] | None = None
    formatter: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dialect: str | None = None
    python2: Path | None = None
    jobs: int | None = None
    unsafe: bool | None = None
    extend_select: tuple[str, ...] = ()
    division: str | None = None

    @property
    def folder(self) -> Path | None:
        return self.file.parent if self.file else None


def load_config(paths: Iterable[Path]) -> Config:
    """The configuration that holds for `paths`, which need not exist; an empty one where there is none."""
    for folder in _upward(_common_folder(paths)):
        file = folder / "pyproject.toml"
        section = _section(file)
        if section is not None:
            return _Reader(file, section).read()
        if any((folder / top).exists() for top in _PROJECT_TOPS):
            break
    return Config()


def parse_python(text: str) -> tuple[int, int]:
    """`"3.11"` as a pair; a UsageError for what is no Python 3 that porter knows how to write for."""
    match = re.fullmatch(r"(\d+)\.(\d+)", text.strip())
    version = (int(match[1]), int(match[2])) if match else None
    if version is None or version[0] != 3 or version < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        raise UsageError(
            f"{text!r} is no Python version to convert to", hint=f"write it as {oldest} or later, such as 3.11"
        )
    return version


def _common_folder(paths: Iterable[Path]) -> Path:
    places = [os.path.abspath(path) for path in paths] or [os.path.abspath(".")]  # noqa: PTH100 - keeps links as given
    common = Path(os.path.commonpath(places) if len({Path(place).anchor for place in places}) == 1 else places[0])
    return common if common.is_dir() else common.parent


def _upward(folder: Path) -> Iterable[Path]:
    return (folder, *folder.parents)


def _section(file: Path) -> dict[str, Any] | None:
    """The table `tool.porter` of a file, or None where there is no such file or table."""
    import tomllib

    try:
        data = file.read_bytes()
    except OSError:
        return None
    if b"porter" not in data:
        return None
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"this is no valid TOML: {error}", path=str(file)) from error
    tool = document.get("tool")
    section = tool.get("porter") if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        raise UsageError("`tool.porter` must be a table", path=str(file))
    return section


class _Reader:
    """Turns a table into a `Config`, and says what is wrong with it in its own words."""

    def __init__(self, file: Path, section: dict[str, Any]) -> None:
        self.file = file
        self.section = section

    def read(self) -> Config:
        values: dict[str, Any] = {}
        for key, value in self.section.items():
            entry = _KEYS.get(key)
            if entry is None:
                raise self.wrong(f"unknown key `{key}`", nearest(key, _KEYS, "key"))
            name, convert = entry
            values[name] = convert(self, key, value)
        return Config(file=self.file, **values)

    def wrong(self, message: str, hint: str | None = None) -> UsageError:
        return UsageError(f"[tool.porter] {message}", path=str(self.file), hint=hint)

    def text(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise self.wrong(f"`{key}` must be a string, not {value!r}")
        return value

    def place(self, key: str, value: Any) -> Path:
        return self.file.parent / Path(self.text(key, value)).expanduser()

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(f"`{key}` must be a list of strings, not {value!r}")
        return tuple(value)

    def texts_by_pattern(self, key: str, value: Any) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, dict):
            raise self.wrong(f"`{key}` must be a table of lists of strings, not {value!r}")
        return {pattern: self.texts(f"{key}.{pattern}", codes) for pattern, codes in value.items()}

    def python(self, key: str, value: Any) -> tuple[int, int]:
        try:
            return parse_python(self.text(key, value))
        except UsageError as error:
            raise self.wrong(f"`{key}`: {error.message}", error.hint) from error

    def targets(self, key: str, value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.one_of(TARGETS, key, item) for item in self.texts(key, value)))

    def dialect(self, key: str, value: Any) -> str:
        return self.one_of(DIALECTS, key, value)

    def formatter(self, key: str, value: Any) -> str:
        return self.one_of(FORMATTERS, key, value)

    def division(self, key: str, value: Any) -> str:
        return self.one_of(DIVISIONS, key, value)

    def one_of(self, choices: tuple[str, ...], key: str, value: Any) -> str:
        if value not in choices:
            raise self.wrong(f"`{key}` cannot be {value!r}", f"choose from {', '.join(choices)}")
        return str(value)

    def count(self, key: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.wrong(f"`{key}` must be a whole number from 1 on, not {value!r}")
        return value

    def flag(self, key: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.wrong(f"`{key}` must be true or false, not {value!r}")
        return value


# Key in the file → name in `Config`, and how its value is read.
_KEYS: dict[str, tuple[str, Callable[[_Reader, str, Any], Any]]] = {
    "out": ("out", _Reader.place),
    "targets": ("targets", _Reader.targets),
    "python": ("python", _Reader.python),
    "format": ("formatter", _Reader.formatter),
    "select": ("select", _Reader.texts),
    "ignore": ("ignore", _Reader.texts),
    "exclude": ("exclude", _Reader.texts),
    "per-file-ignores": ("per_file_ignores", _Reader.texts_by_pattern),
    "from": ("dialect", _Reader.dialect),
    "python2": ("python2", _Reader.place),
    "jobs": ("jobs", _Reader.count),
    "unsafe": ("unsafe", _Reader.flag),
    "extend-select": ("extend_select", _Reader.texts),
    "division": ("division", _Reader.division),
}


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """A hint that names the known word nearest to a misspelt one, or all of them where none is near."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"each {what} is one of: {', '.join(words)}"
