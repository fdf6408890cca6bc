"""Where text meets bytes: literals get their b, text is encoded, and what can be neither is reported."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target

_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2


def _port(source: str) -> Conversion:
    data = (source + _PYTHON2).encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    return convert_bytes(data, "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import hashlib\nhashlib.sha1('a')\n", "import hashlib\nhashlib.sha1(b'a')\n", id="a hash"),
        pytest.param(
            "import hashlib\nh = hashlib.new('md5')\nh.update('a')\n",
            "import hashlib\nh = hashlib.new('md5')\nh.update(b'a')\n",
            id="a hash's update",
        ),
        pytest.param("import zlib\nzlib.crc32('a' 'b')\n", "import zlib\nzlib.crc32(b'a' b'b')\n", id="pieces"),
        pytest.param(
            "import zlib\nzlib.compress('ab' * 3)\n", "import zlib\nzlib.compress(('ab' * 3).encode())\n", id="repeated"
        ),
        pytest.param(
            "import string, zlib\nzlib.compress('ab' * string.atoi(n))\n",
            "import zlib\nzlib.compress(('ab' * int(n)).encode())\n",
            id="repeated as often as string.atoi() says",
        ),
        pytest.param(
            "import struct\nstruct.pack('>4sI4s', 'RIFF', n, '\\xff\\x00')\n",
            "import struct\nstruct.pack('>4sI4s', b'RIFF', n, b'\\xff\\x00')\n",
            id="every string that is packed",
        ),
        pytest.param(
            "import zlib\nzlib.compress(','.join([str(n), 'a']))\n",
            "import zlib\nzlib.compress(','.join([str(n), 'a']).encode())\n",
            id="joined texts",
        ),
        pytest.param(
            "import os\nos.write(1, '%c%c' % (1, 200))\n",
            "import os\nos.write(1, ('%c%c' % (1, 200)).encode(\"latin-1\"))\n",
            id="bytes by their numbers",
        ),
        pytest.param(
            "class H: pass\nh = H()\nh.update('a')\n", "class H: pass\nh = H()\nh.update('a')\n", id="no hash"
        ),
    ],
)
def test_what_is_given_becomes_bytes(before: str, after: str) -> None:
    assert _port(before).text.removesuffix("x = 0o777\n") == after


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        pytest.param("import os\nline = os.read(0, 9).split(':')\n", "PORT204", 2, id="os.read is split at text"),
        pytest.param(
            "import struct\nframe = struct.pack('>H', 1) + '\\xff'\n", "PORT204", 2, id="packed bytes and a literal"
        ),
        pytest.param(
            "import base64\nprint base64.b64encode(data)\n", "PORT204", 2, id="what is encoded in base64 is printed"
        ),
        pytest.param(
            "import urllib2\ndef get(url):\n    page = urllib2.urlopen(url)\n    return page.read()\n",
            "PORT204",
            4,
            id="a page goes out of sight",
        ),
        pytest.param("for line in open('a', 'rb'):\n    line.split(',')\n", "PORT204", 1, id="lines of a binary file"),
        pytest.param(
            "with open('a', 'rb') as f:\n    head = f.readline() == 'x\\n'\n", "PORT204", 1, id="with a binary file"
        ),
        pytest.param("import pickle\nf = open('a', mode)\npickle.load(f)\n", "PORT109", 2, id="a mode out of sight"),
        pytest.param(
            "import pickle\nf = open('a')\nf.readline()\npickle.load(f)\n", "PORT109", 2, id="lines before the pickle"
        ),
        pytest.param("import os\nbody = 'n = %s' % n\nos.write(1, body)\n", "PORT203", 3, id="a text made before"),
        pytest.param(
            "import marshal\ndef f(sock):\n    parts = [sock.recv(9)]\n    return marshal.loads(''.join(parts))\n",
            "PORT203",
            4,
            id="pieces that may have been received are joined",
        ),
    ],
)
def test_what_cannot_be_told_is_reported(source: str, code: str, line: int) -> None:
    said = [(item.code, item.line) for item in _port(source).findings if item.outcome is Outcome.ADVISED]
    assert (code, line) in said


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import os\nos.write(1, os.read(0, 9))\n", id="bytes go in and out"),
        pytest.param("import struct, zlib\nz = zlib.compress(struct.pack('>H', 1))\n", id="bytes all the way"),
        pytest.param(
            "import zlib, csv\nfor row in csv.reader(open('a')):\n    print row\n", id="csv reads a text file"
        ),
        pytest.param("import pickle\npickle.dump([1], open('a', 'wb'))\n", id="a binary file already"),
        pytest.param("import zlib\nzlib.crc32(open('a', 'rb').read())\n", id="a file's bytes"),
        pytest.param("import pickle\ncopy = pickle.loads(pickle.dumps([1]))\n", id="a copy by pickling"),
    ],
)
def test_bytes_that_stay_bytes_are_no_business_of_anyone(source: str) -> None:
    assert not [item for item in _port(source).findings if item.code in ("PORT109", "PORT203", "PORT204")]


def test_a_file_that_is_opened_anew_for_csv_needs_no_advice() -> None:
    conversion = _port("import csv\nfor row in csv.reader(open('a', 'rb')):\n    print ','.join(row)\n")
    assert {(item.code, item.outcome) for item in conversion.findings if item.code in ("PORT109", "PORT204")} == {
        ("PORT109", Outcome.APPLIED)
    }
