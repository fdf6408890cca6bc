"""2to3's own fixer tests, run against porter: each case of them, what porter makes of it, and our judgement of that.

The cases come from a Python that ships 2to3's tests (3.9 to 3.12); no text of theirs is kept here. What is not the same
is judged in two_to_three.toml, by the names of the cases.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.errors import PorterError
from porter.interpreters import Interpreter, all_python3
from porter.python2.source import Dialect
from porter.rewriting.options import Options, Target

HERE = Path(__file__).parent
_RECORDER = HERE / "recorder_of_2to3.py"
_JUDGEMENTS = HERE / "two_to_three.toml"
_FILE = "example.py"
# 2to3 runs these where they are asked for, with --fix; so does porter its own.
_OPTIONAL = frozenset({"buffer", "idioms", "set_literal", "ws_comma"})
_NAMES = re.compile(r"\b(?:id|arg|name)=('\w+')")
_IMPORTED = re.compile(r"(?:\bimport|\bfrom|,)\s+(\w+)")


class Verdict(Enum):
    """How porter's result stands to 2to3's."""

    SAME = "same"
    BETTER = "better"
    EQUAL = "equal"
    CANNOT_OCCUR = "cannot occur in 2.7"
    NOT_HANDLED = "not handled"


@dataclass(frozen=True, slots=True)
class Case:
    """One call of a check in a test of 2to3. `files` are those that the test says there are; True stands for all."""

    fixer: str
    name: str
    kind: str
    before: str
    after: str
    files: tuple[str, ...] | bool

    @property
    def warns(self) -> bool:
        return self.kind.startswith("warns")

    @property
    def stays(self) -> bool:
        """Whether 2to3 leaves the text as it is."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Outcome:
    """What porter makes of a case: a text, or the error that it gives instead; and whether it says anything of it."""

    text: str | None
    error: str
    speaks: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """Our word on the cases whose names match one of `cases`, and whose text `about`, a regular expression, is found in.

    With `given`, a frame for the case's text, with the rules that `select` names, or with other names for new variables
    (`renamed`), porter's result is 2to3's, imports aside: a claim that is tested.
    """

    cases: tuple[str, ...]
    verdict: Verdict
    reason: str
    about: str = ""
    given: str = ""
    select: tuple[str, ...] = ()
    renamed: bool = False

    @property
    def claims(self) -> bool:
        return bool(self.given or self.select or self.renamed)

    def speaks_of(self, case: Case) -> bool:
        named = any(fnmatchcase(case.name, pattern) for pattern in self.cases)
        return named and (not self.about or re.search(self.about, case.before) is not None)


@cache
def source_of_cases() -> tuple[Interpreter, tuple[Case, ...]] | None:
    """The cases, and the Python that they come from; None where no Python here ships 2to3's tests."""
    for interpreter in all_python3():
        command = [interpreter.path, "-W", "ignore", str(_RECORDER)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode == 0:
            return interpreter, tuple(map(_case, json.loads(done.stdout)))
    return None


def _case(said: dict[str, object]) -> Case:
    files = said.pop("files")
    return Case(files=True if files is True else tuple(files), **said)  # type: ignore[arg-type]


@cache
def judgements() -> tuple[Judgement, ...]:
    listed = tomllib.loads(_JUDGEMENTS.read_text(encoding="utf-8"))["judged"]
    return tuple(
        Judgement(
            tuple(row["cases"]),
            Verdict(row["verdict"]),
            row["reason"],
            row.get("about", ""),
            row.get("given", ""),
            tuple(row.get("select", ())),
            row.get("renamed", False),
        )
        for row in listed
    )


def judgement_of(case: Case) -> Judgement | None:
    return next((item for item in judgements() if item.speaks_of(case)), None)


# -- porter's side -------------------------------------------------------------------------------------------------


@cache
def outcome_of(case: Case) -> Outcome:
    return _converted(case, case.before)


def is_same(case: Case) -> bool:
    """Whether porter does what 2to3 does: the same text but for spaces and parentheses, and a word where 2to3 warns."""
    outcome = outcome_of(case)
    if outcome.text is None or (case.warns and not outcome.speaks):
        return False
    if _alike(outcome.text, case.after):
        return True
    if case.stays or _tree(case.after) is not None:
        return False
    # One fixer alone leaves Python 2 in it: the rest of that is ported for the comparison.
    rest = _converted(case, case.after).text
    return rest is not None and _alike(outcome.text, rest)


def is_same_as_judged(case: Case, judgement: Judgement) -> bool:
    """Whether the judgement's claim holds for a case."""
    frame = judgement.given or "{}"
    text = _converted(case, _framed(frame, case.before), judgement.select).text
    wanted = _framed(frame, case.after)
    if text is None or not judgement.renamed:
        return text is not None and _alike(text, wanted, imports=False)
    return _names_by_number(text) == _names_by_number(wanted)


def _framed(frame: str, text: str) -> str:
    return frame.replace("{}", text.strip()) + "\n"


def _converted(case: Case, text: str, select: tuple[str, ...] = ()) -> Outcome:
    optional = case.fixer in _OPTIONAL
    options = Options(
        target=Target.PYTHON3,
        python=(3, 11),
        extend_select=("IDM",) if optional else select,
        unsafe=optional,
    )
    data = text.encode()
    try:
        summaries = [summarise_bytes(data, _FILE, Dialect.PYTHON2)]
        summaries += [summarise_bytes(b"", path, None) for path in _beside(case)]
        result = convert_bytes(data, _FILE, TreeIndex.of(summaries).slice(_FILE), options)
    except PorterError as error:
        return Outcome(None, error.message, True)
    return Outcome(result.text, "", bool(result.findings))


def _beside(case: Case) -> list[str]:
    """The other files of the case's tree, as paths of modules."""
    if case.files is True:
        return ["__init__.py", *(f"{name}.py" for name in dict.fromkeys(_IMPORTED.findall(case.before)))]
    assert isinstance(case.files, tuple)
    return [f"{path}__init__.py" if path.endswith("/") else path for path in case.files]


# -- comparing -----------------------------------------------------------------------------------------------------


def _alike(one: str, other: str, *, imports: bool = True) -> bool:
    if one.split() == other.split() and imports:
        return True
    trees = [_tree(text) for text in (one, other)]
    if None in trees:
        return False
    return len({_dump(tree, imports) for tree in trees if tree is not None}) == 1


def _tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError:
        return None


def _dump(tree: ast.Module, imports: bool) -> str:
    body = [node for node in tree.body if imports or not isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.dump, body))


def _names_by_number(text: str) -> str | None:
    """A text's tree, in which each name is a number: the how-manieth to come up."""
    tree = _tree(text)
    if tree is None:
        return None
    numbers: dict[str, int] = {}
    return _NAMES.sub(lambda found: f"={numbers.setdefault(found[1], len(numbers))}", _dump(tree, imports=False))


def rejected_by(python2: Interpreter, cases: Iterable[Case]) -> frozenset[str]:
    """The names of the cases whose text this Python 2.7 does not compile."""
    listed = {case.name: case.before for case in cases}
    program = (
        "import json, sys\n"
        "for name, text in sorted(json.load(sys.stdin).items()):\n"
        "    try:\n        compile(text.encode('utf-8'), name, 'exec')\n"
        "    except SyntaxError:\n        print(name)\n"
    )
    done = subprocess.run(
        [python2.path, "-c", program], input=json.dumps(listed), capture_output=True, text=True, timeout=60, check=True
    )
    return frozenset(done.stdout.split())
