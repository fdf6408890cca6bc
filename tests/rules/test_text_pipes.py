"""What a program does with a child's pipes says whether they carry text (PORT200)."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion
from porter.rewriting.options import Options, Target


def _convert(body: str) -> Conversion:
    data = f"import struct, sys, re\nimport subprocess\nfrom subprocess import PIPE, Popen\n{body}".encode()
    tree = TreeIndex.of([summarise_bytes(data, "example.py")]).slice("example.py")
    return convert_bytes(data, "example.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))


def _outcomes(conversion: Conversion) -> list[str]:
    return [finding.outcome.value for finding in conversion.findings if finding.code == "PORT200"]


_P = "p = Popen('x', stdin=PIPE, stdout=PIPE)\n"

_TEXT = [
    _P + "p.communicate('text')\n",
    _P + "p.communicate('%s\\n' % name)\n",
    _P + "print p.communicate()[0]\n",
    _P + "out, err = p.communicate()\nif out.startswith('a'): pass\n",
    _P + "[out, _] = p.communicate()\nout.split('\\n')\n",
    _P + "pair = p.communicate()\nprint pair[0].strip()\n",
    _P + "for line in p.stdout:\n    sys.stdout.write(line)\n",
    _P + "for line in iter(p.stdout.readline, ''):\n    pass\n",
    _P + "for line in p.stdout.readlines():\n    if line == 'x': pass\n",
    _P + "while True:\n    line = p.stdout.readline()\n    if 'ok' in line: break\n",
    _P + "stream = p.stdout\nre.match('a', stream.read())\n",
    _P + "out = p.stdout.read() + 'end'\n",
    _P + "def use(text): return text.split('x')\nuse(p.stdout.read())\n",
    "def run():\n    p = Popen('x', stdout=PIPE)\n    return p.communicate()[0]\nprint run()\n",
    "class A(object):\n    def go(self):\n        self.p = Popen('x', stdin=PIPE)\n        self.p.stdin.write('go\\n')\n",
    "print subprocess.check_output(['x'])\n",
    "Popen('x', stdout=PIPE).stdout.read().split('\\n')\n",
    "Popen('x', 0, None, PIPE).communicate('text')\n",
    "p = Popen('x', stdout=PIPE, stderr=PIPE)\nout, err = p.communicate()\nif p.returncode: raise OSError(err)\n",
]


@pytest.mark.parametrize("body", _TEXT)
def test_text_is_said(body: str) -> None:
    conversion = _convert(body)
    assert "text=True" in conversion.text
    assert _outcomes(conversion) == ["applied"]


_BINARY = [
    _P + "struct.unpack('>I', p.stdout.read(4))\n",
    _P + "p.communicate(struct.pack('>I', 1))\n",
    _P + "p.communicate(b'bytes')\n",
    _P + "p.communicate()[0].decode('utf-8')\n",
    "open('x', 'wb').write(subprocess.check_output(['x']))\n",
]
_NOTHING_TO_SAY = [
    _P + "p.wait()\n",
    _P + "p.communicate()\n",
    "p = Popen('x')\np.communicate()\n",
    "p = Popen('x', stdout=PIPE, universal_newlines=True)\nprint p.stdout.read()\n",
    "p = Popen('x', **options)\np.communicate('text')\n",
    "class Popen(object): pass\nPopen().communicate('text')\n",
]


@pytest.mark.parametrize("body", _BINARY + _NOTHING_TO_SAY)
def test_nothing_changes(body: str) -> None:
    conversion = _convert(body)
    assert "text=True" not in conversion.text
    assert _outcomes(conversion) == []


_UNKNOWN = [
    _P + "use(p)\n" + "other(p.communicate()[0])\n",
    _P + "p.communicate(data)\n",
    "def run():\n    return Popen('x', stdout=PIPE).communicate()[0]\n",
    _P + "p.communicate(struct.pack('>I', 1))\nprint p.stdout.read()\n",
    "def run(data):\n    p = Popen('x', stdin=PIPE, stderr=PIPE)\n    out, err = p.communicate(data)\n    raise OSError(err)\n",
]


@pytest.mark.parametrize("body", _UNKNOWN)
def test_unknown_and_mixed_data_are_reported(body: str) -> None:
    conversion = _convert(body)
    assert "text=True" not in conversion.text
    assert _outcomes(conversion) == ["advised"]


_WRITE, _READ, _CLOSE = "p.stdin.write('a\\n')\n", "p.stdout.readline()\n", "p.stdin.close()\n"

_BUFFERS = [
    (_WRITE + _CLOSE + _READ, False),
    (_WRITE + _READ + _CLOSE, True),
    (_WRITE + _READ, True),
    (_WRITE + "p.stdin.flush()\n" + _READ, False),
    (_WRITE + "p.communicate()\n", False),
    (_READ, False),
    ("def say():\n    p.stdin.write('a\\n')\ndef end():\n    p.stdin.close()\n", True),
]


@pytest.mark.parametrize(("body", "unbuffered"), _BUFFERS)
def test_buffer_goes_where_the_child_must_see_what_was_written(body: str, unbuffered: bool) -> None:
    text = _convert(f"{_P}{body}").text
    assert ("bufsize=0" in text) == unbuffered


_STYLES = [
    ("Popen('x', stdin=PIPE)", "Popen('x', stdin=PIPE, text=True)"),
    ("Popen('x', stdin=PIPE,)", "Popen('x', stdin=PIPE, text=True,)"),
    ("Popen(\n    'x',\n    stdin=PIPE,\n)", "Popen(\n    'x',\n    stdin=PIPE,\n    text=True,\n)"),
    (
        "Popen(\n    'x',  # a\n    stdin=PIPE,  # b\n)",
        "Popen(\n    'x',  # a\n    stdin=PIPE,  # b\n    text=True,\n)",
    ),
]


@pytest.mark.parametrize(("before", "after"), _STYLES)
def test_argument_list_keeps_its_style(before: str, after: str) -> None:
    assert f"p = {after}\n" in _convert(f"p = {before}\np.communicate('text')\n").text
