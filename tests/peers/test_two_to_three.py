"""porter against 2to3's own fixer tests: nothing that 2to3 does is missing, and docs/2to3.md says how they compare."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from porter.interpreters import Interpreter
from porter.rules import catalogue
from tests.peers.two_to_three import (
    Case,
    Verdict,
    is_same,
    is_same_as_judged,
    judgement_of,
    judgements,
    rejected_by,
    source_of_cases,
)
from tests.peers.two_to_three_page import fixers, page, verdict_of

_PAGE = Path(__file__).parents[2] / "docs" / "2to3.md"
_CODE = re.compile(r"\b[A-Z]{3,4}\d{3}\b")


@pytest.fixture(scope="module")
def source() -> tuple[Interpreter, tuple[Case, ...]]:
    found = source_of_cases()
    if found is None:
        pytest.skip("no Python here ships 2to3's tests (3.9 to 3.12 do)")
    return found


@pytest.fixture(scope="module")
def others(source: tuple[Interpreter, tuple[Case, ...]]) -> list[Case]:
    """The cases in which porter's result is not 2to3's."""
    return [case for case in source[1] if not is_same(case)]


def test_nothing_is_left_unhandled(others: list[Case]) -> None:
    assert [case.name for case in others if verdict_of(judgement_of(case)) is Verdict.NOT_HANDLED] == []


def test_no_judgement_is_needless(others: list[Case]) -> None:
    needed = {judgement_of(case) for case in others}
    assert [item.cases for item in judgements() if item not in needed] == []


def test_what_a_judgement_claims_is_true(others: list[Case]) -> None:
    claims = [(case, judgement_of(case)) for case in others]
    assert [case.name for case, item in claims if item and item.claims and not is_same_as_judged(case, item)] == []


def test_what_cannot_occur_is_what_python_2_does_not_compile(others: list[Case], python2: Interpreter) -> None:
    impossible = {case.name for case in others if verdict_of(judgement_of(case)) is Verdict.CANNOT_OCCUR}
    assert impossible == rejected_by(python2, others)


def test_every_fixer_of_2to3_has_its_rules(source: tuple[Interpreter, tuple[Case, ...]]) -> None:
    program = "from lib2to3 import refactor; print(*refactor.get_fixers_from_package('lib2to3.fixes'))"
    done = subprocess.run([source[0].path, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert {name.rpartition(".fix_")[2] for name in done.stdout.split()} == fixers()["2to3"].keys()


def test_every_rule_that_is_named_exists() -> None:
    known = {rule.code for rule in catalogue()}
    named = {code for table in fixers().values() for said in table.values() for code in _CODE.findall(said)}
    assert named - known == set()
    assert [fixer for fixer, said in fixers()["2to3"].items() if not _CODE.search(said)] == []


def test_the_committed_page_is_up_to_date(source: tuple[Interpreter, tuple[Case, ...]]) -> None:
    assert _PAGE.read_text(encoding="utf-8") == page(source[1]), "run `make peers`"
