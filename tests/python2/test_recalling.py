"""What the first pass remembers of a file is the file as the second would read it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from porter.errors import PorterError
from porter.python2 import Dialect, read, read_with_outline, recall, remembered
from tests.python2.exactness import files_of

_TEXTS = (
    b"print 'a', 0777, `b`\nraise E, 'x'\n",
    b"# -*- coding: latin-1 -*-\nx = u'\xe4'\nexcept_ = 1 <> 2\n",
    b"\xef\xbb\xbfx = 1\r\nprint x\r\n",
    b"from __future__ import print_function, division\nasync = 1\n",
    b"def f(a, (b, c)=(1, 2)): return lambda (d, e): d\n",
    b"print ('x')\n",
    b"async def f(): await g\n",
)


@pytest.mark.parametrize("data", _TEXTS)
def test_it_is_what_is_read(data: bytes) -> None:
    source, _ = read_with_outline(data, "x.py")
    assert recall(data, "x.py", remembered(source, data), None) == read(data, "x.py")


def test_library_files(library: Path) -> None:
    for path in random.Random(3).sample(files_of([library]), 80):
        data = path.read_bytes()
        try:
            source, _ = read_with_outline(data, path.name)
        except PorterError:
            continue
        assert recall(data, path.name, remembered(source, data), source.dialect) == source == read(data, path.name)


def test_a_changed_file_and_another_dialect_are_read_anew() -> None:
    data = b"print ('x', 1)\n"
    source, _ = read_with_outline(data, "x.py")
    memory = remembered(source, data)
    assert recall(data + b"y = 1\n", "x.py", memory, None) is None
    assert recall(data, "x.py", memory, Dialect.PYTHON2) is None
    assert recall(data, "x.py", b"", None) is None
