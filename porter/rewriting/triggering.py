"""Which rules can concern a file at all, told from the words of its text before anything is parsed (DESIGN §3)."""

from __future__ import annotations

import re
from functools import cache

from porter.rewriting.rule import Rule

_WORD = re.compile(r"\w+")
_WHOLE = re.compile(r"\w*(?:[^\W_]|__)")  # one underscore at the end leaves a word open


class Words:
    """The words of a text, strings and comments included."""

    __slots__ = ("_text", "_words")

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = frozenset(_WORD.findall(text))

    def trigger(self, rule: Rule) -> bool:
        """Whether the text holds one of the rule's triggers, or the rule asks for none."""
        if not rule.triggers:
            return True
        words, phrases = _triggers(type(rule))
        return not words.isdisjoint(self._words) or any(phrase in self._text for phrase in phrases)


@cache
def _triggers(rule: type[Rule]) -> tuple[frozenset[str], tuple[str, ...]]:
    """A rule's triggers: whole words, and what is none (`*`, `distutils.core`, `__porter_name_`) and may stand anywhere."""
    words = frozenset(trigger for trigger in rule.triggers if _WHOLE.fullmatch(trigger))
    return words, tuple(sorted(rule.triggers - words))
