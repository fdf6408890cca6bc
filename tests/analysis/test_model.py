"""What names mean and what values are, by Python 2's rules."""

from __future__ import annotations

import ast

import pytest

from porter.analysis.model import ModuleModel
from porter.analysis.tree import TreeSlice
from porter.python2.source import Dialect, Facts, Source


def model_of(
    text: str, *, python2: bool = True, future: frozenset[str] = frozenset(), tree: TreeSlice | None = None
) -> ModuleModel:
    source = Source("example.py", text, text, "utf-8", False, Dialect.PYTHON2, (), Facts(future=future))
    return ModuleModel(source, text, ast.parse(text), tree or TreeSlice(path="example.py"), python2=python2)


def last(model: ModuleModel) -> ast.expr:
    """The expression that ends the text."""
    statement = model.module.body[-1]
    assert isinstance(statement, ast.Expr)
    return statement.value


RESOLVED = [
    ("import Queue\nQueue.Queue", "Queue.Queue"),
    ("import Queue as Q\nQ.Queue", "Queue.Queue"),
    ("from Queue import Queue as Q\nQ", "Queue.Queue"),
    ("import os.path\nos.path.join", "os.path.join"),
    ("from . import helper\nhelper.run", ".helper.run"),
    ("import threading\nLock = threading.Lock\nLock", "threading.Lock"),
    ("len", "builtins.len"),
    ("unicode", "builtins.unicode"),
    ("def len(x): pass\nlen", None),
    ("import Queue\nQueue = 3\nQueue", None),
    ("try:\n    import Queue\nexcept ImportError:\n    import queue as Queue\nQueue.Queue", "queue.Queue"),
]


@pytest.mark.parametrize(("text", "expected"), RESOLVED)
def test_resolve_follows_bindings(text: str, expected: str | None) -> None:
    model = model_of(text)
    assert model.resolve(last(model)) == expected


def test_a_parameter_hides_an_import() -> None:
    model = model_of("import queue\ndef f(queue):\n    return queue.Queue\n")
    attribute = next(node for node in model.nodes[ast.Attribute])
    assert model.resolve(attribute) is None


def test_a_class_scope_is_not_seen_from_its_methods() -> None:
    model = model_of("import time\nclass A:\n    time = 1\n    def f(self):\n        return time.sleep\n")
    attribute = next(node for node in model.nodes[ast.Attribute])
    assert model.resolve(attribute) == "time.sleep"


def test_a_list_comprehension_leaks_in_python_2_only() -> None:
    text = "x = 'a'\n[x for x in y]\nx"
    assert len(model_of(text).scope.bindings["x"]) == 2
    assert len(model_of(text, python2=False).scope.bindings["x"]) == 1


def test_global_declared_after_use_still_holds() -> None:
    model = model_of("def f():\n    n = 1\n    global n\n")
    assert "n" in model.scope.bindings


KINDS = [
    ("'a'", "str"),
    ("u'a'", "unicode"),
    ("b'a'", "bytes"),
    ("3 / 2", "int"),
    ("3 / 2.0", "float"),
    ("'%s' % 3", "str"),
    ("import Queue\nq = Queue.Queue()\nq", "queue.Queue"),
    ("import threading\nlock = threading.Lock()\nlock", "threading.Lock"),
    ("from multiprocessing import Pool\nwith Pool() as p:\n    pass\np", "multiprocessing.Pool"),
    ("def g():\n    yield 1\nc = g()\nc", "generator"),
    ("x = 1\nx = 'a'\nx", "?"),
    ("x = 1\nx += 1\nx", "int"),
    ("x = f()\nx", "?"),
    ("def f(n):\n    if n:\n        return 1\n    else:\n        return 2\nf(0)", "int"),
    ("def f(n):\n    if n:\n        return 1\nf(0)", "?"),
    ("range(3)", "list"),
    ("' '.join(x).split()", "list"),
    ("open('f').readlines()", "list"),
]


@pytest.mark.parametrize(("text", "expected"), KINDS)
def test_kind_of_the_last_expression(text: str, expected: str) -> None:
    model = model_of(text)
    assert model.kind(last(model)).type == expected


def test_an_argument_has_the_kind_of_what_every_call_hands_over() -> None:
    model = model_of("def gen():\n    yield\ndef produce(c):\n    c.next()\nproduce(gen())\n")
    receiver = next(node for node in model.nodes[ast.Attribute] if isinstance(node, ast.Attribute)).value
    assert model.kind(receiver).is_iterator


def test_an_argument_is_unknown_once_another_file_may_call() -> None:
    tree = TreeSlice(path="example.py", imported_by=("other.py",))
    model = model_of("def gen():\n    yield\ndef produce(c):\n    c.next()\nproduce(gen())\n", tree=tree)
    receiver = next(node for node in model.nodes[ast.Attribute] if isinstance(node, ast.Attribute)).value
    assert model.kind(receiver).type == "?"


def test_self_attributes_are_known_when_the_class_alone_sets_them() -> None:
    text = "import threading\nclass A:\n    def __init__(self):\n        self.lock = threading.Lock()\n    def f(self):\n        self.lock\n"
    model = model_of(text)
    attribute = [
        node for node in model.nodes[ast.Attribute] if isinstance(node, ast.Attribute) and node.attr == "lock"
    ][-1]
    assert model.kind(attribute).type == "threading.Lock"
    other = model_of(text + "A().lock = None\n")
    attribute = next(
        node for node in other.nodes[ast.Attribute] if isinstance(node, ast.Attribute) and node.attr == "lock"
    )
    assert other.kind(attribute).type == "?"


def test_a_subclass_of_thread_is_a_thread() -> None:
    model = model_of("import threading\nclass A(threading.Thread):\n    pass\nclass B(A):\n    pass\nB()")
    assert model.library_type(model.kind(last(model))) == "threading.Thread"


def test_unicode_literals_make_plain_strings_unicode() -> None:
    model = model_of("'a'", future=frozenset({"unicode_literals"}))
    assert model.kind(last(model)).type == "unicode"
