"""Results kept between runs: right or absent, never wrong."""

from __future__ import annotations

import os
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from porter.conversion import cache as module
from porter.conversion.cache import NO_CACHE, Cache, default_folder
from porter.python2.source import Dialect
from porter.rewriting.conversion import Change, Conversion, Finding, Outcome, Risk

VALUE = Conversion(
    path="a.py",
    dialect=Dialect.PYTHON2,
    original="print 1\n",
    text="print(1)\n",
    data=b"print(1)\n",
    findings=(Finding("a.py", 1, 1, "PORT001", "print is a function", Risk.SAFE, Outcome.APPLIED),),
    changes=(Change(0, 7, 0, 8, ("PORT001",)),),
    checked=("3.11",),
)


def entry(folder: Path) -> Path:
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    return path


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new")
    key = cache.key("conversion", ["a", b"b"])
    assert cache.get(key) is None
    cache.put(key, VALUE)
    assert Cache(tmp_path / "new").get(key) == VALUE


def test_keys_tell_parts_apart() -> None:
    keys = {
        NO_CACHE.key("k", parts)
        for parts in (["ab", "c"], ["a", "bc"], ["abc"], [b"abc", ""], ["a", "b", "c"], ["\udcff"])
    }
    assert len(keys) == 6
    assert NO_CACHE.key("k", ["a"]) != NO_CACHE.key("l", ["a"])


def test_without_a_folder_nothing_is_kept() -> None:
    NO_CACHE.put("0" * 64, VALUE)
    assert NO_CACHE.get("0" * 64) is None


@pytest.mark.parametrize(
    "harm",
    [lambda data: data[:-1], lambda data: data[:60] + b"?" + data[61:], lambda data: b"", lambda data: b"junk" * 40],
)
def test_a_damaged_entry_is_thrown_away(tmp_path: Path, harm) -> None:  # type: ignore[no-untyped-def]
    cache = Cache(tmp_path)
    key = cache.key("k", ["a"])
    cache.put(key, VALUE)
    path = entry(tmp_path)
    path.write_bytes(harm(path.read_bytes()))
    assert cache.get(key) is None
    assert not path.exists()


class Planted:
    """A pickle that would run code when it is read."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("planted",)


def test_an_entry_cannot_run_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cache = Cache(tmp_path / "cache")
    key = cache.key("k", ["a"])
    cache.put(key, Planted())
    assert cache.get(key) is None
    assert not Path("planted").exists()
    assert pickle.dumps(Planted())


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    key = cache.key("k", ["a"])
    cache.put(key, VALUE)
    cache.prune()
    assert cache.get(key) is None


def _put_often(folder: Path, number: int) -> int:
    cache = Cache(folder)
    wrong = 0
    for turn in range(100):
        key = cache.key("k", [str(turn % 10)])
        cache.put(key, (VALUE, number))
        got = cache.get(key)
        wrong += not (isinstance(got, tuple) and got[0] == VALUE)
    return wrong


def test_processes_share_a_folder(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as executor:
        assert sum(executor.map(_put_often, [tmp_path] * 4, range(4))) == 0
    assert not list(tmp_path.rglob("new-*"))


def test_the_oldest_go_when_it_grows_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_BYTES", 30_000)
    cache = Cache(tmp_path)
    keys = [cache.key("k", [str(number)]) for number in range(20)]
    for number, key in enumerate(keys):
        cache.put(key, os.urandom(5000))
        path = tmp_path / key[:2] / key[2:]
        os.utime(path, (time.time() - 1000 + number,) * 2)
    cache.prune()
    left = [cache.get(key) is not None for key in keys]
    assert left == sorted(left)
    assert 0 < sum(left) <= 6


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTER_CACHE", str(tmp_path))
    assert default_folder() == tmp_path / "conversions"
    monkeypatch.delenv("PORTER_CACHE")
    assert default_folder().name == "conversions"
