"""What is known of the data that go through a child's pipes: text, binary, or not to be seen from here.

Every use of the Popen object, of its streams and of what is read from them is followed: through names, loops, string
methods and the functions of the module.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from porter.analysis.model import ModuleModel
from porter.analysis.reaching import reached
from porter.python2 import markers
from porter.rules.port._pipe_evidence import (
    ASSERTS,
    BYTES_MODULES,
    LOG,
    NEUTRAL_CALLS,
    PARTS,
    PRINTS,
    SAME,
    SAYS_NOTHING,
    TEXT_CALLS,
    TEXT_KINDS,
    TEXT_STREAMS,
    WITH_TEXT,
    Evidence,
)


def own_attributes(target: ast.Attribute, model: ModuleModel) -> Iterator[ast.Attribute]:
    """Where the class reads the attribute of self that is assigned."""
    owner = model.enclosing_class(target)
    for node in model.nodes.get(ast.Attribute, ()):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Load()) if name == target.attr:
                if model.enclosing_class(node) is owner:
                    yield node


class PipeFollower:
    """Collects the evidence for one Popen (or check_output) call."""

    def __init__(self, model: ModuleModel) -> None:
        self._model = model
        self._seen: set[tuple[ast.AST, str]] = set()
        self.evidence = Evidence()

    # -- the process -----------------------------------------------------------------------------------------------

    def process(self, node: ast.expr) -> None:
        """Follow an expression whose value is the Popen object."""
        if not self._first(node, "process"):
            return
        parent = self._model.parent(node)
        match parent:
            case ast.Attribute(attr=name):
                self._member(parent, name)
            case ast.Assign(targets=[ast.Name() as target]):
                self._names(target, self.process)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self")) as target]):
                for use in own_attributes(target, self._model):
                    self.process(use)
            case ast.withitem(optional_vars=ast.Name() as target):
                self._names(target, self.process)
            case ast.Expr() | ast.If() | ast.While() | ast.Compare() | ast.UnaryOp() | ast.BoolOp() | ast.Delete():
                pass
            case _:
                self.evidence.unknown.append(node)

    def _member(self, node: ast.Attribute, name: str) -> None:
        parent = self._model.parent(node)
        if name == "communicate" and isinstance(parent, ast.Call):
            self.evidence.ends.append(node)
            for given in (*parent.args, *(item.value for item in parent.keywords if item.arg == "input")):
                self._written(given)
            self.pair(parent)
        elif name == "stdin":
            self._input(node)
        elif name in ("stdout", "stderr"):
            self.stream(node)

    def _names(self, target: ast.Name, follow: Callable[[ast.expr], None]) -> None:
        uses = reached(target, self._model)
        if uses is None and self._is_always_the_same(target):
            uses = self._model.uses_of(target.id, self._model.scope_of(target).owner(target.id))  # type: ignore[arg-type]
        if uses is None:
            self.evidence.unknown.append(target)
            return
        for use in uses:
            if isinstance(use.ctx, ast.Load):
                follow(use)

    def _is_always_the_same(self, target: ast.Name) -> bool:
        """Whether each binding of a name is written alike: a line read before a loop, and again in it."""
        values = [binding.value for binding in self._model.bindings(target)]
        return len({self._model.text_of(value) if value is not None else target for value in values}) == 1

    def _first(self, node: ast.AST, role: str) -> bool:
        new = (node, role) not in self._seen
        self._seen.add((node, role))
        return new

    def socket_file(self, node: ast.expr) -> None:
        """Follow a file that is made of a socket: it may be read and written."""
        self.stream(node)
        self._input(node)

    # -- what is written -------------------------------------------------------------------------------------------

    def _input(self, node: ast.expr) -> None:
        """Follow the stream that feeds the child."""
        parent = self._model.parent(node)
        match parent:
            case ast.Attribute(attr="write"):
                call = self._model.parent(parent)
                self.evidence.writes.append(node)
                if isinstance(call, ast.Call) and len(call.args) == 1:
                    self._written(call.args[0])
                else:
                    self.evidence.unknown.append(node)
            case ast.Attribute(attr="writelines"):
                self.evidence.writes.append(node)
                self.evidence.unknown.append(node)
            case ast.Attribute(attr="flush"):
                self.evidence.flushes = True
            case ast.Attribute(attr="close"):
                self.evidence.ends.append(node)
            case ast.Attribute():
                pass
            case ast.Call(func=ast.Name(id=markers.PRINT_TO), args=[first, *_]) if first is node:
                self.evidence.writes.append(node)
                self.evidence.text.append(node)
            case ast.Call():
                self._argument(node, parent)
            case ast.Assign(targets=[ast.Name() as target]):
                self._names(target, self._input)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self")) as target]):
                for use in own_attributes(target, self._model):
                    self._input(use)
            case ast.keyword(arg="file"):
                self.evidence.text.append(node)
            case _:
                self.evidence.unknown.append(node)

    def _written(self, value: ast.expr) -> None:
        kind = self._model.kind(value).type
        if kind in TEXT_KINDS:
            self.evidence.text.append(value)
        elif kind == "bytes" or self._made_of_bytes(value):
            self.evidence.binary.append(value)
        elif not (isinstance(value, ast.Constant) and value.value is None):
            self._formatted_or_unknown(value)

    def _formatted_or_unknown(self, value: ast.expr) -> None:
        """`'line %s' % x` and `'a' + x` are written to be text, whatever x is."""
        match value:
            case ast.BinOp(left=left, right=right, op=ast.Mod() | ast.Add()) if any(
                self._model.kind(side).type in TEXT_KINDS for side in (left, right)
            ):
                self.evidence.text.append(value)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="join" | "format")):
                self.evidence.text.append(value)
            case _:
                self.evidence.unknown.append(value)

    def _made_of_bytes(self, value: ast.expr) -> bool:
        name = self._model.resolve(value.func) if isinstance(value, ast.Call) else None
        return name is not None and name.partition(".")[0] in BYTES_MODULES

    # -- what is read ----------------------------------------------------------------------------------------------

    def pair(self, node: ast.expr) -> None:
        """Follow a pair that holds data: what communicate() returns, or recvfrom()."""
        parent = self._model.parent(node)
        match parent:
            case ast.Subscript():
                self.data(parent)
            case ast.Assign(targets=[ast.Tuple(elts=targets) | ast.List(elts=targets)]):
                for item in targets:
                    if isinstance(item, ast.Name):
                        self._names(item, self.data)
                    else:
                        self.evidence.unknown.append(item)
            case ast.Assign(targets=[ast.Name() as target]):
                self._names(target, self.pair)
            case ast.Expr():
                pass
            case _:
                self.evidence.unknown.append(node)

    def stream(self, node: ast.expr) -> None:
        """Follow a stream that the child writes to."""
        if not self._first(node, "stream"):
            return
        parent = self._model.parent(node)
        if not (isinstance(parent, ast.Attribute) and parent.attr == "close"):
            self.evidence.reads.append(node)
        match parent:
            case ast.Attribute(attr="read" | "readline" | "next" | "readlines" | "xreadlines" as name):
                self._read(parent, name)
            case ast.Attribute():
                pass
            case ast.For() | ast.comprehension():
                self._loop(parent)
            case ast.Assign(targets=[ast.Name() as target]):
                self._names(target, self.stream)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self")) as target]):
                for use in own_attributes(target, self._model):
                    self.stream(use)
            case ast.Call():
                self._argument(node, parent)
            case ast.keyword(arg="stdin" | "stdout" | "stderr"):
                pass
            case ast.Expr() | ast.If() | ast.While() | ast.Compare() | ast.UnaryOp() | ast.BoolOp() | ast.List():
                pass
            case _:
                self.evidence.unknown.append(node)

    def _read(self, method: ast.Attribute, name: str) -> None:
        call = self._model.parent(method)
        match call:
            case ast.Call(func=called) if called is method:
                (self.parts if name in ("readlines", "xreadlines") else self.data)(call)
            case ast.Call(func=ast.Name(id="iter"), args=[_, sentinel]):
                self._written(sentinel)
                self.parts(call)
            case _:
                self.evidence.unknown.append(method)

    def parts(self, node: ast.expr) -> None:
        """Follow a list, or an iterator, of pieces of the data."""
        if not self._first(node, "parts"):
            return
        parent = self._model.parent(node)
        match parent:
            case ast.For() | ast.comprehension():
                self._loop(parent)
            case ast.Subscript(slice=ast.Slice()):
                self.parts(parent)
            case ast.Subscript():
                self.data(parent)
            case ast.Assign(targets=[ast.Name() as target]):
                self._names(target, self.parts)
            case ast.Assign(targets=[ast.Tuple(elts=targets) | ast.List(elts=targets)]):
                for item in targets:
                    if isinstance(item, ast.Name):
                        self._names(item, self.data)
            case ast.Call():
                self._argument(node, parent)
            case ast.Compare():
                self._compared(node, parent)
            case ast.Expr() | ast.If() | ast.While() | ast.UnaryOp() | ast.Attribute():
                pass
            case ast.Return():
                self._returned(parent, self.parts)
            case _:
                self.evidence.unknown.append(node)

    def _loop(self, loop: ast.For | ast.comprehension) -> None:
        if not isinstance(loop.target, ast.Name):
            self.evidence.unknown.append(loop.target)
            return
        around = loop if isinstance(loop, ast.For) else self._model.parent(loop)
        assert around is not None
        for node in ast.walk(around):
            if isinstance(node, ast.Name) and node.id == loop.target.id and isinstance(node.ctx, ast.Load):
                self.data(node)

    def data(self, node: ast.expr) -> None:
        """Follow a piece of the data."""
        if not self._first(node, "data"):
            return
        parent = self._model.parent(node)
        match parent:
            case ast.Attribute(attr=name):
                self._string_method(parent, name)
            case ast.Call():
                self._argument(node, parent)
            case ast.BinOp(left=left, op=operator, right=right):
                self._operation(parent, right if left is node else left, operator)
            case ast.Tuple() if self._is_formatted(parent):
                self.evidence.text.append(node)
            case ast.Compare():
                self._compared(node, parent)
            case ast.Subscript(value=value) if value is node:
                self.data(parent)
            case ast.Assign(targets=[ast.Name() as target]):
                self._names(target, self.data)
            case ast.BoolOp() | ast.IfExp():
                self.data(parent)
            case ast.For() | ast.comprehension():
                self._loop(parent)
            case ast.Return():
                self._returned(parent, self.data)
            case ast.Expr() | ast.If() | ast.While() | ast.UnaryOp() | ast.Slice():
                pass
            case _:
                self.evidence.unknown.append(node)

    def _is_formatted(self, node: ast.Tuple) -> bool:
        parent = self._model.parent(node)
        return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.right is node

    def _operation(self, node: ast.BinOp, other: ast.expr, operator: ast.operator) -> None:
        if self._model.kind(other).type in TEXT_KINDS:
            self.evidence.text.append(node)
        elif self._model.kind(other).type == "bytes":
            self.evidence.binary.append(node)
        elif isinstance(operator, ast.Mod):
            self.evidence.unknown.append(node)
        else:
            self.data(node)

    def _compared(self, node: ast.expr, compare: ast.Compare) -> None:
        others = [side for side in (compare.left, *compare.comparators) if side is not node]
        for other in others:
            items = other.elts if isinstance(other, ast.Tuple | ast.List | ast.Set) else [other]
            if any(self._model.kind(item).type in TEXT_KINDS for item in items):
                self.evidence.text.append(compare)

    def _string_method(self, attribute: ast.Attribute, name: str) -> None:
        call = self._model.parent(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            self.evidence.unknown.append(attribute)
            return
        if name == "decode":
            self.evidence.binary.append(call)
            return
        if any(self._model.kind(item).type in TEXT_KINDS for item in call.args) and name in SAME | WITH_TEXT:
            self.evidence.text.append(call)
        if name in ("format", "join"):
            self.evidence.text.append(call)
        elif name in PARTS:
            self.parts(call)
        elif name in SAME or name == "replace":
            self.data(call)
        elif name not in SAYS_NOTHING | WITH_TEXT:
            self.evidence.unknown.append(call)

    # -- through functions -----------------------------------------------------------------------------------------

    def _argument(self, node: ast.expr, call: ast.Call) -> None:
        """The value is handed to a function: what it does with it says what it is."""
        name = self._model.resolve(call.func)
        marker = call.func.id if isinstance(call.func, ast.Name) else ""
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if marker in PRINTS or name in TEXT_CALLS | TEXT_STREAMS:
            self.evidence.text.append(call)
        elif (name or "").startswith("re."):
            of_bytes = any(self._model.kind(item).type == "bytes" for item in call.args)
            (self.evidence.binary if of_bytes else self.evidence.text).append(call)
        elif method.startswith(ASSERTS):
            others = {self._model.kind(item).type for item in call.args if item is not node}
            if others & TEXT_KINDS:
                self.evidence.text.append(call)
        elif name in NEUTRAL_CALLS:
            if name in ("builtins.list", "builtins.sorted", "builtins.set", "builtins.tuple"):
                self.parts(call)
        elif name is not None and (name.partition(".")[0] in BYTES_MODULES or name in ("os.write", "io.BytesIO")):
            self.evidence.binary.append(call)
        elif method in LOG:
            self.evidence.shown.append(call)
        elif method in ("format", "join") and self._model.kind(call.func.value).type in TEXT_KINDS:  # type: ignore[attr-defined]
            self.evidence.text.append(call)
        elif (mode := self._file_mode(call.func)) is not None:
            (self.evidence.binary if "b" in mode else self.evidence.text).append(call)
        elif method in ("send", "sendall") and self._model.kind(call.func.value).type == "socket.socket":  # type: ignore[attr-defined]
            self.evidence.binary.append(call)
        else:
            self._own_function(node, call)

    def _file_mode(self, function: ast.expr) -> str | None:
        """The mode of the file whose write() or writelines() is called, where it was opened in plain sight."""
        if not isinstance(function, ast.Attribute) or function.attr not in ("write", "writelines"):
            return None
        opened: ast.expr | None = function.value
        if isinstance(opened, ast.Name):
            found = self._model.bindings(opened)
            managers = [self._model.parent(binding.node) for binding in found]
            values = [
                manager.context_expr if isinstance(manager, ast.withitem) else binding.value
                for binding, manager in zip(found, managers, strict=True)
            ]
            opened = values[0] if len(values) == 1 else None
        if not isinstance(opened, ast.Call) or self._model.resolve(opened.func) not in (
            "builtins.open",
            "builtins.file",
        ):
            return None
        modes = [*opened.args[1:2], *(item.value for item in opened.keywords if item.arg == "mode")]
        match modes:
            case [ast.Constant(value=str(mode))]:
                from porter.rules.port._file_data import becomes_binary  # which follows files as this follows pipes

                return f"{mode}b" if mode[:1] in ("w", "a") and becomes_binary(opened, self._model) else mode
        return None

    def _own_function(self, node: ast.expr, call: ast.Call) -> None:
        function = self._model.definition(call.func)
        if isinstance(function, ast.FunctionDef) and node in call.args:
            at = call.args.index(node)
            if at < len(function.args.args):
                scope = self._model.inner_scope(function)
                parameter = function.args.args[at].arg
                if len(scope.bindings[parameter]) == 1:
                    for use in self._model.uses_of(parameter, scope):
                        self.data(use)
                    return
        if isinstance(self._model.parent(call), ast.Raise):
            self.evidence.shown.append(call)
        else:
            self.evidence.unknown.append(call)

    def _returned(self, node: ast.Return, follow: Callable[[ast.expr], None]) -> None:
        """What a function returns is used where it is called, if every call is in this module."""
        function = self._model.function(node)
        known = isinstance(function, ast.FunctionDef) and not self._model.tree.imported_by
        if not known or not isinstance(function, ast.FunctionDef) or self._model.scope_of(function).is_class:
            self.evidence.unknown.append(node)
            return
        uses = self._model.uses_of(function.name, self._model.scope_of(function))
        for use in uses:
            call = self._model.parent(use)
            if isinstance(call, ast.Call) and call.func is use:
                follow(call)
            else:
                self.evidence.unknown.append(use)
        if not uses:
            self.evidence.unknown.append(node)
