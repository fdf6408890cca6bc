"""From matches to edits: slots nested in slots are rewritten inside out, each by its own text (DESIGN §3)."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from porter.analysis.model import ModuleModel
from porter.rewriting.parentheses import parenthesized
from porter.rewriting.patching import Edit
from porter.rewriting.refining import refined
from porter.rewriting.rule import Found, SlotKind
from porter.rewriting.slots import SlotError, rewrite_slot

_WORD = re.compile(r"\w")


@dataclass(slots=True)
class _Node:
    found: Found
    children: list[_Node] = field(default_factory=list)


@dataclass(slots=True)
class Rendered:
    """The edits of a phase, the matches that changed something, and those that failed with the reason."""

    edits: list[Edit] = field(default_factory=list)
    applied: list[Found] = field(default_factory=list)
    failed: list[tuple[Found, str]] = field(default_factory=list)


class Renderer:
    """Renders the matches of one phase of one file."""

    def __init__(self, model: ModuleModel, unit: str, newline: str) -> None:
        self._model = model
        self._unit = unit
        self._newline = newline
        self._removed: set[ast.stmt] = set()
        self._semicolons: set[int] = set()  # those that go with the statement before them
        self._result = Rendered()

    def render(self, matches: Sequence[Found]) -> Rendered:
        """Every match that can be made; one that fails leaves its own place, and what is nested in it, as it would be alone."""
        for node in self._forest(matches):
            edits = self._edits(node)
            self._result.edits.extend(edits)
        return self._result

    def _forest(self, matches: Sequence[Found]) -> list[_Node]:
        # At equal spans the rule that comes first in order is rewritten first: it is the inner one.
        ordered = sorted(matches, key=lambda found: (found.start, -found.end, -found.order))
        roots: list[_Node] = []
        stack: list[_Node] = []
        for found in ordered:
            while stack and stack[-1].found.end <= found.start:
                stack.pop()
            if stack and found.end > stack[-1].found.end:
                self._result.failed.append((found, "it overlaps another change; convert the result once more"))
                continue
            node = _Node(found)
            (stack[-1].children if stack else roots).append(node)
            stack.append(node)
        return roots

    def _edits(self, node: _Node) -> list[Edit]:
        """The edits for a node: one for its whole slot or, where its own rewrite fails, those of its children."""
        inner = [edit for child in node.children for edit in self._edits(child)]
        found = node.found
        text = _splice(self._model.text, found.start, found.end, inner)
        if inner and not text:
            return inner  # another rule removes the statement: nothing is left to change
        try:
            new = rewrite_slot(text, found.match, found.rule.rewrite, self._unit, self._newline)
        except SlotError as error:
            self._result.failed.append((found, str(error)))
            return inner
        except RecursionError:
            self._result.failed.append((found, "the statement is nested too deeply"))
            return inner
        except Exception as error:  # a mistake in a rule costs its own match, never the file
            self._result.failed.append((found, f"the rule failed: {type(error).__name__}: {error}"))
            return inner
        if new is None:
            self._result.failed.append((found, "another change came first; convert the result once more"))
            return inner
        if new != self._before(found) or found.match.needs:
            self._result.applied.append(found)
        codes = tuple(dict.fromkeys([code for edit in inner for code in edit.codes] + [found.rule.code]))
        edit = self._placed(found, new, codes)
        if found.match.slot is SlotKind.BLOCK:
            return refined(edit, self._model.text[edit.start : edit.end], inner)
        return [edit]

    def _before(self, found: Found) -> str:
        """What stood in the slot: in the original, where this phase is the first to change it."""
        source = self._model.source
        if self._model.text != source.text:
            return self._model.text[found.start : found.end]
        return source.original[slice(*source.original_span(found.start, found.end))]

    def _placed(self, found: Found, new: str, codes: tuple[str, ...]) -> Edit:
        node = found.match.node
        if found.match.at is not None:
            return Edit(found.start, found.end, new, codes)
        if found.match.slot is SlotKind.NODE and isinstance(node, ast.stmt):
            return self._place_statements(found, node, new, codes)
        if found.match.slot is SlotKind.NODE and isinstance(node, ast.expr):
            new = parenthesized(new, node, self._model)
            if self._touches_word(found.start) and _WORD.match(new):
                new = f" {new}"
        return Edit(found.start, found.end, new, codes)

    def _touches_word(self, start: int) -> bool:
        """Whether the slot leans on a word before it and did not start with one: return`x`."""
        text = self._model.text
        return start > 0 and bool(_WORD.match(text[start - 1]))

    def _place_statements(self, found: Found, node: ast.stmt, new: str, codes: tuple[str, ...]) -> Edit:
        text = self._model.text
        line_start = self._model.lines.line_start(self._model.lines.line_of(found.start))
        line_end = self._line_end(found.end)
        before, after = text[line_start : found.start], text[found.end : line_end]
        alone = not before.strip() and not after.strip().rstrip(";")
        own_line = not before.strip() and (not after.strip() or after.lstrip().startswith("#"))
        if new:
            joint = self._newline + before if own_line else "; "
            return Edit(found.start, found.end, new.replace("\0", joint), codes)
        self._removed.add(node)
        if all(statement in self._removed for statement in self._model.suite(node)) and not isinstance(
            self._model.parent(node), ast.Module
        ):
            return Edit(found.start, found.end, "pass", codes)
        if alone and own_line:
            following = (
                self._model.lines.line_start(self._model.lines.line_of(line_end) + 1)
                if line_end < len(text)
                else line_end
            )
            return Edit(line_start, following, "", codes)
        if before.rstrip().endswith(";") and line_start + before.rindex(";") not in self._semicolons:
            return Edit(line_start + before.rindex(";"), found.end, "", codes)  # `a; b`: b goes with its semicolon
        rest = after.lstrip()
        behind = found.end + len(after) - len(rest)
        if rest.startswith(";") and rest[1:].strip():  # and a with the one behind it
            self._semicolons.add(behind)
            return Edit(found.start, behind + len(rest) - len(rest[1:].lstrip()), "", codes)
        return Edit(found.start, behind if own_line else found.end, "" if own_line else "pass", codes)

    def _line_end(self, offset: int) -> int:
        text = self._model.text
        ends = [at for at in (text.find("\n", offset), text.find("\r", offset)) if at >= 0]
        return min(ends, default=len(text))


def _splice(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    at = start
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    parts.append(text[at:end])
    return "".join(parts)
