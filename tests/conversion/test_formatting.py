"""The last step: black, in the project's own style."""

from __future__ import annotations

from pathlib import Path

import pytest

from porter.conversion.formatting import BlackStyle, black_style, format_with_black
from porter.errors import ConversionError

STYLE = BlackStyle((3, 11))


def test_the_nearest_black_table_decides(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.black]\nline-length = 100\nskip-string-normalization = true\nskip-magic-trailing-comma = true\n"
    )
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "pyproject.toml").write_text("[tool.other]\n")
    expected = BlackStyle((3, 9), line_length=100, string_normalization=False, magic_trailing_comma=False)
    assert black_style(tmp_path / "sub" / "not" / "there", (3, 9)) == expected


def test_text_is_formatted_and_formatted_text_stays() -> None:
    formatted = format_with_black(b"x = {  'a':1 }\n", "a.py", STYLE)
    assert formatted == b'x = {"a": 1}\n'
    assert format_with_black(formatted, "a.py", STYLE) == formatted


def test_newlines_cookie_and_bom_survive() -> None:
    assert format_with_black(b"x = [1,2]\r\ny=1\r\n", "a.py", STYLE) == b"x = [1, 2]\r\ny = 1\r\n"
    latin = "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1")
    assert format_with_black(latin, "a.py", STYLE) == latin.replace(b"'", b'"')
    assert format_with_black(b"\xef\xbb\xbfx=1\n", "a.py", STYLE) == b"\xef\xbb\xbfx = 1\n"


def test_what_black_cannot_read_is_reported() -> None:
    with pytest.raises(ConversionError, match="black could not format"):
        format_with_black(b"print 'x'\n", "a.py", STYLE)
