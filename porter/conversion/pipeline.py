"""One file from bytes to Conversion: read, analyse, run each phase's rules, check (the first diagram of DESIGN §1)."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from porter import python2
from porter.analysis.summaries import FileSummary, summarise
from porter.analysis.tree import TreeSlice
from porter.conversion.checking import Fault, check
from porter.conversion.stack import with_deep_stack
from porter.errors import ConversionError, UsageError
from porter.positions import LineIndex
from porter.python2 import markers
from porter.python2.source import Dialect, Source
from porter.rewriting.conversion import Conversion, Finding, Outcome, Risk
from porter.rewriting.engine import Phase, compile_checked
from porter.rewriting.options import Options
from porter.rewriting.patching import PatchedText
from porter.rewriting.suppressing import Suppressions
from porter.rewriting.triggering import Words
from porter.rules import of_phase, owners


def summarise_bytes(data: bytes, path: str, dialect: Dialect | None = None) -> FileSummary:
    """The first pass over a file, which parses nothing. Raises SourceError."""
    source, outline = python2.read_with_outline(data, path, dialect)
    return replace(summarise(source, outline, path), memory=python2.remembered(source, data))


def convert_bytes(data: bytes, path: str, tree: TreeSlice, options: Options) -> Conversion:
    """The second pass over a file. Raises SourceError, ConversionError, or UsageError for an option it cannot follow."""

    def work() -> Conversion:
        recalled = python2.recall(data, path, tree.memory, tree.dialect)
        return _convert(recalled or python2.read(data, path, tree.dialect), tree, options)

    return with_deep_stack(work)


def _convert(source: Source, tree: TreeSlice, options: Options) -> Conversion:
    _refuse_ignored(source, options)
    patched = PatchedText.of(source)
    module: ast.Module | None = python2.parse(source)
    words = Words(patched.text)
    suppressions = Suppressions(source.original)
    findings: list[Finding] = list(_lowered(source))
    is_python2 = source.dialect is not Dialect.PYTHON3
    for name in options.target.phases:
        phase = Phase(of_phase(name), options, suppressions)
        result = phase.run(source, patched, words, module, tree, python2=is_python2 and name == "port")
        if result.patched is not patched:
            words = Words(result.patched.text)
        patched, module = result.patched, result.module
        findings.extend(result.findings)
    if markers.PREFIX in patched.text:
        _refuse_markers(source, patched, findings)
    text = patched.text
    if text == source.text and (source.lowerings or _was_backed_out(findings)):
        _compile_lowered(source)
    checked = check(text, source.path, options.python)
    if checked.fault is not None:
        _refuse_fault(source, patched, checked.fault, findings, options)
    return Conversion(
        path=source.path,
        dialect=source.dialect,
        original=source.original,
        text=text,
        data=source.encode(text),
        findings=tuple(sorted(findings)),
        changes=patched.changes(),
        checked=(checked.version,) if checked.version is not None else (),
    )


def _refuse_ignored(source: Source, options: Options) -> None:
    """Ignoring a rule that the result cannot run without is an error that names it."""
    for construct in dict.fromkeys(lowering.construct for lowering in source.lowerings):
        rule = owners().get(construct)
        if rule is not None and any(rule.code.startswith(prefix) for prefix in options.ignore):
            raise UsageError(
                "cannot be ignored: the file uses what it converts, and would not run on Python 3",
                path=source.path,
                code=rule.code,
            )


def _lowered(source: Source) -> Iterable[Finding]:
    """What the front end has already turned into its exact twin counts for the rule that owns it."""
    lines: LineIndex | None = None
    for lowering in source.lowerings:
        rule = owners().get(lowering.construct)
        if rule is None or rule.visits:
            continue
        lines = lines or LineIndex(source.original)
        line, column = lines.position(lowering.start)
        yield Finding(source.path, line, column, rule.code, rule.summary, Risk.SAFE, Outcome.APPLIED)


def _refuse_markers(source: Source, patched: PatchedText, findings: list[Finding]) -> None:
    offset = patched.original_offset(patched.text.index(markers.PREFIX))
    line, column = LineIndex(source.original).position(offset)
    failed = next((finding for finding in findings if finding.outcome is Outcome.BACKED_OUT), None)
    raise ConversionError(
        failed.message if failed else "this Python 2 construct could not be written in Python 3",
        path=source.path,
        line=failed.line if failed else line,
        column=failed.column if failed else column,
        code=failed.code if failed else None,
    )


def _was_backed_out(findings: Iterable[Finding]) -> bool:
    return any(finding.outcome is Outcome.BACKED_OUT for finding in findings)


def _compile_lowered(source: Source) -> None:
    """No phase has changed anything, so none has compiled what the front end made of it."""
    try:
        compile_checked(source.text, source.path)
    except SyntaxError as error:
        line = LineIndex(source.text).line_start(error.lineno or 1)
        place = LineIndex(source.original).position(source.original_offset(line))[0]
        raise ConversionError(f"the result would not compile: {error.msg}", path=source.path, line=place) from error


def _refuse_fault(
    source: Source, patched: PatchedText, fault: Fault, findings: list[Finding], options: Options
) -> None:
    offset = patched.original_offset(LineIndex(patched.text).line_start(fault.line))
    line = LineIndex(source.original).position(offset)[0]
    rules = sorted(
        {finding.code for finding in findings if finding.outcome is Outcome.APPLIED and finding.line == line}
    )
    raise ConversionError(
        f"the result would not compile on Python {options.python[0]}.{options.python[1]}: {fault.message}",
        path=source.path,
        line=line,
        hint=f"rules involved: {', '.join(rules)}" if rules else "no rule of porter mends this",
    )
