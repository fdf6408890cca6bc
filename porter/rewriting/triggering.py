"""Which rules can concern a file at all, told from the words of its text before anything is parsed (DESIGN §3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from porter.rewriting.rule import Rule

# Every ASCII byte that is part of no word becomes a space; what is not ASCII stays.
_TO_WORDS = bytes(byte if byte >= 128 or chr(byte).isalnum() or byte == ord("_") else 32 for byte in range(256))
_WHOLE = re.compile(r"\w*(?:[^\W_]|__)")  # one underscore at the end leaves a word open
_DOTTED = re.compile(r"\w+(?:\.\w+)+")


class Words:
    """The words of a text, strings and comments included."""

    __slots__ = ("text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        spaced = text.encode("utf-8", "surrogatepass").translate(_TO_WORDS)
        self.words = frozenset(spaced.decode("utf-8", "surrogatepass").split())

    def has_one(self, wanted: frozenset[str]) -> bool:
        """Whether one of these triggers occurs; so it is where none is wanted."""
        if not wanted:
            return True
        words, phrases = _told_apart(wanted)
        return not words.isdisjoint(self.words) or any(phrase in self.text for phrase in phrases)


class Triggers:
    """The triggers of a set of rules, to be asked which of the rules a text can concern: once for all of them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._always = {number for number, rule in enumerate(rules) if not rule.triggers}
        self._by_word: dict[str, set[int]] = {}
        self._by_phrase: dict[str, set[int]] = {}
        for number, rule in enumerate(rules):
            words, phrases = _told_apart(rule.triggers)
            for places, wanted in ((self._by_word, words), (self._by_phrase, phrases)):
                for trigger in wanted:
                    places.setdefault(trigger, set()).add(number)
        self._words = frozenset(self._by_word)

    def met(self, words: Words) -> list[Rule]:
        """The rules, in their order, of which a trigger occurs in the text, and whatever else they ask for."""
        found = set(self._always)
        for word in self._words & words.words:
            found |= self._by_word[word]
        for phrase, numbers in self._by_phrase.items():
            if not numbers <= found and phrase in words.text:
                found |= numbers
        return [rule for rule in map(self._rules.__getitem__, sorted(found)) if _has_the_rest(rule, words)]


def _has_the_rest(rule: Rule, words: Words) -> bool:
    return words.has_one(rule.also) and (rule.pattern is None or rule.pattern.search(words.text) is not None)


@cache
def _told_apart(triggers: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Triggers: whole words (of a dotted name its first), and what is none (`*`, `__porter_name_`) and may stand anywhere."""
    whole = frozenset(trigger for trigger in triggers if _WHOLE.fullmatch(trigger))
    dotted = frozenset(trigger for trigger in triggers - whole if _DOTTED.fullmatch(trigger))
    words = whole | {trigger.partition(".")[0] for trigger in dotted}
    return words, tuple(sorted(triggers - whole - dotted))
