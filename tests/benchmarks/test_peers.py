"""The comparison with 2to3: what would end its workers is found first, and what it cannot convert is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.peers import Peer, Porter, peers


@pytest.fixture
def two_to_three() -> Peer:
    peer = next(peer for peer in peers() if peer.name == "2to3")
    try:
        assert peer.interpreter
    except SystemExit as error:
        pytest.skip(str(error))
    return peer


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "good.py").write_text("print 'good'\n")
    (tree / "syntax.py").write_text("def broken(:\n")
    return tree


def test_a_file_that_would_hang_the_peer_is_found(two_to_three: Peer, tree: Path) -> None:
    for number in range(3):
        (tree / f"cookie{number}.py").write_text("# -*- coding: klingon -*-\nprint 'x'\n")
    found = two_to_three.trial(tree, 2, 100)
    assert sorted(found) == ["cookie0.py", "cookie1.py", "cookie2.py"]
    assert all("klingon" in error for error in found.values())
    assert (tree / "good.py").read_text() == "print('good')\n"


def test_failures_are_named(two_to_three: Peer, tree: Path) -> None:
    porter = Porter("python3")
    assert porter.failures(porter.run(tree, 2, 100), tree) == ["syntax.py"]
    assert two_to_three.failures(two_to_three.run(tree, 2, 100), tree) == ["syntax.py"]
    assert (tree.parent / "out" / "good.py").read_text() == "print('good')\n"
