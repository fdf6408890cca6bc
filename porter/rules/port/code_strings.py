"""Python 2 code in a string that is run: exec "print 1", eval("7 / 2"), timeit.timeit("...").

https://docs.python.org/3/library/functions.html#exec
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import libcst as cst

from porter import python2
from porter.analysis.model import ModuleModel
from porter.errors import PorterError
from porter.python2 import markers
from porter.python2.source import Dialect
from porter.rewriting.conversion import Outcome, Risk
from porter.rewriting.engine import Phase
from porter.rewriting.options import Options, Target
from porter.rewriting.patching import PatchedText
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rewriting.suppressing import Suppressions
from porter.rewriting.triggering import Words
from porter.rules.port._spelt import calls_of, names_of

_RUN = {
    "builtins.exec": "exec",
    "builtins.eval": "eval",
    "timeit.timeit": "statement",
    "timeit.repeat": "statement",
    "timeit.Timer": "statement",
    "cProfile.run": "exec",
    "profile.run": "exec",
}
_RUNNERS = frozenset({*_RUN, "builtins.compile", markers.EXEC})
_GAP = re.compile(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[srdixf]")
_WORD = re.compile(r"[A-Za-z_]\w*")
_LAST = "\npass\n"
_BUILTINS = frozenset(dir(builtins)) | frozenset(
    "unicode basestring unichr long xrange raw_input reduce cmp apply execfile file buffer intern reload coerce".split()
)


@dataclass(frozen=True, slots=True)
class _Ported:
    """What the port makes of a piece of code, what it says of what it leaves, and a name that the code binds no more."""

    text: str
    advice: tuple[str, ...] = ()
    lost: str | None = None


class CodeStrings(Rule):
    code = "PORT070"
    name = "code-strings"
    summary = "convert the code in a string that is run"
    why = (
        "exec, eval(), compile(), timeit and `python -c` run code that stands in a string: it has to be Python 3 as well. A literal is "
        "converted by the rules of the port, as a file would be. What they leave to you in it is reported at the literal, and so is a "
        "literal that is used for something else too."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/functions.html#exec"
    triggers = frozenset({markers.EXEC, "exec", "eval", "compile", "timeit", "cProfile", "profile", "executable"})
    visits = (ast.Module,)
    examples = (
        Example("exec 'print 1'\nprint eval('7 / 2')\n", "exec('print(1)')\nprint(eval('7 // 2'))\n"),
        Example(
            "code = '''\nfor n in xrange(2):\n    print n <> 1\n'''\nexec code\n",
            "code = '''\nfor n in range(2):\n    print(n != 1)\n'''\nexec(code)\n",
        ),
        Example(
            "import sys, subprocess\nsubprocess.call([sys.executable, '-c', 'print `1`'])\nx = 010\n",
            "import sys, subprocess\nsubprocess.call([sys.executable, '-c', 'print(repr(1))'])\nx = 0o10\n",
            note="the program that a child runs",
        ),
        Untouched("exec 'x = 1'\nprint eval('x + 1')\n", because="it means the same in both"),
        Untouched("def eval(text): return text\nprint eval('7 / 2')\n", because="the module's own function"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if model.dialect is not Dialect.PYTHON2:
            return
        for place in _places(model):
            for value, mode in _code(place, model):
                yield from self._said(value, mode, model)

    def _said(self, value: ast.expr, mode: str, model: ModuleModel) -> Iterator[Match | Advice]:
        yield from _in_template(value, mode, model)
        literal = _literal(value, model)
        if literal is None or not isinstance(literal.value, str) or not literal.value.isascii():
            return
        ported = _port(literal.value, mode, model)
        if ported is None:
            return
        yield from (Advice(literal, f"in the code of this string: {said}") for said in ported.advice)
        if ported.text == literal.value:
            return
        if ported.lost is not None:
            yield Advice(
                literal,
                f"the code in this string binds {ported.lost} no more once it is Python 3: {_short(ported.text)}",
            )
        elif _runs_only(value, literal, model):
            yield Match(literal, Risk.SUGGESTED, "the code in this string is Python 3 too", data=ported.text)
        else:
            yield Advice(value, f"this runs Python 2 code: {_short(ported.text)} is Python 3")

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        return _spelled(node, match.data)


def _places(model: ModuleModel) -> Iterator[ast.AST]:
    """The calls that may run code, and the command lines that may start this Python."""
    yield from calls_of(model, _RUNNERS)
    for program in names_of(model, frozenset({"sys.executable"})):
        line = model.parent(program)
        if isinstance(line, ast.List | ast.Tuple) and line.elts[0] is program:
            yield line


def _code(node: ast.AST, model: ModuleModel) -> Iterator[tuple[ast.expr, str]]:
    """The expressions of code that a node runs, each with how: "exec", "eval", "program", "statement" (one that cannot import)."""
    match node:
        case ast.Call(func=ast.Name(id=markers.EXEC), args=[code, *_]):
            yield code, "exec"
        case ast.Call(func=ast.Name() as function, args=[code, _, ast.Constant(value=str(mode)), *_]):
            if model.resolve(function) == "builtins.compile":
                yield code, {"single": "statement"}.get(mode, mode)
        case ast.Call(func=function, args=[code, *others], keywords=keywords):
            mode = _RUN.get(model.resolve(function) or "", "")
            if mode:
                yield code, mode
            if mode == "statement":
                setups = others[:1] or [item.value for item in keywords if item.arg == "setup"]
                yield from ((setup, "exec") for setup in setups)
        case ast.List(elts=[program, ast.Constant(value="-c"), code, *_]) | ast.Tuple(
            elts=[program, ast.Constant(value="-c"), code, *_]
        ):
            if model.resolve(program) == "sys.executable":
                yield code, "program"


def _in_template(value: ast.expr, mode: str, model: ModuleModel) -> Iterator[Advice]:
    """Python 2 code that something is formatted into: with a name in each gap it can be looked at, and no more."""
    match value:
        case ast.BinOp(left=ast.Constant(value=str(template)), op=ast.Mod()) if template.isascii():
            filled = _GAP.sub("x", template)
            ported = _port(filled, mode, model)
            if ported is not None and ported.text != filled:
                yield Advice(value, f"this runs Python 2 code: {_short(ported.text)} is Python 3")


def _literal(value: ast.expr, model: ModuleModel) -> ast.Constant | None:
    """The literal that an expression is, or the one that its name is bound to."""
    if isinstance(value, ast.Constant):
        return value
    if isinstance(value, ast.Name):
        found = model.bindings(value)
        if len(found) == 1 and isinstance(found[0].value, ast.Constant):
            return found[0].value
    return None


def _runs_only(value: ast.expr, literal: ast.Constant, model: ModuleModel) -> bool:
    """Whether a literal is for this run alone: it stands here, or its name is used here and nowhere else."""
    if value is literal:
        return True
    assert isinstance(value, ast.Name)
    scope = model.scope_of(value).owner(value.id)
    if scope is None or (scope.is_module and value.id in model.tree.read_by_others):
        return False
    return [use for use in model.uses_of(value.id, scope) if isinstance(use.ctx, ast.Load)] == [value]


def _port(code: str, mode: str, model: ModuleModel) -> _Ported | None:
    """The code as the rules of the port leave it; None where it is no Python 2, or nothing is to be said of it."""
    from porter.rules import of_phase  # the rules are not all there yet while this module is imported

    blank = code[: len(code) - len(code.lstrip())] if mode == "eval" else ""
    last = "" if mode == "program" else _LAST  # only a program ends behind the last statement
    try:
        source = python2.read(f"{code[len(blank) :]}{last}".encode(), model.path, Dialect.PYTHON2)
        module = python2.parse(source)
        if _is_hidden(module, model):
            return _Ported(code, ("it uses names that this module gives a meaning of its own: convert it yourself",))
        options = Options(target=Target.PYTHON3, python=model.python, ignore=("PORT2",))
        phase = Phase(of_phase("port"), options, Suppressions(""))
        patched, tree = PatchedText.of(source), replace(model.tree, dialect=Dialect.PYTHON2)
        result = phase.run(source, patched, Words(patched.text), module, tree, python2=True)
    except PorterError:
        return None
    text = blank + result.patched.text.removesuffix(last)
    if markers.PREFIX in text or not result.patched.text.endswith(last):
        return _Ported(code, ("it is Python 2, and porter could not write it in Python 3",))
    if mode in ("eval", "statement") and _adds_import(code, text):
        return _Ported(code, ("it uses what Python 3 has to import: convert it yourself",))
    if mode == "eval" and not _is_expression(text):
        return None
    left = (Outcome.ADVISED, Outcome.BACKED_OUT, Outcome.WITHHELD)
    lost = _lost_name(code, module, text, model) if mode == "exec" else None
    return _Ported(text, tuple(item.message for item in result.findings if item.outcome in left), lost)


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return False
    return True


def _is_hidden(module: ast.Module, model: ModuleModel) -> bool:
    """Whether the code uses a builtin's name that the module around it binds."""
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    return any(name in _BUILTINS and name in model.scope.bindings for name in used)


def _lost_name(code: str, old: ast.Module, new: str, model: ModuleModel) -> str | None:
    """A name that the code bound and binds no more, and that the file around it says as well: the two may share it."""
    lost = _bound(old) - _bound(ast.parse(new))
    if not lost:
        return None
    words = Counter(_WORD.findall(model.text))
    inside = Counter(_WORD.findall(code))
    return next((name for name in sorted(lost) if words[name] > inside[name]), None)


def _bound(module: ast.Module) -> set[str]:
    """Every name that a module's text binds."""
    names: set[str] = set()
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                    names.update(alias.asname or alias.name.partition(".")[0] for alias in aliases)
    return names


def _adds_import(old: str, new: str) -> bool:
    return new.count("import ") > old.count("import ")


def _short(text: str) -> str:
    line = text.strip().split("\n")[0]
    return f"{line[:60]} …" if line != text.strip() or len(line) > 60 else line


def _spelled(node: cst.BaseExpression, value: str) -> cst.BaseExpression:
    """The literal with another value, between the same quotes where that can be."""
    if not isinstance(node, cst.SimpleString):
        return cst.SimpleString(repr(value), lpar=node.lpar, rpar=node.rpar)
    quote = node.quote
    candidates = [f"{node.prefix}{quote}{value}{quote}"]
    escaped = value.replace("\\", "\\\\")
    if len(quote) == 1:
        escaped = escaped.replace("\n", "\\n").replace("\t", "\\t").replace(quote, f"\\{quote}")
    candidates.append(f"{quote}{escaped}{quote}")
    spelling = next((text for text in candidates if _value(text) == value), repr(value))
    if "\r\n" in node.value:
        spelling = spelling.replace("\n", "\r\n")
    return node.with_changes(value=spelling)


def _value(literal: str) -> object:
    try:
        return ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        return None
