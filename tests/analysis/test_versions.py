"""What version tests come to on Python 3, without running them."""

from __future__ import annotations

import ast

import pytest

from porter.analysis.versions import holds


@pytest.mark.parametrize(
    ("test", "verdict"),
    [
        ("sys.version_info[0] == 2", False),
        ("sys.version_info[0] >= 3", True),
        ("sys.version_info >= (2, 5)", True),
        ("sys.version_info < (3,)", False),
        ("sys.version_info[:2] < (2, 7)", False),
        ("sys.version_info.major == 3", True),
        ("sys.hexversion < 0x03000000", False),
        ("sys.version < '3'", False),
        ("sys.version[0] == '2'", False),
        ("six.PY2", False),
        ("not six.PY2", True),
        ("PY3 and sys.version_info[0] == 3", True),
        ("PY3 and debug", None),
        ("PY2 and debug", False),
        ("debug", None),
        ("sys.version_info[0] == major", None),
        ("sys.version_info[9] == 2", None),
        ("sys.version_info < 3", None),
    ],
)
def test_version_test_is_decided_where_it_can_be(test: str, verdict: bool | None) -> None:
    assert holds(ast.parse(test, mode="eval").body, (3, 11)) is verdict
