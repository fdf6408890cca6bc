"""The engine: one phase's rules over one module. It finds, rewrites, and makes sure that the result still compiles."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from porter.analysis.model import ModuleModel
from porter.analysis.tree import TreeSlice
from porter.analysis.walk import SPELT
from porter.errors import ConversionError
from porter.positions import LineIndex
from porter.python2.parsing import quietly_parse
from porter.python2.source import Dialect, Source
from porter.rewriting.conversion import Finding, Outcome, Risk
from porter.rewriting.dropping import imported_names, unused_import_edits
from porter.rewriting.importing import helper_edits, import_edits
from porter.rewriting.options import Division, Options
from porter.rewriting.outlining import imported_elsewhere, outlined, still_used
from porter.rewriting.patching import Edit, PatchedText
from porter.rewriting.rendering import Rendered, Renderer
from porter.rewriting.rule import Advice, Found, Helper, Match, Rule, SlotKind
from porter.rewriting.slots import SlotError, span_of
from porter.rewriting.suppressing import Suppressions
from porter.rewriting.triggering import Triggers, Words

_COMPOUND = (ast.FunctionDef, ast.ClassDef, ast.If, ast.For, ast.While, ast.With, ast.Try)
_NOTHING = ast.Module([], [])
_FIRST_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class PhaseResult:
    """The text after a phase and what the rules said; its tree, where the phase parsed this very text."""

    patched: PatchedText
    module: ast.Module | None
    findings: tuple[Finding, ...]


class Phase:
    """Runs a phase's rules over one file."""

    def __init__(self, rules: tuple[Rule, ...], options: Options, suppressions: Suppressions) -> None:
        self._triggers = _triggers(rules, options)
        self._options = options
        self._suppressions = suppressions

    def run(
        self,
        source: Source,
        patched: PatchedText,
        words: Words,
        module: ast.Module | None,
        tree: TreeSlice,
        *,
        python2: bool,
    ) -> PhaseResult:
        """Raises ConversionError if the result does not compile whatever is backed out.

        `words` are those of the text, `module` its tree if there is one already: a phase that no rule is in parses nothing.
        """
        rules = self._active(source, words, tree)
        if not rules:
            return PhaseResult(patched, module, ())
        model = ModuleModel(
            source,
            patched.text,
            module,
            tree,
            python2=python2,
            python=self._options.python,
            division_helper=self._options.division is Division.HELPER,
        )
        work = _File(model, patched, words, self._options, self._suppressions)
        try:
            for order, rule in enumerate(rules):
                work.collect(rule, order)
            return work.finish()
        finally:
            model.release()

    def _active(self, source: Source, words: Words, tree: TreeSlice) -> list[Rule]:
        """The rules that can concern this file at all: in its dialect, with a trigger that occurs."""
        return [
            rule
            for rule in self._triggers.met(words)
            if _speaks(rule, source.dialect) and rule.concerns(source.path, tree)
        ]


@lru_cache(maxsize=64)
def _triggers(rules: tuple[Rule, ...], options: Options) -> Triggers:
    """The triggers of the rules that a conversion with these options runs, the same for every file."""
    return Triggers(
        [
            rule
            for rule in rules
            if (rule.owns or options.wants(rule.code, optional=rule.optional))
            and (rule.since is None or options.python >= rule.since)
        ]
    )


def _speaks(rule: Rule, dialect: Dialect) -> bool:
    return dialect is not Dialect.PYTHON3 or rule.phase != "port" or rule.in_python3


class _File:
    """The work on one file in one phase."""

    def __init__(
        self, model: ModuleModel, patched: PatchedText, words: Words, options: Options, suppressions: Suppressions
    ) -> None:
        self._model = model
        self._words = words
        self._patched = patched
        self._options = options
        self._suppressions = suppressions
        self._original = LineIndex(model.source.original)
        self._matches: list[Found] = []
        self._findings: list[Finding] = []
        self._left: dict[str, str] = {}  # groups with a part that is left as it is, and why
        newline = _FIRST_NEWLINE.search(model.text)
        self._newline = newline.group() if newline else "\n"

    # -- finding ---------------------------------------------------------------------------------------------------

    def collect(self, rule: Rule, order: int) -> None:
        """Ask a rule about every node that it visits."""
        model = self._model
        if rule.of_file:
            self._ask(rule, (_NOTHING,), order)
            return
        for node_type in rule.visits:
            if rule.spelt and node_type in SPELT:
                for word in rule.triggers & self._words.words:
                    self._ask(rule, model.spelt.get((node_type, word), ()), order)
            else:
                self._ask(rule, model.nodes.get(node_type, ()), order)

    def _ask(self, rule: Rule, nodes: Iterable[ast.AST], order: int) -> None:
        """A mistake in a rule costs what it had to say of one node, never the file."""
        find, model = rule.find, self._model
        for node in nodes:
            try:
                for said in find(node, model):
                    self._take(rule, said, order)
            except Exception as error:
                reason = f"the rule failed: {type(error).__name__}: {error}"
                self._back_out(rule, Match(node), reason)

    def _take(self, rule: Rule, said: Match | Advice, order: int) -> None:
        risk = said.risk if isinstance(said, Match) else None
        if self._is_silenced(rule, said):
            self._findings.append(self._finding(rule, said, said.message, risk, Outcome.SUPPRESSED))
            self._leave_group(said, "a part of this change is silenced by a comment")
            return
        if isinstance(said, Advice):
            self._findings.append(self._finding(rule, said, said.message, None, Outcome.ADVISED))
        elif rule.ambiguous and self._model.dialect is Dialect.EITHER and rule.phase == "port":
            message = f"{said.message or rule.summary}, if this is Python 2 (say so with --from python2)"
            self._findings.append(self._finding(rule, said, message, said.risk, Outcome.ADVISED))
        elif said.risk is Risk.UNSAFE and not self._options.unsafe:
            self._findings.append(self._finding(rule, said, said.message, said.risk, Outcome.WITHHELD))
            self._leave_group(said, "a part of this change is unsafe")
        else:
            try:
                span = span_of(said, self._model)
            except SlotError as error:
                self._back_out(rule, said, str(error))
                self._leave_group(said, str(error))
                return
            self._matches.append(Found(rule, said, span.start, span.end, order))

    def _is_silenced(self, rule: Rule, said: Match | Advice) -> bool:
        """Whether a comment on the line, or behind the end of a literal of several lines, silences a rule."""
        if not self._suppressions:
            return False
        lines = {self._place(said)[0]}
        if isinstance(said.node, ast.Constant) and said.at is None:
            end = self._patched.original_offset(self._model.span(said.node)[1])
            lines.add(self._original.position(end)[0])
        return any(self._suppressions.silences(rule, line) for line in lines)

    def _leave_group(self, said: Match | Advice, reason: str) -> None:
        if isinstance(said, Match) and said.group is not None:
            self._left.setdefault(said.group, reason)

    def _finding(self, rule: Rule, said: Match | Advice, message: str, risk: Risk | None, outcome: Outcome) -> Finding:
        line, column = self._place(said)
        return Finding(self._model.path, line, column, rule.code, message or rule.summary, risk, outcome)

    def _place(self, said: Match | Advice) -> tuple[int, int]:
        """The line and column, in the original, of what a rule speaks of."""
        offset = said.at[0] if said.at is not None else self._offset(said.node)
        return self._original.position(self._patched.original_offset(offset))

    def _offset(self, node: ast.AST) -> int:
        if isinstance(node, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias):
            return self._model.span(node)[0]
        return 0

    def _back_out(self, rule: Rule, match: Match, reason: str) -> None:
        message = f"{match.message or rule.summary}: left as it is, since {reason}"
        self._findings.append(self._finding(rule, match, message, match.risk, Outcome.BACKED_OUT))

    # -- rewriting -------------------------------------------------------------------------------------------------

    def finish(self) -> PhaseResult:
        """Rewrite what can be rewritten; a group with a match that fails, or is left, is backed out whole."""
        self._withdraw(
            [(found, self._left[found.match.group]) for found in self._matches if found.match.group in self._left]
        )
        while True:
            rendered = self._rendered(self._matches)
            if not rendered.failed:
                break
            self._withdraw(rendered.failed)
        return self._checked(rendered)

    def _rendered(self, matches: Sequence[Found]) -> Rendered:
        return Renderer(self._model, self._unit, self._newline).render(matches) if matches else Rendered()

    @cached_property
    def _unit(self) -> str:
        return _indentation_step(self._model)

    def _withdraw(self, failed: Sequence[tuple[Found, str]]) -> None:
        groups = {found.match.group: reason for found, reason in failed if found.match.group is not None}
        gone = {id(found.match): reason for found, reason in failed}
        kept: list[Found] = []
        for found in self._matches:
            reason = gone.get(id(found.match)) or groups.get(found.match.group or "")
            if reason is None:
                kept.append(found)
            elif not found.match.silent:
                self._back_out(found.rule, found.match, reason)
        self._matches = kept

    def _checked(self, rendered: Rendered) -> PhaseResult:
        try:
            result = self._apply(rendered)
        except SyntaxError as error:
            return self._without_culprit(error)
        applied = [
            self._finding(found.rule, found.match, found.match.message, found.match.risk, Outcome.APPLIED)
            for found in rendered.applied
            if not found.match.silent
        ]
        return replace(result, findings=tuple(sorted([*self._findings, *applied], key=_by_place)))

    def _apply(self, rendered: Rendered) -> PhaseResult:
        wanted = [item for found in rendered.applied for item in found.match.needs]
        if not (rendered.edits or wanted):
            return PhaseResult(self._patched, self._model.parsed, ())
        patched = self._patched.apply(rendered.edits) if rendered.edits else self._patched
        dropped = {name for found in rendered.applied for name in found.match.drops}
        if wanted or dropped:
            # Imports change in the rewritten text: what the rewrites did to the import statements is seen.
            module = self._outlined(rendered, patched.text)
            dropped &= imported_names(module) | imported_elsewhere(self._model, rendered.edits)
            dropped = {name for name in dropped if not still_used(name, self._model, rendered.applied)}
            edits = import_edits(patched.text, module, wanted, self._newline)
            patched = patched.apply(edits) if edits else patched
        helpers = dict.fromkeys(item for found in rendered.applied for item in found.match.helpers)
        if helpers:
            patched = self._with_helpers(patched, list(helpers))
        if dropped:
            removals = self._removals(dropped, patched.text)
            patched = patched.apply(removals) if removals else patched
        compile_checked(patched.text, self._model.path)
        return PhaseResult(patched, None, ())

    def _with_helpers(self, patched: PatchedText, helpers: Sequence[Helper]) -> PatchedText:
        """Functions that the rewrites call, behind the imports that the text has by now."""
        texts = [item.text.replace("    ", self._unit).replace("\n", self._newline) for item in helpers]
        return patched.apply(helper_edits(patched.text, _parsed(patched.text), texts, self._newline))

    def _outlined(self, rendered: Rendered, text: str) -> ast.Module:
        """The tree of the result as far as imports go; all of it where whole statements were put together anew."""
        if any(found.match.slot is SlotKind.BLOCK for found in rendered.applied):
            return _parsed(text)
        return _parsed(outlined(self._model, rendered.edits))

    def _removals(self, names: set[str], text: str) -> list[Edit]:
        """What is left of the imports of these names, and used by nothing, goes. Raises SyntaxError."""
        model = ModuleModel(self._model.source, text, _parsed(text), self._model.tree, python2=False)
        try:
            return unused_import_edits(names, model)
        finally:
            model.release()

    def _without_culprit(self, error: SyntaxError) -> PhaseResult:
        """The result did not compile: leave out the one rule that breaks it, else every rule that can be left out."""
        optional = sorted({found.rule.code for found in self._matches if not found.rule.owns})
        for codes in [*([code] for code in optional), optional]:
            trial = [found for found in self._matches if found.rule.code not in codes]
            if len(trial) == len(self._matches):
                continue
            rendered = self._rendered(trial)
            try:
                self._apply(rendered)
            except SyntaxError:
                continue
            for found in self._matches:
                if found.rule.code in codes:
                    self._back_out(found.rule, found.match, f"the result would not compile ({error.msg})")
            self._matches = trial
            return self.finish()
        rules = ", ".join(sorted({found.rule.code for found in self._matches}))
        raise ConversionError(
            f"the result would not compile: {error.msg}",
            path=self._model.path,
            line=self._original_line(error) if not self._matches else None,
            hint=f"rules involved: {rules}" if rules else "no rule of porter mends this",
        )

    def _original_line(self, error: SyntaxError) -> int:
        """The original line of an error in text that no match has changed."""
        offset = self._model.lines.line_start(error.lineno or 1)
        return self._original.position(self._patched.original_offset(offset))[0]


def _indentation_step(model: ModuleModel) -> str:
    """What the file's first block is indented by; four spaces in a file without one."""
    blocks = [node for kind in _COMPOUND for node in model.nodes.get(kind, ()) if isinstance(node, ast.stmt)]
    for node in sorted(blocks, key=lambda node: node.lineno):
        first: ast.stmt = node.body[0]  # type: ignore[attr-defined]
        lines = [model.lines.line_start(statement.lineno) for statement in (node, first)]
        outer, inner = (
            model.text[start : model.span(item)[0]] for start, item in zip(lines, (node, first), strict=True)
        )
        if first.lineno > node.lineno and not inner.strip() and inner.startswith(outer) and inner != outer:
            return inner[len(outer) :]
    return "    "


def compile_checked(text: str, path: str) -> None:
    """Compile a text with this Python; raises SyntaxError, whatever else the compiler said."""
    with _only_syntax_errors(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(text, path, "exec", dont_inherit=True)


def _parsed(text: str) -> ast.Module:
    """The tree of a text that is on its way to the result. Raises SyntaxError."""
    with _only_syntax_errors():
        return quietly_parse(text)


@contextmanager
def _only_syntax_errors() -> Iterator[None]:
    try:
        yield
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(f"{type(error).__name__}: {error}") from error


def _by_place(finding: Finding) -> tuple[int, int, str]:
    return finding.line, finding.column, finding.code
