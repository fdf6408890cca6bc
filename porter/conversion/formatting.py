"""The last, separate step of a conversion: a formatter, with the settings that the project gives it (DESIGN §4)."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from porter.errors import ConversionError

if TYPE_CHECKING:
    from black.mode import Mode


@dataclass(frozen=True, slots=True)
class BlackStyle:
    """The part of black's settings that decides what a file looks like."""

    python: tuple[int, int]
    line_length: int = 88
    string_normalization: bool = True
    magic_trailing_comma: bool = True
    preview: bool = False


def black_style(folder: Path, python: tuple[int, int]) -> BlackStyle:
    """What `[tool.black]` says for a file in `folder`, which need not exist yet; black's own defaults where it is silent."""
    table = _black_table(folder)
    defaults = BlackStyle(python)
    length = table.get("line-length", defaults.line_length)
    return BlackStyle(
        python,
        line_length=length if isinstance(length, int) else defaults.line_length,
        string_normalization=not table.get("skip-string-normalization", False),
        magic_trailing_comma=not table.get("skip-magic-trailing-comma", False),
        preview=bool(table.get("preview", False)),
    )


def format_with_black(data: bytes, path: str, style: BlackStyle) -> bytes:
    """The bytes of a Python file as black would write it. Raises ConversionError where black cannot, or is not there."""
    try:
        import black
        from black.report import NothingChanged
    except ImportError as error:
        raise ConversionError("black is not installed: the result is not formatted", path=path) from error
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        formatted = black.format_file_contents(text.replace("\r\n", "\n"), fast=False, mode=_mode(style))
    except NothingChanged:
        return data
    except Exception as error:  # black raises what the parser, its own checks or a deep expression make it raise
        raise ConversionError(f"black could not format the result: {_first_line(error)}", path=path) from error
    return formatted.replace("\n", newline).encode(encoding)


def _mode(style: BlackStyle) -> Mode:
    from black.mode import Mode, TargetVersion

    wanted = f"PY{style.python[0]}{style.python[1]}"
    known = {version.name: version for version in TargetVersion}
    return Mode(
        target_versions={known[wanted]} if wanted in known else set(),
        line_length=style.line_length,
        string_normalization=style.string_normalization,
        magic_trailing_comma=style.magic_trailing_comma,
        preview=style.preview,
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _black_table(folder: Path) -> dict[str, object]:
    """`[tool.black]` of the first `pyproject.toml` upwards that has one."""
    import tomllib

    for place in (folder.absolute(), *folder.absolute().parents):
        file = place / "pyproject.toml"
        try:
            table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("black")
        except (OSError, ValueError):
            continue
        if isinstance(table, dict):
            return table
    return {}
