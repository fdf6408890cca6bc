"""What the library does otherwise under the same name: each row is met, look-alikes are left alone, both Pythons print the same."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target
from porter.rules.changes import changes
from porter.rules.port._changed_table import Changed, changed
from porter.rules.port.written_defaults import defaults

_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2
_OURS = frozenset(f"PORT{number}" for number in range(111, 150))


def _port(source: str, python: tuple[int, int] = (3, 14), path: str = "a.py") -> Conversion:
    data = source.encode()
    tree = TreeIndex.of([summarise_bytes(data, path, None)]).slice(path)
    return convert_bytes(data, path, tree, Options(target=Target.PYTHON3, python=python))


def _said(source: str, python: tuple[int, int] = (3, 14), path: str = "a.py") -> list[tuple[str, str]]:
    findings = _port(source + _PYTHON2, python, path).findings
    return [(finding.code, finding.outcome.value) for finding in findings if finding.code in _OURS]


@cache
def _messages() -> frozenset[str]:
    """What the examples of the catalogue make PORT111 and PORT112 say."""
    said = [
        finding.message
        for change in changes()
        if {"PORT111", "PORT112"} & set(change.rules)
        for finding in _port(change.before + _PYTHON2).findings
    ]
    return frozenset(said)


@pytest.mark.parametrize("row", changed(), ids=lambda row: "-".join([*row.of[:1], *row.method[:1], row.note[:30]]))
def test_the_catalogue_meets_each_changed_function(row: Changed) -> None:
    assert row.note in _messages()


def test_the_catalogue_meets_each_default() -> None:
    assert [row.note for row in defaults() if row.note not in _messages()] == []


# Programs that a line of dashes parts: what porter makes of each prints on Python 3 what the old one prints on Python 2.7.
_PROGRAMS = r'''
import ConfigParser, StringIO
c = ConfigParser.SafeConfigParser()
c.readfp(StringIO.StringIO('[a]\nx = 1 ; one\ny = 2;two\nx = 3\n[a]\nz: 4\n'))
print sorted(c.items('a'))
---
import ConfigParser, StringIO
class Settings(ConfigParser.RawConfigParser):
    def get_all(self, name):
        return sorted(self.items(name))
c = Settings()
c.readfp(StringIO.StringIO('[a]\nx = 50% ; half\n[a]\ny=1\n'))
print c.get_all('a')
---
import ConfigParser, StringIO
class Settings(ConfigParser.ConfigParser):
    def __init__(self, text):
        ConfigParser.ConfigParser.__init__(self)
        self.readfp(StringIO.StringIO(text))
print Settings('[a]\nx = 1 ; one\nx = %(y)s\ny=2\n').get('a', 'x')
---
from HTMLParser import HTMLParser
class P(HTMLParser):
    def __init__(self):
        HTMLParser.__init__(self)
        self.got = []
    def handle_data(self, data): self.got.append(data)
    def handle_entityref(self, name): self.got.append('&' + name)
    def handle_charref(self, name): self.got.append('#' + name)
p = P()
p.feed('<p>a &amp; b &#65; c</p>')
p.close()
print p.got
---
import HTMLParser
class P(HTMLParser.HTMLParser):
    def handle_data(self, data): print repr(data)
P().feed('1 &lt; 2<br>x')
---
import argparse, sys
p = argparse.ArgumentParser(prog='p')
s = p.add_subparsers()
s.add_parser('a')
try:
    p.parse_args([])
except SystemExit, e:
    print e.code
---
import random
random.seed('hello')
print '%.10f' % random.random()
random.seed(u'hello')
print '%.10f' % random.random()
random.seed(7)
print '%.10f' % random.random()
---
import json
print json.dumps({'a': [1, 2.5, None, u'x']}, indent=2)
print json.dumps([1], indent=None), json.dumps([1, 2], separators=(',', ':'), indent=1)
---
import json, sys
json.dump([1, [2]], sys.stdout, indent=1, sort_keys=True)
---
import hmac
h = hmac.new('k')
h.update('abc')
print h.hexdigest(), hmac.new('k', 'abc').digest() == h.digest()
---
import hmac, hashlib
print hmac.new('k', 'm', hashlib.sha256).hexdigest()
---
import sys
if sys.platform in ('linux2', 'win32') or sys.platform.startswith('linux2'): print 'yes'
---
import binascii
def read(t):
    try:
        return binascii.unhexlify(t)
    except TypeError, e:
        return None
print read('f')
---
import tempfile
f = tempfile.NamedTemporaryFile(suffix='.txt')
f.write('a line\n')
f.write('n %d\n' % 3)
f.flush()
f.seek(0)
for line in f:
    print line.rstrip()
---
import tempfile
with tempfile.TemporaryFile() as f:
    print >>f, 'x', 1
    f.seek(0)
    print f.readlines()
---
import gzip, os
out = gzip.open('t.gz', 'w')
out.write('a\nb\n')
out.close()
for line in gzip.open('t.gz', 'rb'):
    print line.strip().split(',')
os.remove('t.gz')
---
import codecs, sys
sys.stdout = codecs.getwriter('utf-8')(sys.stdout)
print u'caf\xe9'
print 'done'
---
import types
class A(object):
    def __init__(self): self.n = 3
def f(self, m): return self.n + m
a = A()
a.f = types.MethodType(f, a, A)
print a.f(1)
---
import new
class A: pass
def f(self): return 5
a = A()
a.f = new.instancemethod(f, a, A)
print a.f()
---
import re
print re.findall('a+(?i)', 'aAb'), re.sub(r'\q', 'x', 'q'), re.split(',', 'a,b'), re.match('a(?x) b # c', 'ab').end()
---
import re
WORD = re.compile("""
    (?x)  # words
    [a-z]+ """)
print WORD.findall('ab cd')
---
import re
print re.sub(r'(a)', r'<\1\n>', 'bab').split()
---
import urllib, urllib2
r = urllib2.Request('http://localhost/', urllib.urlencode({'a': 1}))
print r.get_method(), len(r.get_data())
---
import array
a = array.array('B', 'abc')
print a.tolist(), array.array('u', u'ab').tounicode()
---
import sys
print sys.argv[0].decode('utf-8')[-2:]
---
import math, random
random.seed(3)
print random.random() == random.random(), math.floor(2.5)
---
import doctest
def f(n):
    """
    >>> print f(2), `f(3)`
    4 9
    >>> f(2L)
    4L
    >>> [u'a', f(1)]
    [u'a', 1]
    >>> for i in (1, 2):
    ...     print f(i),
    ...
    1 4
    """
    return n * n
print doctest.testmod()[:2]
---
from StringIO import StringIO
class Buffer(object):
    def __init__(self):
        self.out = StringIO()
    def take(self, text):
        self.out.truncate(0)
        self.out.write(text)
        return self.out.getvalue()
b = Buffer()
print repr(b.take('abc')), repr(b.take('x'))
---
import cStringIO
f = cStringIO.StringIO('abc')
print f.read(2)
f.reset()
print f.read()
---
import StringIO
f = StringIO.StringIO()
for word in ('one', 'two'):
    print >>f, word,
    f.seek(0)
    f.truncate()
    f.write(word)
print f.getvalue()
---
import ConfigParser
from StringIO import StringIO
c = ConfigParser.ConfigParser()
c.readfp(StringIO('[a]\nb = %(c)s\nc = 3\n'))
print c.get('a', 'b', 1), c.get('a', 'b', 0, {'c': '9'}), c.get('a', 'b'), c.getint('a', 'c')
---
import tempfile, os
f = tempfile.NamedTemporaryFile('w', -1, '.txt', 'pre')
print os.path.basename(f.name)[:3], f.name[-4:]
f.write('x')
f.close()
---
import httplib
c = httplib.HTTPConnection('localhost', 80, True, 10)
print c.timeout, c.port
---
import subprocess, sys
print subprocess.call([sys.executable, '-m', 'repr']) == 0
---
import hashlib, os
open('t.bin', 'w').write('data\n' * 3)
def digest(path):
    h = hashlib.sha1()
    f = open(path)
    try:
        while 1:
            block = f.read(4)
            if not block:
                break
            h.update(block)
    finally:
        f.close()
    return h.hexdigest()
print digest('t.bin')
os.remove('t.bin')
---
import json, os
out = open('t.json', 'wb')
json.dump({'a': [1, 2]}, out)
out.close()
print json.load(open('t.json', 'rb'))['a']
os.remove('t.json')
---
import os
f = open('t.txt', 'wb')
print >>f, 'one', 2
print >>f, 'three'
f.close()
print [line.strip() for line in open('t.txt')]
os.remove('t.txt')
---
import os
f = open('t.txt', 'w')
for word in (u'caf\xe9', u'x'):
    f.write(word.encode('utf-8'))
f.close()
print repr(open('t.txt').read().decode('utf-8') == u'caf\xe9x')
os.remove('t.txt')
---
import os, struct
f = open('t.bin', 'w')
f.write(struct.pack('<IH', 7, 8))
f.close()
f = open('t.bin')
a, b = struct.unpack('<IH', f.read(6))
f.close()
print a, b
os.remove('t.bin')
---
import zlib, os
with open('t.z', 'w') as f:
    f.write(zlib.compress('a' * 100))
with open('t.z') as f:
    print len(zlib.decompress(f.read()))
os.remove('t.z')
---
import ConfigParser, os
c = ConfigParser.ConfigParser()
c.add_section('a')
c.set('a', 'b', 'c')
with open('t.ini', 'wb') as f:
    c.write(f)
print open('t.ini').read().split()
os.remove('t.ini')
---
from cStringIO import StringIO
import gzip
raw = StringIO()
z = gzip.GzipFile(fileobj=raw, mode='w')
z.write('hello')
z.close()
raw.seek(0)
print len(gzip.GzipFile(fileobj=raw).read())
'''


def _run(python: str, source: str, folder: Path) -> str:
    (folder / "program.py").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [python, "-W", "ignore", "program.py"],
        cwd=folder,
        env={"PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return f"{done.returncode}\n{done.stdout}"


@pytest.mark.parametrize("program", _PROGRAMS.strip("\n").split("\n---\n"))
def test_program_prints_the_same(program: str, tmp_path: Path) -> None:
    python2 = find_python2()
    if python2 is None:
        pytest.skip("no Python 2.7 on this machine")
    old = _run(str(python2.path), f"{program}\n", tmp_path)
    new = _run(sys.executable, _port(f"{program}\n{_PYTHON2}", (3, 11)).text, tmp_path)
    assert old.startswith("0\n")
    assert new == old


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param("import hmac\nhmac.new(k, m, *rest)\n", [], id="arguments that cannot be seen"),
        pytest.param("import hmac\nhmac.new(b'k', b'm', digestmod=d)\n", [], id="a digestmod"),
        pytest.param("def new(k, m): pass\nnew(1, 2)\n", [], id="a function of the program's own"),
        pytest.param("import json\njson.dumps(x, sort_keys=True)\n", [], id="json on one line"),
        pytest.param(
            "class Menu(object):\n    def add_subparsers(self): pass\nMenu().add_subparsers()\n", [], id="no argparse"
        ),
        pytest.param("import random\nrandom.seed()\nrandom.choice(x)\n", [], id="seeded by the system"),
        pytest.param("import random\nrandom.seed(n)\nrandom.random()\n", [], id="random() draws the same"),
        pytest.param("import tarfile\ntarfile.open('a').extractall(filter='data')\n", [], id="a filter"),
        pytest.param("archive.extractall()\n", [], id="an archive of unknown kind"),
        pytest.param("import zlib\nn = zlib.crc32(b'd') & 0xffffffff\n", [], id="a masked checksum"),
        pytest.param("import inspect\ninspect.getmembers(m, inspect.isclass)\n", [], id="classes are classes"),
        pytest.param("import os\nos.popen('ls', 'r', 1)\nos.makedirs('a')\n", [], id="a buffer, and no mode"),
        pytest.param("if system == 'linux2': pass\n", [("PORT113", "advised")], id="a word that may be the platform"),
        pytest.param("import sys\nif sys.platform != 'win32': pass\n", [], id="another platform"),
        pytest.param(
            "import tempfile\nf = tempfile.TemporaryFile()\nsend(f)\n", [], id="nothing shows what goes through it"
        ),
        pytest.param(
            "import tempfile\nf = tempfile.TemporaryFile()\nf.write('a')\nsend(f)\n",
            [("PORT116", "advised")],
            id="text, and what cannot be seen",
        ),
        pytest.param("import tempfile\nf = tempfile.TemporaryFile('w+')\nf.write('a')\n", [], id="a text mode"),
        pytest.param("import pickle\npickle.load(f, encoding='latin-1')\n", [], id="a pickle with its encoding"),
        pytest.param(
            "import pickle\npickle.loads(open('a').read())\n", [("PORT117", "advised")], id="read from a file"
        ),
        pytest.param("import pickle\npickle.loads(q.get())\n", [], id="pickled by a program that runs"),
        pytest.param("n = row.headers.getheaders('a', 'b')\n", [("PORT118", "advised")], id="no such call"),
        pytest.param("n = request.headers['a']\n", [], id="a lookup that expects no KeyError"),
        pytest.param("import re\nre.sub('$', 'x', s)\n", [], id="an empty match alone"),
        pytest.param("import re\np = re.compile('x*')\np.match(s)\n", [], id="match() is the same"),
        pytest.param(
            "import re\np = re.compile('x*')\np.split(s)\n", [("PORT119", "advised")], id="a pattern that splits"
        ),
        pytest.param("import re\np = re.compile('x' + y + '(?i)')\n", [], id="a pattern that is put together"),
        pytest.param("import re\nre.compile('a(?i)b(?i)')\n", [("PORT119", "advised")], id="flags that come twice"),
        pytest.param(
            "try:\n    import MySQLdb\nexcept ImportError:\n    MySQLdb = open\n", [], id="a package to do without"
        ),
        pytest.param("from xml.dom import minidom\n", [], id="xml.dom is the library's"),
        pytest.param("import fabric\nfabric.Connection('a')\n", [], id="Fabric 2"),
        pytest.param("install_requires = ['suds']\n", [], id="a list that no setup() takes"),
        pytest.param("names = ['Programming Language :: Python :: 3']\n", [], id="a classifier for Python 3"),
        pytest.param("def f():\n    '''>>> f()'''\n", [], id="an example that is Python 3 too"),
        pytest.param(
            "def f():\n    '''>>> f(\n    '''\n", [("PORT120", "advised")], id="an example that cannot be read"
        ),
        pytest.param("class V(object):\n    def visit_Num(self, n): pass\n", [], id="no NodeVisitor"),
        pytest.param("import types\ntypes.MethodType(f, a)\n", [], id="bound to an object"),
        pytest.param("import hashlib\nh = hashlib.md5(text)\n", [("PORT134", "advised")], id="what is hashed is open"),
        pytest.param("import hashlib\nh = hashlib.md5(text.encode('utf-8'))\n", [], id="encoded text is hashed"),
        pytest.param("import hashlib\nh = hashlib.md5()\nh.update(s.recv(9))\n", [], id="received data are hashed"),
        pytest.param("import zlib\nd = zlib.compress('a' + b)\n", [], id="text is compressed, which PORT203 reports"),
        pytest.param("out = open('a', 'wb')\nout.write(data)\n", [], id="nothing shows what is written"),
        pytest.param(
            "out = open('a', 'wb')\nprint >>out, 1\nout.write(t.encode('utf-8'))\n",
            [("PORT133", "advised")],
            id="text and bytes in one file",
        ),
        pytest.param(
            "t = open('a', 'rU').read().decode('utf-8')\n", [("PORT133", "advised")], id="line ends and bytes"
        ),
        pytest.param("import codecs\ncodecs.getwriter('utf-8')(f)\n", [], id="a file of the program's own"),
    ],
)
def test_what_is_said(source: str, said: list[tuple[str, str]]) -> None:
    assert _said(source) == said


def test_setup_file_names_the_target() -> None:
    text = _port(
        "from setuptools import setup\nsetup(name='a', python_requires='>=2.7', use_2to3=True,\n      classifiers=(\n"
        "          'Programming Language :: Python :: 2 :: Only',\n          'Topic :: Software Development',\n      ))\n"
        + _PYTHON2,
        (3, 12),
        "setup.py",
    ).text
    assert "python_requires='>=3.12'," in text
    assert "use_2to3" not in text
    assert "'Programming Language :: Python :: 3 :: Only',\n          'Topic" in text


def test_later_changes_are_told_to_those_who_convert_for_later_pythons() -> None:
    source = "import datetime\nnow = datetime.datetime.utcnow()\n"
    assert _said(source, (3, 11)) == []
    assert _said(source, (3, 12)) == [("PORT112", "advised")]


def test_objects_that_other_files_make_are_told_of_at_their_class() -> None:
    source = b"from HTMLParser import HTMLParser\nclass P(HTMLParser):\n    def handle_data(self, data): print data\n"
    files = {"a.py": source, "b.py": b"import a\na.P().feed('x')\nprint 1\n"}
    tree = TreeIndex.of([summarise_bytes(data, path, None) for path, data in files.items()]).slice("a.py")
    conversion = convert_bytes(source, "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))
    said = [(finding.line, finding.outcome) for finding in conversion.findings if finding.code == "PORT111"]
    assert said == [(2, Outcome.ADVISED)]
