"""The contract of a rule (DESIGN §4): one mechanism, one class, everything about it in one file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.tree import TreeSlice
from porter.rewriting.conversion import Risk


@dataclass(frozen=True, slots=True)
class Example:
    """A source and what the rule makes of it; `after` is the whole conversion's result for the rule's own target.

    `beside` are the paths of further files, empty ones, in the tree of the source, which is called ``example.py``.
    """

    before: str
    after: str
    note: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Untouched:
    """A source that looks like the rule's business, and is not."""

    source: str
    because: str


class SlotKind(Enum):
    """How much of the text a rewrite is given."""

    NODE = "node"  # the expression or the simple statement itself
    HEADER = "header"  # a compound statement's clause up to its colon
    BLOCK = "block"  # whole statements with their suites, from the first decorator on
    TEXT = "text"  # the text at `at`, which no syntax tree holds (a comment): `rewrite` gets and returns text


@dataclass(frozen=True, slots=True)
class Import:
    """An import that a rewrite needs: ``import module`` (as `asname`), or ``from module import name``."""

    module: str
    name: str | None = None
    asname: str | None = None

    @property
    def bound(self) -> str:
        """The name that the import binds."""
        return self.asname or self.name or self.module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that a rewrite calls and the module does not have: `text` defines it, in steps of four spaces.

    It is put once behind the imports.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A place that a rule changes.

    `at` narrows the slot to one expression or name at these offsets of the phase's text, where `node` is none itself (a
    parameter, a definition's name). `until` extends a BLOCK to a later statement of the same suite. `data` is what `find` learnt and `rewrite` needs.
    Matches that share a `group` stand or fall together. `needs` are imports to add; `drops` names whose
    import goes when nothing else uses it any more. `helpers` are functions to put into the module.
    """

    node: ast.AST
    risk: Risk = Risk.SAFE
    message: str = ""
    at: tuple[int, int] | None = None
    slot: SlotKind = SlotKind.NODE
    until: ast.stmt | None = None
    data: Any = None
    group: str | None = None
    needs: tuple[Import, ...] = ()
    drops: tuple[str, ...] = ()
    helpers: tuple[Helper, ...] = ()
    silent: bool = False  # one of many edits of a group whose first match speaks for it


@dataclass(frozen=True, slots=True)
class Advice:
    """A place that a rule leaves to a human, with what to do there."""

    node: ast.AST
    message: str
    at: tuple[int, int] | None = None


# What `rewrite` may return: a node in the place of the old one, statements in the place of statements (none removes
# them), text in the place of text, or None where the node no longer is what `find` saw.
Rewritten = str | cst.CSTNode | Sequence[cst.BaseStatement | cst.BaseSmallStatement] | None


class Rule:
    """The base of every rule; subclasses say what they are in class attributes and implement `find` and `rewrite`.

    `triggers`: words of which at least one must occur in the lowered text, or the rule does not run on the file (an
    empty set: always). What is no whole word (`*`, `os.path`, `prefix_`) may occur anywhere in it. `also`: words of
    the same kind, of which one must occur as well. `pattern`: what the text must hold besides, where words say too
    little. `visits`: the node types that `find` is called with. `spelt`: of names, attributes and calls, only those
    spelt like a trigger concern the rule, and `find` is called with no others. `of_file`: the rule speaks of the
    file, whatever stands in it: `find` is called once, with a module without statements. `owns`: the constructs of
    the front end that this rule completes; without it such a file could not run, so it cannot be ignored.
    `ambiguous`: the old spelling has a meaning in Python 3 too, so that in a file of dialect `either` its matches are
    reported, not made. `in_python3`: a rule of the port that concerns Python 3 code as well (names that a later
    Python 3 removed). `architecture`: its changes alter how the program is built, so that the summary counts them
    apart (DESIGN §5). `optional`: the rule runs only where it is named, by `select` or `extend_select`.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    why: ClassVar[str]
    source: ClassVar[str]
    risk: ClassVar[Risk | None] = Risk.SAFE
    triggers: ClassVar[frozenset[str]] = frozenset()
    also: ClassVar[frozenset[str]] = frozenset()
    pattern: ClassVar[re.Pattern[str] | None] = None
    visits: ClassVar[tuple[type[ast.AST], ...]] = ()
    spelt: ClassVar[bool] = False
    of_file: ClassVar[bool] = False
    owns: ClassVar[frozenset[str]] = frozenset()
    examples: ClassVar[tuple[Example | Untouched, ...]] = ()
    phase: ClassVar[str] = ""
    since: ClassVar[tuple[int, int] | None] = None  # the first target Python that the rule concerns
    ambiguous: ClassVar[bool] = False
    in_python3: ClassVar[bool] = False
    architecture: ClassVar[bool] = False
    optional: ClassVar[bool] = False

    def concerns(self, path: str, tree: TreeSlice) -> bool:
        """Whether the rule can have anything to say of a file of this name; asked before the file is parsed."""
        return True

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        """What to change, or to say, at a node of one of the types in `visits`."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it looks for")

    def rewrite(self, node: Any, match: Match) -> Rewritten:
        """The replacement of a match: `node` is the concrete node of its slot, nested matches already rewritten."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it rewrites")


@dataclass(frozen=True, slots=True)
class Found:
    """A match with its rule and its place in the phase's text."""

    rule: Rule
    match: Match
    start: int
    end: int
    order: int = field(default=0)
