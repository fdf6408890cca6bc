"""Slots: the smallest piece of text around a match, parsed by LibCST, handed to the rule, and printed back (DESIGN §3).

A slot is parsed by itself, in a wrapper where it cannot stand alone. That the parsed slot prints back to the very same
text is asserted before each rewrite.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.analysis.scopes import all_arguments
from porter.rewriting.rule import Match, Rewritten, SlotKind

_NEWLINE = re.compile(r"\r\n|\r|\n")
_STEP = "    "
_COLON_OR_COMMENT = re.compile(r"#[^\r\n]*|:")
_INDENT = re.compile(r"[ \t\f]*")

# What must stand before and behind a clause for it to parse.
_HEADERS: dict[type[ast.AST], tuple[str, str]] = {
    ast.ExceptHandler: (f"try:\n{_STEP}pass\n", " pass\n"),
    ast.If: ("", " pass\n"),
    ast.While: ("", " pass\n"),
    ast.For: ("", " pass\n"),
    ast.With: ("", " pass\n"),
    ast.FunctionDef: ("", " pass\n"),
    ast.ClassDef: ("", " pass\n"),
}


class SlotError(Exception):
    """The slot cannot be parsed by itself, or does not print back to the same text."""


@dataclass(frozen=True, slots=True)
class SlotSpan:
    """Where a match's slot lies in the phase's text."""

    start: int
    end: int


def span_of(match: Match, model: ModuleModel) -> SlotSpan:
    """The span of a match's slot; raises SlotError where the slot kind does not fit the place."""
    node = match.node
    if match.at is not None:
        return SlotSpan(*match.at)
    if match.slot is SlotKind.TEXT:
        raise SlotError("a text needs its place")
    if not isinstance(node, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias):
        raise SlotError(f"a {type(node).__name__} has no place of its own in the text")
    start, end = model.span(node)
    if match.slot is SlotKind.HEADER:
        return SlotSpan(start, _header_end(node, model))
    if match.slot is SlotKind.BLOCK:
        return _block_span(match, model)
    return SlotSpan(start, end)


def _header_end(node: ast.AST, model: ModuleModel) -> int:
    """The offset behind the colon that ends a compound statement's clause."""
    if not isinstance(node, ast.stmt | ast.ExceptHandler) or type(node) not in _HEADERS:
        raise SlotError(f"a {type(node).__name__} has no header")
    at = max([model.span(node)[0], *(model.span(part)[1] for part in _header_parts(node))])
    while True:
        found = _COLON_OR_COMMENT.search(model.text, at)
        if found is None:
            raise SlotError("the header's colon was not found")
        if found.group() == ":":
            return found.end()
        at = found.end()


def _header_parts(node: ast.AST) -> list[ast.expr | ast.arg | ast.keyword]:
    """The expressions of a clause that may hold a colon of their own."""
    match node:
        case ast.ExceptHandler(type=caught):
            return [caught] if caught is not None else []
        case ast.If(test=test) | ast.While(test=test):
            return [test]
        case ast.For(iter=iterable):
            return [iterable]
        case ast.With(items=items):
            return [item.optional_vars or item.context_expr for item in items]
        case ast.FunctionDef(args=arguments, returns=returns):
            parts = [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]
            return [*parts, *all_arguments(arguments), *([returns] if returns is not None else [])]
        case ast.ClassDef(bases=bases, keywords=keywords):
            return [*bases, *keywords]
    return []


def _block_span(match: Match, model: ModuleModel) -> SlotSpan:
    first = match.node
    if not isinstance(first, ast.stmt):
        raise SlotError("only statements make a block")
    last = match.until or first
    decorators = getattr(first, "decorator_list", [])
    line = min([first.lineno, *(decorator.lineno for decorator in decorators)])
    start = model.lines.line_start(line)
    head = model.text[start : model.lines.offset(first.lineno, first.col_offset)] if line == first.lineno else ""
    if not _INDENT.fullmatch(head):
        raise SlotError("the statement shares its line with another")
    assert last.end_lineno is not None
    end = model.lines.line_start(last.end_lineno + 1)
    following = model.following(last)
    if following is not None and following.lineno == last.end_lineno:
        raise SlotError("the statement shares its line with another")
    return SlotSpan(start, end)


def rewrite_slot(text: str, match: Match, rewrite: object, unit: str, newline: str) -> str | None:
    """The new text of a slot, or None where the rule finds nothing to do in it any more.

    `rewrite` is a rule's `rewrite`; `unit` the file's step of indentation; `newline` its line ending.
    """
    assert callable(rewrite)
    if match.slot is SlotKind.TEXT:
        return _rewrite_text(text, match, rewrite)
    if match.at is not None:
        return _rewrite_expression(text, match, rewrite, newline)
    if match.slot is SlotKind.BLOCK:
        return _rewrite_block(text, match, rewrite, unit, newline)
    if match.slot is SlotKind.HEADER:
        return _rewrite_header(text, match, rewrite, newline)
    if isinstance(match.node, ast.stmt):
        return _rewrite_simple_statement(text, match, rewrite, newline)
    if isinstance(match.node, ast.expr):
        return _rewrite_expression(text, match, rewrite, newline)
    raise SlotError(f"a {type(match.node).__name__} cannot be rewritten by itself")


def _rewrite_text(text: str, match: Match, rewrite: object) -> str | None:
    result: Rewritten = rewrite(text, match)  # type: ignore[operator]
    if result is not None and not isinstance(result, str):
        raise SlotError(f"text cannot become a {type(result).__name__}")
    return result


def code_of(node: cst.CSTNode, newline: str = "\n") -> str:
    """A node as text; `newline` ends the lines that it does not end otherwise."""
    return _printer(newline).code_for_node(node)


@cache
def _printer(newline: str) -> cst.Module:
    return cst.Module((), default_newline=newline, default_indent=_STEP)


def _newline_of(text: str, otherwise: str) -> str:
    """What LibCST takes for the line ending of a slot parsed by itself: the first that it meets."""
    found = _NEWLINE.search(text)
    return found.group() if found else otherwise


def _parse_error(error: Exception) -> SlotError:
    try:
        said = str(error).splitlines()
    except IndexError:  # LibCST's own message fails for some places at the end of the text
        said = []
    return SlotError(f"LibCST cannot read it: {said[0] if said else type(error).__name__}")


# -- expressions ---------------------------------------------------------------------------------------------------


def parse_expression(text: str, newline: str = "\n") -> cst.BaseExpression:
    """An expression as it stands in brackets: it may run over several lines. Raises SlotError."""
    wrapped = _NEWLINE.search(text) is not None
    newline = _newline_of(text, newline)
    try:
        node = cst.parse_expression(f"({text}{newline})" if wrapped else text)
    except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
        raise _parse_error(error) from error
    if wrapped:
        node = node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])
    if code_of(node, newline) != text:
        raise SlotError("it does not print back to the same text")
    return node


def _rewrite_expression(text: str, match: Match, rewrite: object, newline: str) -> str | None:
    node = parse_expression(text, newline)
    result: Rewritten = rewrite(node, match)  # type: ignore[operator]
    if result is None:
        return None
    if not isinstance(result, cst.BaseExpression):
        raise SlotError(f"an expression cannot become a {type(result).__name__}")
    return code_of(result, _newline_of(text, newline))


# -- simple statements ---------------------------------------------------------------------------------------------


def _rewrite_simple_statement(text: str, match: Match, rewrite: object, newline: str) -> str | None:
    newline = _newline_of(text, newline)
    try:
        parsed = cst.parse_statement(text)
    except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
        raise _parse_error(error) from error
    if not isinstance(parsed, cst.SimpleStatementLine) or len(parsed.body) != 1:
        raise SlotError("a compound statement needs a header or a block slot")
    if code_of(parsed.body[0], newline) != text:
        raise SlotError("it does not print back to the same text")
    result: Rewritten = rewrite(parsed.body[0], match)  # type: ignore[operator]
    if result is None:
        return None
    statements = [result] if isinstance(result, cst.CSTNode) else list(result)
    lines: list[str] = []
    for statement in statements:
        if isinstance(statement, cst.SimpleStatementLine):
            lines.extend(code_of(small, newline) for small in statement.body)
        elif isinstance(statement, cst.BaseSmallStatement):
            lines.append(code_of(statement, newline))
        else:
            raise SlotError(f"a simple statement cannot become a {type(statement).__name__}")
    return "\0".join(lines)  # the engine knows whether the place wants new lines or semicolons


# -- headers -------------------------------------------------------------------------------------------------------


def _rewrite_header(text: str, match: Match, rewrite: object, newline: str) -> str | None:
    newline = _newline_of(text, newline)
    before, after = (part.replace("\n", newline) for part in _HEADERS[type(match.node)])
    is_elif = text.startswith("elif")
    if is_elif:
        before = f"if x:{newline}{_STEP}pass{newline}"
    wrapped = f"{before}{text}{after}"
    try:
        statement = cst.parse_statement(wrapped)
    except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
        raise _parse_error(error) from error
    if code_of(statement, newline) != wrapped:
        raise SlotError("it does not print back to the same text")
    clause: cst.CSTNode = statement
    if isinstance(statement, cst.Try):
        clause = statement.handlers[0]
    elif is_elif and isinstance(statement, cst.If) and statement.orelse is not None:
        clause = statement.orelse
    result: Rewritten = rewrite(clause, match)  # type: ignore[operator]
    if result is None:
        return None
    if not isinstance(result, cst.CSTNode):
        raise SlotError("a header becomes one clause")
    printed = code_of(statement.deep_replace(clause, result), newline)
    if not (printed.startswith(before) and printed.endswith(after)):
        raise SlotError("the rewrite changed more than the header")
    return printed[len(before) : len(printed) - len(after)]


# -- blocks --------------------------------------------------------------------------------------------------------


def _rewrite_block(text: str, match: Match, rewrite: object, unit: str, newline: str) -> str | None:
    indent = _block_indent(text)
    whole = text if text.endswith(("\n", "\r")) else text + newline
    # The parser takes the first indentation that it meets for the file's step, whatever its configuration says.
    step = f"if 1:{newline}{unit}pass{newline}"
    opening = f"{step}if 1:{newline}" if indent else step
    config: cst.PartialParserConfig = cst.PartialParserConfig(default_indent=unit, default_newline=newline)
    try:
        module = cst.parse_module(opening + whole, config)
    except (cst.ParserSyntaxError, RecursionError, ValueError) as error:
        raise _parse_error(error) from error
    if module.code != opening + whole:
        raise SlotError("it does not print back to the same text")
    module = module.visit(_EmptyLines())
    first, *rest = module.body
    statements: Sequence[cst.BaseStatement] = rest
    if indent:
        wrapper = rest[0]
        assert isinstance(wrapper, cst.If) and isinstance(wrapper.body, cst.IndentedBlock)
        statements = wrapper.body.body
    result: Rewritten = rewrite(list(statements), match)  # type: ignore[operator]
    if result is None:
        return None
    if isinstance(result, cst.CSTNode):
        result = [result]  # type: ignore[list-item]
    new = [
        cst.SimpleStatementLine([statement]) if isinstance(statement, cst.BaseSmallStatement) else statement
        for statement in result
    ]
    if indent and new:
        block = cst.ensure_type(wrapper.body, cst.IndentedBlock).with_changes(body=new)
        new = [wrapper.with_changes(body=block)]
    printed = module.with_changes(body=[first, *new]).code[len(opening if new else step) :]
    return printed if text is whole or not printed.endswith(newline) else printed[: -len(newline)]


class _EmptyLines(cst.CSTTransformer):
    """Empty lines of the module's level stay empty when their statements move into a block."""

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> bool:
        return False

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:
        return updated_node if updated_node.comment is not None else updated_node.with_changes(indent=False)


def _block_indent(text: str) -> str:
    """The indentation of the first line that is no comment and not empty."""
    for line in re.split(r"\r\n|\r|\n", text):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            found = _INDENT.match(line)
            return found.group() if found else ""
    return ""
