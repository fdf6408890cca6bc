"""docs/proof.md: every count with the command that prints it, the commit, and what it was made with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from benchmarks import wild
from benchmarks.growth import growth_tables
from benchmarks.peers import peers
from benchmarks.results import commit, machine
from benchmarks.second_run import second_run_table
from benchmarks.speed import speed_tables
from benchmarks.tables import table, thousands
from porter import __version__
from porter.interpreters import all_python3, find_python2

_MOST = 40  # of a longer list the rest is counted

_INTRODUCTION = """\
# The proof

Made by `make proof`; nothing here is written by hand. Each figure can be made alone by the command above it
(`.venv/bin/python -m benchmarks …`). The standard library is the one that comes with CPython 2.7, its tests included; the wild
collection is {projects} releases of the Python 2 years as they were published
([benchmarks/data/wild.toml](../benchmarks/data/wild.toml)).
"""


def head() -> list[str]:
    """The title, and what the figures were made with."""
    python2 = find_python2()
    pythons = [*([python2.name] if python2 else []), *(found.name for found in all_python3())]
    rows = [
        ("commit", commit()),
        ("made", f"{datetime.now(UTC):%Y-%m-%d}"),
        ("porter", __version__),
        ("LibCST", metadata.version("libcst")),
        ("Pythons", ", ".join(pythons)),
        ("peers", "; ".join(f"{peer.name}: {peer.version}" for peer in peers())),
        ("machine", machine()),
    ]
    return [_INTRODUCTION.format(projects=len(wild.projects())), table(["", ""], rows)]


def section(title: str, command: str, *parts: str) -> list[str]:
    return [f"## {title}", f"    python -m benchmarks {command}", *parts]


def exactness(found: dict[str, dict[str, Any]], generated: dict[str, int]) -> list[str]:
    """Files exact / files that 2.7 compiles."""
    rows = [
        (
            name,
            f"{thousands(item['exact'])} / {thousands(item['compiled'])}",
            thousands(item["lines"]),
            item["rejected"],
        )
        for name, item in found.items()
    ]
    equal = generated["programs"] - generated["different"]
    rows.append(
        ("generated programs", f"{thousands(equal)} / {thousands(generated['programs'])}", "–", generated["rejected"])
    )
    failures = [line for item in found.values() for line in item["failures"]]
    return [
        "The lowered text parses, and its syntax tree is CPython 2.7's own under the mapping of `tests/python2/trees.py`.",
        table(["", "exact / compiled by 2.7", "lines", "rejected by 2.7"], rows),
        *_listed("Not exact", failures),
    ]


def conversions(found: dict[str, dict[str, Any]]) -> list[str]:
    """Converted, compiling per Python, and changed by a second conversion."""
    pythons = list(dict.fromkeys(python for item in found.values() for python in item["compiled"]))
    rows = []
    for name, item in found.items():
        good = item["files"] - len(item["not_converted"])
        cells = [
            (
                f"{thousands(good - len(item['compiled'][python]))} / {thousands(good)}"
                if python in item["compiled"]
                else "–"
            )
            for python in pythons
        ]
        rows.append(
            (
                f"`{name}`",
                f"{thousands(good)} / {thousands(item['files'])}",
                thousands(item["changed"]),
                *cells,
                f"{thousands(good - len(item['changed_again']))} / {thousands(good)}",
                len(item["backed_out"]),
            )
        )
    columns = ["", "converted / files", "changed", *(f"compile on {python}" for python in pythons)]
    return [
        table([*columns, "the same when converted again", "rewrites backed out"], rows),
        *_failures(found),
        *_listed("Do not compile", _faults(found)),
        *_listed("Changed by a second conversion", _each(found, "changed_again")),
        *_listed("Backed out", _each(found, "backed_out")),
    ]


def _failures(found: dict[str, dict[str, Any]]) -> list[str]:
    causes: dict[str, list[str]] = {}
    for name, item in found.items():
        for failed in item["not_converted"]:
            word = "CPython 2.7 rejects it, too" if failed["rejected"] else "CPython 2.7 compiles it"
            causes.setdefault(f"`{failed['path']}`: {failed['cause']} ({word})", []).append(name)
    lines = [cause if len(names) == len(found) else f"{cause} [{', '.join(names)}]" for cause, names in causes.items()]
    return _listed("Not converted, and left as they were", lines, most=len(lines))


def _faults(found: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"`{path}`: {error} ({name}, {python})"
        for name, item in found.items()
        for python, faults in item["compiled"].items()
        for path, error in faults.items()
    ]


def _each(found: dict[str, dict[str, Any]], key: str) -> list[str]:
    return [f"`{what}` ({name})" for name, item in found.items() for what in item[key]]


def invariance(found: dict[str, dict[str, Any]]) -> list[str]:
    """Files that another order or number of jobs made differ."""
    ways = list(next(iter(found.values()))["ways"])
    rows = [(name, thousands(item["files"]), *(len(item["ways"][way]) for way in ways)) for name, item in found.items()]
    differing = [
        f"`{name}/{path}` ({way})"
        for name, item in found.items()
        for way, paths in item["ways"].items()
        for path in paths
    ]
    return [
        "Files of the result, and words of the report, that differ from those of a run with 2 jobs in the order of the names:",
        table(["", "files", *ways], rows),
        *_listed("Differing", differing),
    ]


def robustness(found: dict[str, dict[str, int]]) -> list[str]:
    rows = [(what, item["passed"], item["failed"], item["skipped"]) for what, item in found.items()]
    return [table(["what goes wrong", "tests passed", "failed", "skipped"], rows)]


def catalogue(found: dict[str, Any]) -> list[str]:
    """Rules, changes and the cases of 2to3's tests."""
    rules = found["rules"]
    said = [f"{sum(rules.values())} rules: {', '.join(f'{count} {prefix}' for prefix, count in rules.items())}."]
    changes = found["changes"]
    if changes:
        treatments = list(dict.fromkeys(name for row in changes.values() for name in row))
        rows = [(part, sum(row.values()), *(row.get(name, 0) for name in treatments)) for part, row in changes.items()]
        said.append(
            f"{thousands(sum(sum(row.values()) for row in changes.values()))} changes ([changes.md](changes.md)):"
        )
        said.append(table(["part", "changes", *treatments], rows))
    if found["two_to_three"]:
        said.append("The cases of 2to3's own fixer tests ([2to3.md](2to3.md)):")
        said.append(table(list(found["two_to_three"]), [list(found["two_to_three"].values())]))
    return said


def speed(found: dict[str, Any]) -> list[str]:
    return [
        "In turns (one run of each tool, then the next round), each on a copy of its own; peak memory is the proportional set size "
        "of all processes of a run together, sampled five times a second. porter runs with an empty cache and writes to another "
        "folder; the peers write over their copy. Files count that end in `.py`.",
        *speed_tables(found),
    ]


def growth(found: dict[str, Any]) -> list[str]:
    return growth_tables(found)


def second_run(found: dict[str, Any]) -> list[str]:
    return [second_run_table(found)]


def written(parts: Iterable[str]) -> str:
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _listed(title: str, lines: list[str], most: int = _MOST) -> list[str]:
    if not lines:
        return []
    rest = [f"- and {len(lines) - most} more"] if len(lines) > most else []
    return [f"{title} ({len(lines)}):", "\n".join([*(f"- {line}" for line in lines[:most]), *rest])]
