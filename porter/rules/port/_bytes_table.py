"""The table of functions that take or give bytes in Python 3 (data/bytes_arguments.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from porter.rules.port._module_table import DATA

# What makes shared memory, which may hold characters.
SHARED = frozenset(
    f"multiprocessing.{module}{name}"
    for module in ("", "sharedctypes.")
    for name in ("Array", "Value", "RawArray", "RawValue")
)
Place = tuple[int, str]  # an argument's position, and its keyword


@dataclass(frozen=True, slots=True)
class Own:
    """What an object of a library's class takes, gives and has as bytes, where the program derives a class from it."""

    of: frozenset[str]
    methods: Mapping[str, Place]
    gives: frozenset[str]
    attributes: frozenset[str]
    parameters: Mapping[str, int]
    returns: frozenset[str]


@dataclass(frozen=True)
class BytesTable:
    """What takes bytes, and where; what gives them. The table's own comments say what each section holds."""

    functions: Mapping[str, Place]
    also: Mapping[str, Place]
    rest: Mapping[str, int]
    sockets: Mapping[str, Place]
    anywhere: Mapping[str, Place]
    methods: Mapping[str, Place]
    handlers: Mapping[str, Place]
    own: tuple[Own, ...]
    giving_functions: frozenset[str]
    giving_methods: frozenset[str]
    mostly_text: frozenset[str]

    @cached_property
    def taking(self) -> frozenset[str]:
        """The names of the methods that may take bytes."""
        own = (name for row in self.own for name in row.methods)
        dotted = (*self.methods, *self.handlers, *self.sockets, *self.anywhere, *own, "write")
        return frozenset(name.rpartition(".")[2] for name in dotted)

    @cached_property
    def taking_words(self) -> frozenset[str]:
        """The last words of everything that may take bytes: what is spelt otherwise, as an attribute, takes none."""
        return self.taking | {name.rpartition(".")[2] for name in (*self.functions, *self.also, *self.rest, *SHARED)}

    @cached_property
    def taking_functions(self) -> frozenset[str]:
        """The dotted names of the functions that take bytes."""
        return frozenset((*self.functions, *self.also, *self.rest, *SHARED))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The names of the attributes that hold bytes, in a class of the program's own."""
        return frozenset(name for row in self.own for name in row.attributes)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the methods of a class of the program's own that are given bytes."""
        return frozenset(name for row in self.own for name in row.parameters)

    @cached_property
    def giving(self) -> frozenset[str]:
        """The names of the methods that may give bytes."""
        return frozenset(name.rpartition(".")[2] for name in self.giving_methods)


@cache
def bytes_table() -> BytesTable:
    """The whole table."""
    said = tomllib.loads((DATA / "bytes_arguments.toml").read_text(encoding="utf-8"))
    return BytesTable(
        functions=_places(said["functions"]),
        also=_places(said["also"]),
        rest=said["rest"],
        sockets=_places(said["sockets"]),
        anywhere=_places(said["anywhere"]),
        methods=_places(said["methods"]),
        handlers=_places(said["handlers"]),
        own=tuple(
            Own(
                frozenset(row["of"]),
                _places(row["methods"]),
                frozenset(row.get("gives", ())),
                frozenset(row.get("attributes", ())),
                row.get("parameters", {}),
                frozenset(row.get("returns", ())),
            )
            for row in said["own"]
        ),
        giving_functions=frozenset(said["gives"]["functions"]),
        giving_methods=frozenset(said["gives"]["methods"]),
        mostly_text=frozenset(said["gives"]["mostly_text"]),
    )


def _places(section: dict[str, Any]) -> dict[str, Place]:
    return {name: (position, keyword) for name, (position, keyword) in section.items()}
