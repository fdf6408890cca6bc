"""The optional rules: what they leave alone, and that no comment is lost."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target
from porter.rules import of_phase


def _convert(source: str, **chosen: object) -> Conversion:
    data = source.encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    options = Options(Target.PYTHON3, (3, 11), **({"extend_select": ("IDM",)} | chosen))  # type: ignore[arg-type]
    return convert_bytes(data, "a.py", tree, options)


def test_every_idiom_is_optional() -> None:
    assert [rule.code for rule in of_phase("idioms") if not rule.optional] == []


@pytest.mark.parametrize(
    ("source", "result"),
    [
        pytest.param("x = set(  # odd\n    [1, 3])\n", "x = {  # odd\n    1, 3}\n", id="a comment before the list"),
        pytest.param("x = set([1, 3]  # odd\n)\n", "x = {1, 3  # odd\n}\n", id="a comment behind the list"),
        pytest.param("x = set([a, b])[0] if y else set((c,))\n", "x = {a, b}[0] if y else {c}\n", id="in expressions"),
        pytest.param("x = f(a ,b)\r\ny = {1 :2}\r\n", "x = f(a, b)\r\ny = {1: 2}\r\n", id="lines end as they did"),
        pytest.param("d = {'a' : [1,2]}\n", "d = {'a': [1, 2]}\n", id="the colon of a dict"),
        pytest.param("x = a[1 :2, ::3]\n", "x = a[1 :2, ::3]\n", id="the colon of a slice"),
        pytest.param("x = (1,)\ny = 'a,b'\n# c,d\n", "x = (1,)\ny = 'a,b'\n# c,d\n", id="no separators"),
        pytest.param("x = f'{a,b}'\n", "x = f'{a,b}'\n", id="inside an f-string"),
        pytest.param("x = (a ,f'{a}',b)\n", "x = (a, f'{a}', b)\n", id="around an f-string"),
        pytest.param(
            "v = [3, 1]\nv.sort(key=f)  # by f\n", "v = sorted([3, 1], key=f)\n# by f\n", id="sorted by a key"
        ),
        pytest.param(
            "v = [3, 1]\nv.sort(key=v.index)\n", "v = [3, 1]\nv.sort(key=v.index)\n", id="the key asks the list"
        ),
        pytest.param("isinstance(x, (int, int,))\n", "isinstance(x, int)\n", id="the only type that is left"),
        pytest.param("set = list\nx = set([1])\n", "set = list\nx = set([1])\n", id="another set"),
    ],
)
def test_idioms(source: str, result: str) -> None:
    assert _convert(source).text == result


def test_what_may_alter_behaviour_is_withheld() -> None:
    source = "if type(x) == T:\n    v = t\n    v.sort()\n"
    conversion = _convert(source)
    assert conversion.text == source
    assert {item.code: item.outcome for item in conversion.findings} == {
        "IDM002": Outcome.WITHHELD,
        "IDM003": Outcome.WITHHELD,
    }
    assert _convert(source, unsafe=True).text == "if isinstance(x, T):\n    v = sorted(t)\n"


def test_bool_has_no_subclass() -> None:
    assert _convert("x = type(y) is not bool\n").text == "x = not isinstance(y, bool)\n"


def test_idioms_of_python_2_code_follow_its_port() -> None:
    text = _convert("keys = d.keys()\nkeys.sort()\nprint keys\n").text
    assert text == "keys = sorted(d.keys())\nprint(keys)\n"
