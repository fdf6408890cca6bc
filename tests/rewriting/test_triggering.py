"""Which rules a file's words call for."""

from __future__ import annotations

import re

import pytest

from porter.rewriting.rule import Rule
from porter.rewriting.triggering import Triggers, Words


class Asking(Rule):
    triggers = frozenset({"wait", "os.pipe"})
    also = frozenset({"threading"})
    pattern = re.compile(r"wait\(\d")


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("import threading\nevent.wait(1)\n", True),
        ("import threading\nevent.wait(x)\n", False),
        ("import thread\nevent.wait(1)\n", False),
        ("import threading, os\nos.pipe(); await(1)\n", True),
        ("import threading\nevent.waits(1)  # wait (1)\n", False),
    ],
)
def test_a_rule_is_called_for_by_a_trigger_another_word_and_a_pattern(text: str, called: bool) -> None:
    rule = Asking()
    assert Triggers([rule]).met(Words(text)) == ([rule] if called else [])


def test_a_rule_that_asks_for_nothing_is_called_for_by_any_text() -> None:
    rule = Rule()
    assert Triggers([rule]).met(Words("")) == [rule]
