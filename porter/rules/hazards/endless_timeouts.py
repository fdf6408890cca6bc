"""A timeout has a limit: `thread.join(sys.maxint)` raises OverflowError.

https://docs.python.org/3/library/threading.html#threading.TIMEOUT_MAX
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched

# Where a timeout stands: join(timeout), wait(timeout), get(block, timeout), put(item, block, timeout) …
_METHODS = frozenset({"join", "wait", "get", "put", "acquire"})
# One of these words is in every such timeout that people write.
_MARKS = frozenset(
    {"maxint", "maxsize", "float_info", "inf"}
    | {f"1e{power}" for power in (10, 11, 12, 15, 20, 30, 50, 99, 100, 200, 300, 308)}
    | {"9" * digits for digits in range(10, 20)}
    | {f"0x{letter * digits}" for letter in "fF" for digits in range(9, 17)}
)
# A call of such a method, and not far behind its parenthesis one of these, alone between commas.
_SUSPECT = re.compile(
    rf"\.\s*(?:{'|'.join(_METHODS)})\s*(?=\()[\s\S]{{0,300}}?"
    rf"[(,=]\s*(?:\w+\s*\.\s*)*(?:float\s*\(\s*['\"]\+?)?(?:{'|'.join(_MARKS)})\b[\w.'\"]*\s*\)?\s*[,)]"
)
_LIMIT = 9_223_372_036  # threading.TIMEOUT_MAX of 64-bit Unix; 4,294,967 on Windows


class EndlessTimeouts(Rule):
    code = "HAZ012"
    name = "endless-timeouts"
    summary = "a timeout that stands for ever is too large"
    why = (
        "Programs of Python 2 gave join(), wait() and get() a timeout of sys.maxint or 1e100 seconds, so that Ctrl-C could end "
        "the wait, which it could not without a timeout. Python 3 refuses more than threading.TIMEOUT_MAX (292 years on Unix, "
        "49 days on Windows) with OverflowError, and needs no timeout to be interrupted: leave it out."
    )
    source = "https://docs.python.org/3/library/threading.html#threading.TIMEOUT_MAX"
    risk = None
    triggers = _MARKS
    pattern = _SUSPECT
    visits = (ast.Call,)
    examples = (
        Untouched(
            "import threading\nthreading.Event().wait(9999999)\nx = `1`\n", because="116 days are within the limit"
        ),
        Untouched("settings = {}\nprint settings.get('a', 10 ** 12), `1`\n", because="a default, no timeout"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        match node:
            case ast.Call(func=ast.Attribute(attr=method)) if method in _METHODS:
                given = _timeout(node, method)
                if given is not None and _is_endless(given, model):
                    yield Advice(given, "Python 3 refuses a timeout of this size: leave it out, Ctrl-C ends the wait")


def _timeout(node: ast.Call, method: str) -> ast.expr | None:
    """The argument that is the timeout: by its keyword, or by its place."""
    named = next((item.value for item in node.keywords if item.arg == "timeout"), None)
    if named is not None:
        return named
    match method, node.args:
        case "join" | "wait", [timeout]:
            return timeout
        case "get", [timeout]:
            return timeout  # of a result: a queue's or a dict's get() takes no number this large
        case "get" | "acquire", [ast.Constant(value=bool() | 0 | 1), timeout]:
            return timeout
        case "put", [_, ast.Constant(value=bool() | 0 | 1), timeout]:
            return timeout
    return None


def _is_endless(node: ast.expr, model: ModuleModel) -> bool:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number > _LIMIT
        case ast.Call(func=function, args=[ast.Constant(value=str() as text)]):
            return model.resolve(function) == "builtins.float" and text.strip("+").lower() in ("inf", "infinity")
    return model.resolve(node) in ("sys.maxsize", "sys.maxint", "sys.float_info.max", "math.inf")
