"""Run by CPython 2.7: parse programs and answer with their syntax trees, spelt as `tests/python2/trees.py` spells them.

Reads requests from standard input and writes one answer each: a line `KIND LENGTH`, then LENGTH bytes. The kinds of
request are `path` (a file's name) and `source` (its bytes), and `lines` for the lines of the statements alone; those of answers `tree` and `error`.
"""

import ast
import sys
import threading

FLAGS = ast.PyCF_ONLY_AST if hasattr(ast, "PyCF_ONLY_AST") else 1024


class Writer(object):
    def __init__(self):
        self.out = []

    def emit(self, value):
        out = self.out
        if value is None:
            out.append("None")
        elif isinstance(value, list):
            out.append("[")
            for item in value:
                self.emit(item)
                out.append(",")
            out.append("]")
        elif isinstance(value, ast.AST):
            name = type(value).__name__
            method = getattr(self, "emit_" + name, None)
            if method is not None:
                method(value)
            else:
                self.node(name, *[getattr(value, field) for field in value._fields if field != "ctx"])
        elif isinstance(value, bool):
            out.append(str(value))
        elif isinstance(value, (int, long)):
            out.append("%x" % value)
        else:
            out.append(str(value))

    def node(self, name, *fields):
        out = self.out
        out.append(name)
        out.append("(")
        for field in fields:
            self.emit(field)
            out.append(",")
        out.append(")")

    def emit_Module(self, node):
        self.emit(node.body)

    def emit_Num(self, node):
        self.out.append(number(node.n))

    def emit_UnaryOp(self, node):
        value = folded(node)
        if value is None:
            self.node("UnaryOp", node.op, node.operand)
        else:
            self.out.append(number(value))

    def emit_Str(self, node):
        if isinstance(node.s, unicode):
            self.out.append("u" + node.s.encode("utf-16-le").encode("hex"))
        else:
            self.out.append("b" + node.s.encode("hex"))

    def emit_Name(self, node):
        self.out.append("Name(%s)" % node.id)

    def emit_Index(self, node):
        self.emit(node.value)

    def emit_ExtSlice(self, node):
        self.node("Tuple", node.dims)

    def emit_Slice(self, node):
        step = node.step
        if isinstance(step, ast.Name) and step.id == "None":
            step = None
        self.node("Slice", node.lower, node.upper, step)

    def emit_arguments(self, node):
        self.node("arguments", node.args, node.vararg, node.kwarg, node.defaults)


def folded(node):
    """The value of a number with minus signs before it, however many; None for anything else."""
    if isinstance(node, ast.Num):
        return node.n
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = folded(node.operand)
        return None if value is None else -value
    return None


def number(value):
    if isinstance(value, float):
        return "Float(%r)" % value
    if isinstance(value, complex):
        return "Imaginary(%r)" % value.imag
    return "Int(%x)" % value


# An expression that begins with a string of many lines is said to begin where the string ends.
UNSURE = (ast.Expr, ast.With, ast.TryExcept, ast.TryFinally)


def tree(source, path):
    writer = Writer()
    writer.emit(compile(source, path, "exec", FLAGS, 1))
    return "".join(writer.out)


def lines(source, path):
    """The kind and the line of every statement whose line means the same on both sides."""
    found = []
    for node in ast.walk(compile(source, path, "exec", FLAGS, 1)):
        if isinstance(node, ast.stmt) and not isinstance(node, UNSURE):
            found.append("%06d %s" % (node.lineno, type(node).__name__))
    return "\n".join(sorted(found))


def answer(kind, data):
    try:
        if kind == "lines":
            return "tree", lines(data, "program")
        if kind == "path":
            with open(data, "rb") as stream:
                source = stream.read()
        else:
            source = data
        return "tree", tree(source, "program")
    except (SyntaxError, TypeError, ValueError, OverflowError, MemoryError, RuntimeError, LookupError, AttributeError) as error:
        return "error", "%s: %s" % (type(error).__name__, error)


def serve():
    requests, answers = sys.stdin, sys.stdout
    while True:
        header = requests.readline()
        if not header:
            return
        kind, length = header.split()
        status, text = answer(kind, requests.read(int(length)))
        answers.write("%s %d\n" % (status, len(text)))
        answers.write(text)
        answers.flush()


if __name__ == "__main__":
    sys.setrecursionlimit(100000)
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
