"""Which rules can concern a file at all, told from the words of its text before anything is parsed (DESIGN §3)."""

from __future__ import annotations

import re
from functools import cache

from porter.rewriting.rule import Rule

# Every ASCII byte that is part of no word becomes a space; what is not ASCII stays.
_TO_WORDS = bytes(byte if byte >= 128 or chr(byte).isalnum() or byte == ord("_") else 32 for byte in range(256))
_WHOLE = re.compile(r"\w*(?:[^\W_]|__)")  # one underscore at the end leaves a word open


class Words:
    """The words of a text, strings and comments included."""

    __slots__ = ("_text", "_words")

    def __init__(self, text: str) -> None:
        self._text = text
        spaced = text.encode("utf-8", "surrogatepass").translate(_TO_WORDS)
        self._words = frozenset(spaced.decode("utf-8", "surrogatepass").split())

    def trigger(self, rule: Rule) -> bool:
        """Whether the text holds one of the rule's triggers, and what else the rule asks for; a rule may ask for nothing."""
        if not (self._has_one(rule.triggers) and self._has_one(rule.also)):
            return False
        return rule.pattern is None or rule.pattern.search(self._text) is not None

    def _has_one(self, wanted: frozenset[str]) -> bool:
        if not wanted:
            return True
        words, phrases = _told_apart(wanted)
        return not words.isdisjoint(self._words) or any(phrase in self._text for phrase in phrases)


@cache
def _told_apart(triggers: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Triggers: whole words, and what is none (`*`, `distutils.core`, `__porter_name_`) and may stand anywhere."""
    words = frozenset(trigger for trigger in triggers if _WHOLE.fullmatch(trigger))
    return words, tuple(sorted(triggers - words))
