"""What the first pass keeps of a file: its classes, its imports, and what it reads of them (DESIGN §3, "The tree").

A summary is read off the outlined code, logical line by logical line, which costs a fraction of parsing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from porter.python2.outline import Outline
from porter.python2.source import Dialect, Source
from porter.python2.structure import closing, find_top_level, split_top_level

# The logical lines that matter: what opens a block (and so ends those indented as far), imports, and assignments.
_LINE = re.compile(
    r"""
    ^ (?P<indent> [ \t\f]*+ )
    (?:
        class [ \t\f]++ (?P<class> \w++ ) (?P<bases> [^\n]*+ )
      | (?: async [ ]++ )? def [ \t\f]++ (?P<def> \w++ ) (?P<parameters> [^\n]*+ )
      | (?: if | elif | else | while | for | try | except | finally | with ) \b (?P<suite> [^\n]*+ )
      | (?: async | match | case ) \b (?P<soft> [^\n]*+ (?<=:) )
      | (?P<simple> (?: from | import ) \b [^\n]*+ | [^\n=;]*+ (?: =(?!=) | ; ) [^\n]*+ )
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
_IMPORT = re.compile(r"import\b(.*)", re.DOTALL)
_FROM_IMPORT = re.compile(
    r"from\b[ \t\f]*(?P<dots>[.\s]*)(?P<module>[\w.\s]*?)[ \t\f]*\bimport\b(?P<names>.*)", re.DOTALL
)
_ALIAS = re.compile(r"[\s(]*(?P<name>[\w.\s]*?\w|\*)(?:\s+as\s+(?P<alias>\w+))?[\s)]*\Z")
# What an assignment gives its value to; then the arguments of calls and subscripts in it, and the plain targets left.
_TARGETS = re.compile(r"([\w.,()\[\]{}\"*\s+-]+?)=(?!=)")
_TWO_WORDS = re.compile(r"\w\s+\w")
_TRAILER = re.compile(r"(?<=[\w)\]])(?:\([^()]+\)|\[[^\[\]]*\])")
_TARGET = re.compile(r"(?<![\w.)\]])[^\W\d]\w*(?:\.\w+)?(?![\w.(])")
_CHAIN = re.compile(r"(?<![\w.])([^\W\d]\w*+)((?:\.[^\W\d]\w*+)++)")
_DOTTED = re.compile(r"(?!None\Z)[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_PARAMETER = re.compile(r"[\s(]*(?P<name>[^\W\d]\w*)")
_COLUMNS = 8  # of a tab, in Python 2


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """A class of the tree: its name, its bases as written (dotted), the names that its body binds.

    `attributes` are those that its methods set on their first parameter.
    """

    name: str
    bases: tuple[str, ...]
    members: frozenset[str]
    attributes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FileSummary:
    """One file as the others see it. `path` is relative to the tree's root, with '/' between its parts.

    `reads` are the dotted names that it takes from what it imports: `a.b` for an `a.b` in the text after `import a`.
    `memory` is what the front end found out when it read the file, for the second pass (`porter.python2.recalling`).
    """

    path: str
    dialect: Dialect
    classes: tuple[ClassSummary, ...] = ()
    imports: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    memory: bytes = field(default=b"", compare=False, repr=False)


def summarise(source: Source, outline: Outline, path: str) -> FileSummary:
    """A file's summary, from the outline of its original text."""
    skimmer = _Skimmer(outline.code)
    skimmer.skim()
    classes = [
        ClassSummary(item.name, item.bases, frozenset(item.members), frozenset(item.attributes))
        for item in skimmer.classes
    ]
    return FileSummary(
        path=path,
        dialect=source.dialect,
        classes=tuple(sorted(classes, key=lambda item: (item.name, item.bases, sorted(item.members)))),
        imports=frozenset(skimmer.imports),
        reads=_reads(source.original, skimmer.imported),
    )


@dataclass(slots=True)
class _Block:
    """A class or a function that is open, and how far it is indented."""

    indent: int
    name: str
    bases: tuple[str, ...] = ()
    is_class: bool = False
    owner: str = ""  # the first parameter of a method
    method_of: _Block | None = None
    members: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)


class _Skimmer:
    """Reads the code once, and keeps the blocks that are open at each line."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._open: list[_Block] = []
        self.classes: list[_Block] = []
        self.imports: set[str] = set()
        self.imported: dict[str, set[str]] = (
            {}
        )  # the name that an import binds → the dotted names that it may stand for

    def skim(self) -> None:
        for match in _LINE.finditer(self._code):
            indent = match["indent"]
            column = _column(indent) if "\t" in indent or "\f" in indent else len(indent)
            while self._open and self._open[-1].indent >= column:
                self._open.pop()
            kind = match.lastgroup
            if kind == "simple":
                self._simple(match["simple"])
            elif kind == "suite":
                self._suite(match.start("suite"), match.end())
            elif kind == "soft":
                pass
            elif kind == "parameters":
                self._function(match, column)
            else:
                self._class(match, column)

    # -- definitions -----------------------------------------------------------------------------------------------

    def _class(self, match: re.Match[str], column: int) -> None:
        name = match["class"]
        self._bind(name)
        block = _Block(column, name, tuple(self._bases(match.start("bases"), match.end())), is_class=True)
        self.classes.append(block)
        self._open.append(block)
        self._suite(match.start("bases"), match.end())

    def _bases(self, start: int, end: int) -> Iterator[str]:
        code = self._code
        opener = code.find("(", start, end)
        if opener < 0 or code[start:opener].strip():
            return
        for span in split_top_level(code, opener + 1, closing(code, opener)):
            base = code[span.start : span.end]
            if _TWO_WORDS.search(base) is None and _DOTTED.fullmatch("".join(base.split())):
                yield "".join(base.split())

    def _function(self, match: re.Match[str], column: int) -> None:
        name = match["def"]
        self._bind(name)
        around = self._open[-1] if self._open else None
        block = _Block(column, name)
        if around is not None and around.is_class:
            first = _PARAMETER.match(match["parameters"])
            block.owner, block.method_of = first["name"] if first else "", around
        elif around is not None:
            block.owner, block.method_of = around.owner, around.method_of
        self._open.append(block)
        self._suite(match.start("parameters"), match.end())

    def _suite(self, start: int, end: int) -> None:
        """What stands on the line of a header, behind its colon."""
        code = self._code
        if code[start:end].rstrip().endswith(":"):
            return
        colon = find_top_level(code, start, end, ":")
        if colon >= 0:
            self._simple(code[colon + 1 : end])

    # -- simple statements -----------------------------------------------------------------------------------------

    def _simple(self, line: str) -> None:
        for statement in line.split(";") if ";" in line else (line,):
            statement = statement.strip()
            if found := _IMPORT.match(statement):
                self._import(found[1])
            elif found := _FROM_IMPORT.match(statement):
                self._from_import(found)
            elif "=" in statement and self._open:
                self._assign(statement)

    def _import(self, names: str) -> None:
        for name, alias in _aliases(names):
            self.imports.add(name)
            self.imported.setdefault(alias or name, set()).add(name)
            self._bind(alias or name.partition(".")[0])

    def _from_import(self, found: re.Match[str]) -> None:
        base = "".join(found["dots"].split()) + "".join(found["module"].split())
        joint = "" if base.endswith(".") else "."
        self.imports.add(base)
        for name, alias in _aliases(found["names"]):
            self.imports.add(f"{base}{joint}{name}")
            if name != "*":
                self.imported.setdefault(alias or name, set()).add(f"{base}{joint}{name}")
                self._bind(alias or name)

    def _assign(self, statement: str) -> None:
        block = self._open[-1]
        if not block.is_class and block.method_of is None:
            return
        at = 0
        while found := _TARGETS.match(statement, at):
            targets = found[1]
            if not _is_target_list(targets):
                return
            for target in _single_targets(targets):
                if block.is_class and "." not in target:
                    block.members.add(target)
                elif block.method_of is not None and target.startswith(f"{block.owner}."):
                    block.method_of.attributes.add(target[len(block.owner) + 1 :])
            at = found.end()

    def _bind(self, name: str) -> None:
        if self._open and self._open[-1].is_class:
            self._open[-1].members.add(name)


def _aliases(names: str) -> Iterator[tuple[str, str | None]]:
    """The names of an import, and what each is called here."""
    for item in names.split(","):
        if found := _ALIAS.match(item):
            yield "".join(found["name"].split()), found["alias"]


def _column(indent: str) -> int:
    """How far Python 2 takes a line to be indented: a form feed begins anew."""
    return len(indent.rpartition("\f")[2].expandtabs(_COLUMNS))


def _is_target_list(text: str) -> bool:
    """Whether a text before an `=` can be targets: not so for `x +`, and the `=` of a keyword argument or a lambda."""
    if text.rstrip().endswith(("+", "-", "*")):
        return False
    brackets = text.count("(") == text.count(")") and text.count("[") == text.count("]")
    return brackets and _TWO_WORDS.search(text.strip()) is None


def _single_targets(text: str) -> list[str]:
    """The names and plain attributes (`self.a`) among targets: those of `a, (b[0], self.c)` are a and self.c."""
    plain = "".join(text.split())
    while "[" in plain or "(" in plain:
        fewer = _TRAILER.sub("()", plain)
        if fewer == plain:
            break
        plain = fewer
    return _TARGET.findall(plain)


def _reads(text: str, imported: dict[str, set[str]]) -> frozenset[str]:
    """The dotted names that the text takes from what it imports: found by their spelling."""
    firsts = {name.partition(".")[0] for name in imported}
    return frozenset(
        read
        for match in _CHAIN.finditer(text)
        if match[1] in firsts
        for read in _read_of(f"{match[1]}{match[2]}".split("."), imported)
    )


def _read_of(parts: list[str], imported: dict[str, set[str]]) -> Iterator[str]:
    """What a chain of names takes from the longest part of it that an import binds: `e.f.y` after ``import e.f``."""
    for end in range(len(parts) - 1, 0, -1):
        if stands_for := imported.get(".".join(parts[:end])):
            yield from (f"{dotted}.{parts[end]}" for dotted in stands_for)
            return
