"""Whether a task can fail at all: only then does it matter that a TaskGroup cancels the others.

Sound where it says no: a body of prints, arithmetic on certain numbers, and waits without a timeout raises nothing of its
own. What a full disk or a closed terminal raises is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from porter.analysis.kinds import NUMBERS
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import Binding, BindingKind
from porter.rules.asyncio._colouring.draft import Draft, Function
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.handles import Handles

_CONVERSION = re.compile(r"%[-+ 0#]*\d*(?:\.\d+)?(.)")
_TEXT = frozenset("sr")
_NUMERIC = frozenset("dif")
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult)


class Failing:
    """Says of functions whether they certainly raise nothing."""

    def __init__(self, draft: Draft, handles: Handles, functions: Functions, twins: Iterable[str]) -> None:
        self._model: ModuleModel = draft.model
        self._draft = draft
        self._handles = handles
        self._functions = functions
        self._queues = frozenset(name for name in twins if name.endswith("Queue"))
        self._events = frozenset(name for name in twins if name.endswith("Event"))
        self._locks = frozenset(name for name in twins if name.endswith(("Lock", "Semaphore")))
        self._known: dict[Function, bool] = {}
        self._asking: set[ast.AST] = set()

    def never_fails(self, function: Function) -> bool:
        """Whether nothing in a function, or in what it calls, can raise."""
        if function not in self._known:
            self._known[function] = True  # a recursion of what never fails never fails
            self._known[function] = self._all_safe(function.body)
        return self._known[function]

    # -- statements ------------------------------------------------------------------------------------------------

    def _all_safe(self, body: Iterable[ast.stmt]) -> bool:
        return all(self._safe_statement(statement) for statement in body)

    def _safe_statement(self, node: ast.stmt) -> bool:
        match node:
            case ast.Pass() | ast.Break() | ast.Continue() | ast.Global() | ast.Nonlocal():
                return True
            case ast.Expr(value=value):
                return self._safe(value)
            case ast.Return(value=value):
                return value is None or self._safe(value)
            case ast.Assign(targets=[ast.Name()], value=value):
                return self._safe(value)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"))], value=value):
                return self._safe(value)
            case ast.AugAssign(target=ast.Name() as target, op=operator, value=value) if isinstance(
                operator, _ARITHMETIC
            ):
                return self._is_number(value) and self._name_is_number(target)
            case ast.For(target=ast.Name(), iter=ast.Call(func=called, args=arguments), body=body, orelse=[]):
                is_range = self._model.resolve(called) == "builtins.range"
                return is_range and all(self._is_integer(item) for item in arguments) and self._all_safe(body)
            case ast.While(test=test, body=body, orelse=[]) | ast.If(test=test, body=body, orelse=[]):
                return self._safe(test) and self._all_safe(body)
            case ast.If(test=test, body=body, orelse=orelse):
                return self._safe(test) and self._all_safe(body) and self._all_safe(orelse)
            case ast.With(items=items, body=body):
                held = all(self._handles.type_of(item.context_expr) in self._locks for item in items)
                return held and self._all_safe(body)
            case ast.Try(body=body, handlers=[], orelse=[], finalbody=finalbody):
                return self._all_safe(body) and self._all_safe(finalbody)
        return False

    # -- expressions -----------------------------------------------------------------------------------------------

    def _safe(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant() | ast.Name():
                return True
            case ast.Attribute(value=ast.Name(id="self")):
                return self._model.kind(node).type != "?"
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return all(self._safe(element) for element in elements)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._safe(operand)
            case ast.BoolOp(values=values):
                return all(self._safe(value) for value in values)
            case ast.Compare(left=left, ops=operators, comparators=others):
                alike = all(isinstance(op, ast.Is | ast.IsNot) for op in operators)
                return alike or all(self._is_number(item) for item in (left, *others))
            case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod(), right=right):
                return self._formats(text, right)
            case ast.Call():
                return self._safe_call(node)
        return self._is_number(node)

    def _formats(self, text: str, right: ast.expr) -> bool:
        wanted = _CONVERSION.findall(text.replace("%%", ""))
        values = right.elts if isinstance(right, ast.Tuple) else [right]
        if len(values) != len(wanted) or any(isinstance(value, ast.Starred) for value in values):
            return False
        if not isinstance(right, ast.Tuple) and not (self._is_number(right) or self._is_text(right)):
            return False  # it may be a tuple as the program runs
        return all(
            (letter in _TEXT and self._safe(value)) or (letter in _NUMERIC and self._is_number(value))
            for letter, value in zip(wanted, values, strict=True)
        )

    def _safe_call(self, node: ast.Call) -> bool:
        values = [*node.args, *(item.value for item in node.keywords)]
        if not all(self._safe(value) for value in values):
            return False
        resolved = self._model.resolve_canonical(node.func)
        if resolved == "builtins.print":
            return all(item.arg in ("end", "sep") for item in node.keywords)
        if node in self._draft.awaiting and resolved is not None and resolved.endswith("sleep"):
            return all(self._is_number(value) for value in node.args)
        if isinstance(node.func, ast.Attribute) and self._safe_method(node, node.func):
            return True
        function = self._functions.referred(node.func)
        return self._is_number(node) or (function is not None and self._never_fails_called(function, node))

    def _never_fails_called(self, function: Function, node: ast.Call) -> bool:
        plain = len(node.args) == len(function.args.args) and not node.keywords and not function.args.vararg
        return plain and isinstance(node.func, ast.Name) and self.never_fails(function)

    def _safe_method(self, node: ast.Call, func: ast.Attribute) -> bool:
        kind = self._handles.type_of(func.value)
        if kind == "list" and func.attr == "append" and len(node.args) == 1:
            return True
        if kind in self._locks:
            return func.attr in ("acquire", "release") and not node.args and not node.keywords
        if kind in self._events:
            return func.attr in ("set", "clear", "is_set", "wait") and not node.args and not node.keywords
        if kind in self._queues:
            plain = not node.keywords and len(node.args) == (1 if func.attr == "put" else 0)
            return plain and func.attr in ("put", "get", "task_done", "qsize", "empty", "join")
        return False

    # -- kinds -----------------------------------------------------------------------------------------------------

    def _is_integer(self, node: ast.expr) -> bool:
        return self._model.kind(node).type == "int" or (isinstance(node, ast.Constant) and type(node.value) is int)

    def _is_text(self, node: ast.expr) -> bool:
        return self._model.kind(node).type in ("str", "unicode")

    def _is_number(self, node: ast.expr) -> bool:
        if self._model.kind(node).type in NUMBERS - {"complex"}:
            return True
        match node:
            case ast.Name():
                return self._name_is_number(node)
            case ast.BinOp(left=left, op=operator, right=right) if isinstance(operator, _ARITHMETIC):
                return self._is_number(left) and self._is_number(right)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._is_number(operand)
            case ast.Call(func=called, args=arguments, keywords=[]):
                resolved = self._model.resolve(called)
                if resolved in ("builtins.max", "builtins.min"):
                    return len(arguments) > 1 and all(self._is_number(item) for item in arguments)
                return resolved == "builtins.len" and self._model.kind(arguments[0]).type == "list"
        return False

    def _name_is_number(self, node: ast.Name) -> bool:
        """By every value that the name is ever given; a value that only comes from itself says nothing new."""
        bindings = self._model.bindings(node)
        return bool(bindings) and all(self._binds_number(binding) for binding in bindings)

    def _binds_number(self, binding: Binding) -> bool:
        if binding.node in self._asking:
            return True
        self._asking.add(binding.node)
        try:
            if binding.kind is BindingKind.ASSIGNMENT and binding.value is not None:
                return self._is_number(binding.value) or self._is_item(binding.value)
            parent = self._model.parent(binding.node)
            match parent:
                case ast.AugAssign(op=operator, value=value) if isinstance(operator, _ARITHMETIC):
                    return self._is_number(value)
                case ast.For(target=target, iter=ast.Call(func=called)) if target is binding.node:
                    return self._model.resolve(called) == "builtins.range"
        finally:
            self._asking.discard(binding.node)
        return False

    def _is_item(self, node: ast.expr) -> bool:
        """What is taken from a queue into which only numbers are put."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name() as queue, attr="get"), args=[], keywords=[]):
                owner = self._model.scope_of(queue).owner(queue.id)
                if self._handles.type_of(queue) not in self._queues or owner is None:
                    return False
                return all(self._puts_number(use) for use in self._model.uses_of(queue.id, owner))
        return False

    def _puts_number(self, use: ast.Name) -> bool:
        if isinstance(use.ctx, ast.Store):
            return True
        func = self._model.parent(use)
        call = self._model.parent(func) if isinstance(func, ast.Attribute) else None
        if not isinstance(func, ast.Attribute) or not isinstance(call, ast.Call):
            return False
        return not func.attr.startswith("put") or (bool(call.args) and self._is_number(call.args[0]))
