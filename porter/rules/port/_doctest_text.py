"""The examples of a docstring as one module, converted together, and put back between what surrounds them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from porter import python2
from porter.analysis.model import ModuleModel
from porter.errors import PorterError
from porter.python2 import markers
from porter.python2.outline import ScanError, outline
from porter.python2.source import Dialect
from porter.rewriting.conversion import Outcome
from porter.rewriting.engine import Phase
from porter.rewriting.options import Options, Target
from porter.rewriting.patching import PatchedText
from porter.rewriting.rule import Rule
from porter.rewriting.suppressing import Suppressions
from porter.rewriting.triggering import Words

_PROMPT = re.compile(r"(?P<indent>[ \t]*)>>>(?: (?P<code>.*))?$")
_FENCE = "#>>> "
# In outlined code, where a string is a run of quotes: what Python 3 shows no more.
_SHOWN_OTHERWISE = re.compile(r"(?<![\w\"])u(?=\")|(?<=\d)L\b(?<![A-Za-z_.]\dL)")
_DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set)


@dataclass(frozen=True, slots=True)
class Example:
    """An example: the lines of its source and of its output, by their numbers in the docstring."""

    indent: str
    first: int
    output: int
    end: int
    source: str


@dataclass(frozen=True, slots=True)
class Converted:
    """A docstring with its examples converted. `left` is what porter has to say of them, "" for nothing."""

    text: str
    left: str


def convert(text: str, rules: tuple[Rule, ...], model: ModuleModel) -> Converted | None:
    """The docstring's text with its examples converted; None where they cannot be read as Python 2."""
    lines = text.split("\n")
    found = list(examples(lines))
    joined = "".join(f"{_FENCE}{number}\n{example.source}\n" for number, example in enumerate(found))
    try:
        source = python2.read(joined.encode(), model.path, Dialect.PYTHON2)
        patched = PatchedText.of(source)
        phase = Phase(rules, Options(target=Target.PYTHON3, python=model.python), Suppressions(""))
        result = phase.run(source, patched, Words(patched.text), python2.parse(source), model.tree, python2=True)
    except (PorterError, SyntaxError):
        return None
    if markers.PREFIX in result.patched.text:
        return None
    told = [item.message for item in result.findings if item.outcome is not Outcome.APPLIED]
    return Converted(_put_back(lines, found, _split(result.patched.text, len(found))), told[0] if told else "")


def examples(lines: Sequence[str]) -> Iterator[Example]:
    """The examples of a docstring, by doctest's rules: the output ends at an empty line or at the next prompt."""
    at = 0
    while at < len(lines):
        prompt = _PROMPT.match(lines[at])
        at += 1
        if prompt is None:
            continue
        indent, first = prompt["indent"], at - 1
        source = [prompt["code"] or ""]
        while at < len(lines) and lines[at].startswith(f"{indent}..."):
            source.append(lines[at][len(indent) + 4 :])
            at += 1
        output = at
        while at < len(lines) and lines[at].strip() and not _PROMPT.match(lines[at]):
            at += 1
        yield Example(indent, first, output, at, "\n".join(source))


def _split(text: str, count: int) -> list[str]:
    """The converted source of each example; imports that were put before all of them belong to the first."""
    pieces = [""] * count
    number = 0
    for line in text.splitlines(keepends=True):
        if line.startswith(_FENCE):
            number = int(line[len(_FENCE) :])
        else:
            pieces[number] += line
    return pieces


def _put_back(lines: Sequence[str], found: Sequence[Example], sources: Sequence[str]) -> str:
    new: list[str] = []
    at = 0
    for example, source in zip(found, sources, strict=True):
        new.extend(lines[at : example.first])
        at = example.end
        if not source.strip():  # an import that nothing needs any more
            continue
        if source.strip() == example.source.strip():
            new.extend(lines[example.first : example.output])
        else:
            new.extend(_prompted(source, example))
        prints = example.source.lstrip().startswith("print")
        new.extend(_output(line, prints) for line in lines[example.output : example.end])
    return "\n".join([*new, *lines[at:]])


def _prompted(source: str, example: Example) -> Iterator[str]:
    """The lines of an example: a prompt before each statement, dots before the lines that go on.

    What a print with a comma left pending Python 2's prompt ended; the spaces at the end of the output do not count then.
    """
    starts = {node.lineno: node for node in ast.parse(source).body}
    lines = source.rstrip("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        statement = starts.get(number)
        ended = statement is not None and "end=" in "\n".join(lines[number - 1 : statement.end_lineno])
        if ended and "end=" not in example.source and '"""' not in line and "'''" not in line:
            line += "  # doctest: +NORMALIZE_WHITESPACE"
        yield f"{example.indent}{'>>>' if statement is not None else '...'} {line}".rstrip()


def _output(line: str, prints: bool) -> str:
    """A line of expected output as Python 3 shows it: no u before a text, no L behind a number.

    Only what reads as a value is taken for one, and what a print wrote only where it is a list or its like: the rest is text.
    """
    shown = line.strip()
    try:
        source = python2.read(f"{shown}\n".encode(), "", Dialect.PYTHON2)
        (statement,) = python2.parse(source).body
        code = outline(shown).code
    except (PorterError, ScanError, ValueError):
        return line
    if not isinstance(statement, ast.Expr) or (prints and not isinstance(statement.value, _DISPLAYS)):
        return line
    for found in reversed(list(_SHOWN_OTHERWISE.finditer(code))):
        shown = shown[: found.start()] + shown[found.end() :]
    return line.replace(line.strip(), shown)
