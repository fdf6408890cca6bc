"""What the items of a list are, as far as the program fills it in plain sight."""

from __future__ import annotations

import ast

import pytest

from porter.analysis.model import ModuleModel
from porter.analysis.tree import TreeSlice
from porter.python2.source import Dialect, Facts, Source


def _kind_of_last_name(text: str) -> str:
    source = Source("a.py", text, text, "utf-8", False, Dialect.PYTHON2, (), Facts())
    model = ModuleModel(source, text, ast.parse(text), TreeSlice(), python2=True)
    *_, last = (node for node in ast.walk(model.module.body[-1]) if isinstance(node, ast.Name))
    return model.kind(last).type


_HEAD = "import threading\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ts = [threading.Thread() for n in range(3)]\nfor t in ts: t.start()\nt\n", "threading.Thread"),
        (
            "ts = []\nfor n in range(3):\n    t = threading.Thread()\n    ts.append(t)\nfor t in ts: t\nt\n",
            "threading.Thread",
        ),
        ("ts = [threading.Thread(), threading.Thread()]\nfor t in ts: pass\nlen(ts), ts[0]\nt\n", "threading.Thread"),
        ("ts = [threading.Thread(), threading.Lock()]\nfor t in ts: pass\nt\n", "?"),
        ("ts = [threading.Thread()]\nfill(ts)\nfor t in ts: pass\nt\n", "?"),
        ("ts = us = [threading.Thread()]\nus.append(1)\nfor t in ts: pass\nt\n", "?"),
        ("ts = [threading.Thread()]\nus = ts\nus.append(1)\nfor t in ts: pass\nt\n", "?"),
        ("ts = [threading.Thread()]\nts += others\nfor t in ts: pass\nt\n", "?"),
        ("ts = [threading.Thread()]\nts[0] = 1\nfor t in ts: pass\nt\n", "?"),
        ("ts = [threading.Thread()]\nadd = ts.append\nfor t in ts: pass\nt\n", "?"),
        ("ts = []\nfor t in ts: pass\nt\n", "?"),
        ("a = []\nb = []\nfor x in a: b.append(x)\nfor y in b: a.append(y)\ny\n", "?"),
    ],
)
def test_items_are_what_all_that_is_put_in_is(text: str, kind: str) -> None:
    assert _kind_of_last_name(_HEAD + text) == kind
