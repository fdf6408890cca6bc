"""The imports of a text on its way to the result, without parsing all of it: everything else is blanked out first.

Placing an import takes the module's import statements, its docstring, and where the other statements begin. The text that is
parsed for them has the length and the lines of the whole one, so every place in its tree is a place in the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from porter.analysis.model import ModuleModel
from porter.rewriting.patching import Edit
from porter.rewriting.rule import Found

_NOT_NEWLINE = re.compile(r"[^\r\n]")
_IMPORTS = re.compile(r"\bimport\b")


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement of module level, from its first decorator on, and whether it stays to be parsed."""

    start: int
    end: int
    kept: bool


def outlined(model: ModuleModel, edits: Sequence[Edit]) -> str:
    """The model's text with the edits made, and all but its imports and its docstring blanked out, one character for each."""
    pieces: list[str] = []
    at = 0
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    parts = _parts(model, ordered)
    number = 0
    for part in parts:
        if part.kept:
            continue
        # Up to a statement that is left out, and then that statement.
        while number < len(ordered) and ordered[number].end <= part.start and ordered[number].start < part.start:
            number, at = _put(model.text, ordered, number, at, pieces)
        pieces.append(model.text[at : part.start])
        at = part.start
        inside: list[str] = []
        while number < len(ordered) and _is_inside(ordered[number], part.end):
            number, at = _put(model.text, ordered, number, at, inside)
        inside.append(model.text[at : part.end])
        at = part.end
        blank = _NOT_NEWLINE.sub(" ", "".join(inside))
        pieces.append(f"0{blank[1:]}" if blank[:1] == " " else blank)
    while number < len(ordered):
        number, at = _put(model.text, ordered, number, at, pieces)
    pieces.append(model.text[at:])
    return "".join(pieces)


def _put(text: str, edits: Sequence[Edit], number: int, at: int, pieces: list[str]) -> tuple[int, int]:
    """The text up to an edit, and what the edit puts; gives the next edit's number and where the text goes on."""
    edit = edits[number]
    pieces += [text[at : edit.start], edit.text]
    return number + 1, edit.end


def _parts(model: ModuleModel, edits: Sequence[Edit]) -> list[_Part]:
    """The statements of module level; what an edit crosses, or brings an import into, stays."""
    parts: list[_Part] = []
    number = 0
    for place, statement in enumerate(model.module.body):
        start, end = model.span(statement)
        decorators = getattr(statement, "decorator_list", ())
        if decorators:
            start = model.lines.line_start(decorators[0].lineno)
        kept = isinstance(statement, ast.Import | ast.ImportFrom) or (place == 0 and isinstance(statement, ast.Expr))
        while number < len(edits) and edits[number].end <= start and edits[number].start < start:
            number += 1
        end = _line_end(model, end)
        for edit in edits[number:]:
            if edit.start > end or (edit.start == end and not _is_inside(edit, end)):
                break
            kept = kept or edit.start < start or edit.end > end or _IMPORTS.search(edit.text) is not None
        parts.append(_Part(start, end, kept))
    return parts


def _line_end(model: ModuleModel, end: int) -> int:
    """Where the line ends on which a statement ends, if nothing but a comment follows there."""
    following = model.lines.line_start(model.lines.line_of(end) + 1)
    rest = model.text[end:following].strip()
    return following if not rest or rest.startswith("#") else end


def _is_inside(edit: Edit, end: int) -> bool:
    """Whether an edit belongs to the statement that ends here: an indented line that is put behind it does."""
    return edit.end <= end and (edit.start < end or edit.text.lstrip("\r\n").startswith((" ", "\t")))


def imported_elsewhere(model: ModuleModel, edits: Sequence[Edit]) -> set[str]:
    """The names that imports inside functions, classes and branches bind, as far as no edit touches them."""
    return {
        alias.asname or alias.name.partition(".")[0]
        for kind in (ast.Import, ast.ImportFrom)
        for node in model.nodes.get(kind, ())
        if not isinstance(model.parent(node), ast.Module) and not _is_touched(node, model, edits)
        for alias in node.names  # type: ignore[attr-defined]
    }


def _is_touched(node: ast.AST, model: ModuleModel, edits: Sequence[Edit]) -> bool:
    assert isinstance(node, ast.stmt)
    start, end = model.span(node)
    return any(edit.start < end and start < edit.end for edit in edits)


def still_used(name: str, model: ModuleModel, rewritten: Sequence[Found]) -> bool:
    """Whether a use of a name that an import binds stands where nothing is rewritten."""
    return any(
        isinstance(use, ast.Name)
        and any(binding.imported is not None for binding in model.bindings(use))
        and not any(found.start <= model.span(use)[0] < found.end for found in rewritten)
        for use in model.spelt.get((ast.Name, name), ())
    )
