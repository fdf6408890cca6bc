"""What PORT100 to PORT108 write does on Python 3 what the old text does on CPython 2.7."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.rewriting.options import Options, Target

# Each line is a program; all of them run in one process a side.
_PROGRAMS = """
import string; print string.join(['a', 'b']), string.join(('a', 'b'), ', '), string.joinfields(['x'], '-')
import string; print string.split(' a b '), string.split('a,b,c', ',', 1), string.rsplit('a,b,c', ',', 1), string.splitfields('ab', 'b')
import string; print string.replace('aXbX', 'X', '-'), string.replace('aXbX', 'X', '-', 1), string.count('aab', 'a')
import string; print string.find('abc', 'c'), string.rfind('abca', 'a'), string.index('abc', 'b'), string.rindex('abcb', 'b', 0, 3)
import string; print string.upper('a' + 'b'), string.lower('AB'), string.capitalize('abC'), string.swapcase('aB')
import string; print '[%s][%s][%s]' % (string.strip(' a '), string.lstrip(' a '), string.rstrip(' a '))
import string; print '[%s][%s][%s]' % (string.ljust('a', 3), string.rjust('a', 3), string.center('a', 3))
import string; print string.zfill(7, 3), string.zfill('-7', 4), string.atoi('12'), string.atoi('ff', 16), string.atof('1.5')
import string; print string.expandtabs('a\\tb', 4), string.lowercase, string.uppercase, len(string.letters)
from string import atoi, strip, join; print atoi(strip(' 7 ')), join(map(str, [1, 2]), '+')
from itertools import izip, imap, ifilter; print list(izip('ab', [1, 2])), list(imap(len, ['a', 'bb'])), list(ifilter(None, [0, 1]))
import itertools; print list(itertools.imap(None, 'ab', [1, 2])), list(itertools.izip_longest('a', 'bc')), list(itertools.ifilterfalse(None, [0, 1]))
import operator; print operator.isCallable(len), operator.sequenceIncludes('abc', 'b'), operator.repeat('ab', 2)
import operator; print operator.getslice([1, 2, 3], 1, 3), operator.isNumberType(1.5), operator.isMappingType({}), operator.isSequenceType([])
import types; print isinstance('a', types.StringTypes), type([]) is types.ListType, type({}) == types.DictType, type('a') in types.StringTypes
from types import *; print isinstance(1, IntType), isinstance(1.5, FloatType), type(()) is TupleType
import os; print os.getcwdu() == os.getcwd(), os.errno.ENOENT
from os import errno; print errno.EEXIST
import collections; print isinstance({}, collections.Mapping), issubclass(collections.OrderedDict, collections.MutableMapping)
from collections import Callable, namedtuple; print isinstance(len, Callable), namedtuple('P', 'x')(1).x
import cgi; print cgi.escape('<a b="c">'), cgi.escape('<"', True), cgi.parse_qs('a=1')
from cgi import escape; print escape('a & b')
from pipes import quote; print quote('a b')
from fractions import gcd; print gcd(12, 18)
import imp; print imp.new_module('m').__name__
import inspect; print inspect.getargspec(lambda a, b=1, *c, **d: 0)[:4] == (['a', 'b'], 'c', 'd', (1,)), inspect.getargspec(lambda **k: 0).keywords
from inspect import getargspec; args, rest, words, values = getargspec(lambda a, b=1: 0); print args, rest, words, values
import Queue; q = Queue.Queue(); q.put(1); print q.get(), q.empty()
import threading, Queue as Q; q = Q.PriorityQueue(); q.put(2); q.put(1); print q.get()
import urllib; print urllib.quote('a b/c'), urllib.unquote('a%20b'), urllib.urlencode([('a', 1)]), urllib.basejoin('http://a/b', 'c')
import urlparse; print urlparse.urljoin('http://a/b/', 'c'), urlparse.urlsplit('http://h/p').netloc
from urllib import quote_plus, unquote_plus; print quote_plus('a b'), unquote_plus('a+b')
import ConfigParser; c = ConfigParser.SafeConfigParser(); c.add_section('s'); c.set('s', 'k', 'v'); print c.get('s', 'k')
from UserDict import UserDict; d = UserDict(a=1); print d['a'], len(d)
import UserList; print UserList.UserList([1, 2])[1]
import Cookie; c = Cookie.SimpleCookie(); c['a'] = 'b'; print c.output()
import sets; print len(sets.Set([1, 1])), sets.Set([1]) == sets.Set([1])
import exceptions; print issubclass(exceptions.ValueError, exceptions.StandardError)
import __builtin__; print __builtin__.len('ab'), __builtin__.xrange(3)[1]
import commands; print commands.getoutput('echo hi'), commands.getstatusoutput('echo ho')
import thread; lock = thread.allocate_lock(); print lock.acquire(), lock.locked()
import repr as r; print r.repr('a' * 10)
import copy_reg; print len(copy_reg.dispatch_table) > 0
import htmlentitydefs; print htmlentitydefs.name2codepoint['amp']
from email.MIMEText import MIMEText; print MIMEText('a').get_content_type()
from email import Utils; print Utils.parseaddr('A <a@b.c>')[1]
import xml.etree.cElementTree as ET; print [e.tag for e in ET.fromstring('<a><b/></a>').getchildren()]
import xml.etree.ElementTree as ET; print [e.tag for e in ET.fromstring('<a><b/></a>').getiterator('b')]
import new; print new.instancemethod(lambda self: self, 5)()
import threading; t = threading.Thread(); t.setName('N'); t.setDaemon(True); print t.getName(), t.isDaemon(), t.isAlive()
import threading; print threading.currentThread().getName(), threading.activeCount(), threading._Timer is not None
import uuid; u = uuid.UUID(int=5); print u.get_hex(), u.get_urn(), u.get_version()
import array; a = array.array('b', [65]); a.fromstring('B'.encode('ascii')); print len(a.tostring())
from contextlib import nested; import threading; a, b = threading.Lock(), threading.Lock(); exec 'pass'; print a.locked()
import json; print json.loads('{"a": 1}', encoding='utf-8').values()[0]
import urllib2; r = urllib2.Request('http://h/p?q'); r.add_data('x'); print r.get_host(), r.get_selector(), r.get_type(), r.has_data(), len(r.get_data())
import anydbm, whichdb; print whichdb.whichdb('/nowhere/at/all')
import md5, sha; print md5.new().digestsize if False else len(md5.md5().hexdigest()), len(sha.new().hexdigest())
"""

_PYTHON2 = find_python2()


def _programs() -> list[str]:
    return [line.replace("; ", "\n") + "\n" for line in _PROGRAMS.strip().splitlines()]


def _converted(program: str) -> str:
    data = program.encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    return convert_bytes(data, "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11))).text


def _outputs(python: str, programs: list[str], folder: Path) -> list[str]:
    runner = folder / "run.py"
    names = []
    for number, program in enumerate(programs):
        names.append(folder / f"program{number}.py")
        names[-1].write_text(program, encoding="utf-8")
    runner.write_text(
        "import sys, traceback\n"
        "for name in sys.argv[1:]:\n"
        "    print('== ' + name.rpartition('/')[2])\n"
        "    try:\n"
        "        exec(compile(open(name).read(), name, 'exec'), {'__name__': 'program'})\n"
        "    except Exception:\n"
        "        print(traceback.format_exc())\n"
    )
    command = [python, "-W", "ignore", str(runner), *map(str, names)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.split("== ")[1:]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    assert _PYTHON2 is not None
    old = _outputs(str(_PYTHON2.path), _programs(), tmp_path_factory.mktemp("old"))
    new = _outputs(sys.executable, [_converted(program) for program in _programs()], tmp_path_factory.mktemp("new"))
    return old, new


@pytest.mark.skipif(_PYTHON2 is None, reason="no Python 2.7 on this machine")
@pytest.mark.parametrize("number", range(len(_programs())))
def test_program_prints_the_same(number: int, both: tuple[list[str], list[str]]) -> None:
    old, new = both
    assert "Traceback" not in old[number]
    assert new[number] == old[number]
