"""The reserved names that stand in lowered text for what Python 3 syntax cannot say.

Each marker belongs to one rule of the port, which turns it into idiomatic Python; none ever reaches the output.
A source that already uses a name of this form cannot be converted and is reported (`SourceError`).

================================================  =====================================================
Python 2                                          lowered
================================================  =====================================================
``print a, b``                                    ``__porter_print__(a, b)``
``print a,``                                      ``__porter_print__(a, nl=False)``
``print``                                         ``__porter_print__()``
``print >>f, a``                                  ``__porter_print_to__(f, a)``   (``nl=False`` alike)
``exec code in g, l``                             ``__porter_exec__(code, g, l)``
``raise E, v, tb``                                ``raise __porter_raise__(E, v, tb)``
``except E, e:``                                  ``except __porter_except__(E) as e:``
``except E, target:`` (not a plain name)          ``except __porter_except__(E, target):``
```x```                                           ``__porter_repr__(x)``
``def f(a, (b, c)=x):``                           ``def f(a, __porter_tuple_1__=x):``, pattern in `Facts.tuple_parameters`
``lambda (b, c): b``                              ``lambda __porter_tuple_1__: b``
``async = 1``, ``x.None``, ``f(True=1)``          ``__porter_name_async__ = 1``, ``x.__porter_name_None__`` …
================================================  =====================================================

``exec(code)``, ``exec(code, g)`` and ``exec(code, g, l)`` are the same in both and stay as they are.

What has an exact twin in Python 3 is lowered straight to it (``<>`` to ``!=``, ``0777`` to ``0o777``, ``10L`` to
``10`` …) and shows as a `Lowering` only.
"""

from __future__ import annotations

PREFIX = "__porter_"

PRINT = "__porter_print__"
PRINT_TO = "__porter_print_to__"
EXEC = "__porter_exec__"
RAISE = "__porter_raise__"
EXCEPT = "__porter_except__"
REPR = "__porter_repr__"

_TUPLE = "__porter_tuple_"
_NAME = "__porter_name_"


def tuple_parameter(number: int) -> str:
    """The placeholder of the `number`-th tuple parameter of a file."""
    return f"{_TUPLE}{number}__"


def is_tuple_parameter(name: str) -> bool:
    return name.startswith(_TUPLE)


def keyword_name(word: str) -> str:
    """The stand-in for a Python 2 name that is a keyword of Python 3."""
    return f"{_NAME}{word}__"


def original_name(name: str) -> str | None:
    """The Python 2 name behind a `keyword_name` stand-in, or None."""
    return name[len(_NAME) : -2] if name.startswith(_NAME) else None
