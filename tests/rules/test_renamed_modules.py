"""PORT100: a rename follows the binding, whatever the file calls the module, and leaves everything else alone."""

from __future__ import annotations

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target
from porter.rules.port._module_table import moved_modules

# A Python 2-only literal makes the file Python 2, and changes nothing else that these tests look at.
_PYTHON2 = "x = 0777\n"


def _convert(files: dict[str, str], path: str) -> Conversion:
    data = {name: text.encode() for name, text in files.items()}
    tree = TreeIndex.of([summarise_bytes(content, name, None) for name, content in data.items()]).slice(path)
    return convert_bytes(data[path], path, tree, Options(target=Target.PYTHON3, python=(3, 11)))


def _port(source: str) -> Conversion:
    return _convert({"a.py": source + _PYTHON2}, "a.py")


def _text(conversion: Conversion) -> str:
    return conversion.text.removesuffix("x = 0o777\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import Queue\nQueue.Queue()\n", "import queue\nqueue.Queue()\n", id="plain"),
        pytest.param("import Queue, time\nQueue.Empty\n", "import queue, time\nqueue.Empty\n", id="several names"),
        pytest.param("import os, Queue\n", "import os, queue\n", id="last of several"),
        pytest.param("import Queue as Q\nQ.Queue()\n", "import queue as Q\nQ.Queue()\n", id="alias"),
        pytest.param(
            "import Queue as queue\nqueue.Queue()\n", "import queue\nqueue.Queue()\n", id="alias is the new name"
        ),
        pytest.param("from Queue import *\nQueue()\n", "from queue import *\nQueue()\n", id="star"),
        pytest.param(
            "from Queue import Queue as Q\nQ()\n", "from queue import Queue as Q\nQ()\n", id="name with alias"
        ),
        pytest.param(
            "from Queue import (\n    Queue,  # one\n    Empty,\n)\n",
            "from queue import (\n    Queue,  # one\n    Empty,\n)\n",
            id="parentheses and comments stay",
        ),
        pytest.param("import Queue; Queue.Queue()\n", "import queue; queue.Queue()\n", id="semicolon"),
        pytest.param(
            "def f():\n    import Queue\n    return Queue.Queue()\n",
            "def f():\n    import queue\n    return queue.Queue()\n",
            id="inside a function",
        ),
        pytest.param(
            "def f():\n    import Queue\n    return Queue.Queue()\nclass Queue: pass\nQueue.Queue = 1\n",
            "def f():\n    import queue\n    return queue.Queue()\nclass Queue: pass\nQueue.Queue = 1\n",
            id="another Queue outside",
        ),
        pytest.param(
            "import Queue\ndef f(queue):\n    try:\n        queue.get()\n    except Queue.Empty:\n        pass\n",
            "from queue import Empty\ndef f(queue):\n    try:\n        queue.get()\n    except Empty:\n        pass\n",
            id="a parameter has the new name",
        ),
        pytest.param(
            "import Queue\ndef f(queue):\n    return queue\nf(Queue.Queue())\n",
            "import queue\ndef f(queue):\n    return queue\nf(queue.Queue())\n",
            id="a parameter where the module is not used",
        ),
        pytest.param(
            "import Queue\nqueue = Queue.Queue()\nEmpty = 1\nQueue.Empty\n",
            "import queue as Queue\nqueue = Queue.Queue()\nEmpty = 1\nQueue.Empty\n",
            id="nothing is free: an alias",
        ),
        pytest.param(
            "import Queue\nqueue = 1\ng(Queue)\n",
            "import queue as Queue\nqueue = 1\ng(Queue)\n",
            id="passed on, name taken",
        ),
        pytest.param(
            "import Queue\nclass Queue(Queue.Queue): pass\n",
            "import queue as Queue\nclass Queue(Queue.Queue): pass\n",
            id="the name is bound again",
        ),
        pytest.param(
            "__all__ = ['Queue']\nimport Queue\nQueue.Queue\n",
            "__all__ = ['Queue']\nimport queue as Queue\nQueue.Queue\n",
            id="the name is exported",
        ),
        pytest.param(
            "def f():\n    global Queue\n    import Queue\n",
            "def f():\n    global Queue\n    import queue as Queue\n",
            id="global",
        ),
        pytest.param(
            "class C:\n    import Queue\nC.Queue.Queue()\n",
            "class C:\n    import queue as Queue\nC.Queue.Queue()\n",
            id="a class attribute",
        ),
        pytest.param("import Queue\ndel Queue\n", "import queue as Queue\ndel Queue\n", id="del"),
        pytest.param(
            "from mine import *\nimport Queue\nQueue.Queue\n",
            "from mine import *\nfrom queue import Queue\nQueue\n".replace(
                "from queue import Queue\nQueue\n", "import queue as Queue\nQueue.Queue\n"
            ),
            id="a star import may bind anything",
        ),
        pytest.param(
            "from Tkinter import *\nimport Queue\nQueue.Queue\n",
            "from tkinter import *\nimport queue\nqueue.Queue\n",
            id="the library's star imports bind no module",
        ),
        pytest.param("import pickle, cPickle\ncPickle.loads\n", "import pickle\npickle.loads\n", id="imported already"),
        pytest.param(
            "import pickle\nimport cPickle\ncPickle.loads\n", "import pickle\npickle.loads\n", id="a line less"
        ),
        pytest.param(
            "import urllib, urllib2\nurllib.urlencode\nurllib2.urlopen\nurllib.urlopen\n",
            "import urllib.parse, urllib.request\nurllib.parse.urlencode\nurllib.request.urlopen\nurllib.request.urlopen\n",
            id="two modules into the same",
        ),
        pytest.param(
            "import urllib as u\nu.quote\n", "import urllib.parse as u\nu.quote\n", id="a split module's alias"
        ),
        pytest.param(
            "def f(urllib):\n    return urllib2.urlopen(urllib)\nimport urllib2\n",
            "def f(urllib):\n    return urlopen(urllib)\nfrom urllib.request import urlopen\n",
            id="a split module, root taken",
        ),
        pytest.param(
            "import urllib\nif six:\n    urllib.parse.quote\nelse:\n    urllib.quote\n",
            "import urllib.parse\nif six:\n    urllib.parse.quote\nelse:\n    urllib.parse.quote\n",
            id="code that knows Python 3's modules as well",
        ),
        pytest.param(
            "import ConfigParser, xmlrpclib\nconfigparser = xmlrpc = 1\nConfigParser.Error\nxmlrpclib.Error\n",
            "import xmlrpc.client as xmlrpclib\nfrom configparser import Error\nconfigparser = xmlrpc = 1\nError\nxmlrpclib.Error\n",
            id="two modules with a name in common",
        ),
        pytest.param(
            "import urllib2\nurllib2.urlparse.urlsplit\n",
            "import urllib.parse\nurllib.parse.urlsplit\n",
            id="a module by another one",
        ),
        pytest.param(
            "from email.MIMEText import MIMEText\n",
            "from email.mime.text import MIMEText\n",
            id="a module of a package",
        ),
        pytest.param(
            "from email import Utils, message_from_string\nUtils.quote\n",
            "from email import utils, message_from_string\nutils.quote\n",
            id="a module taken from a package",
        ),
        pytest.param(
            "import email.MIMEText\nemail.MIMEText.MIMEText\n",
            "import email.mime.text\nemail.mime.text.MIMEText\n",
            id="a dotted module",
        ),
        pytest.param(
            "import xml.etree.cElementTree as ET\nET.parse\n",
            "import xml.etree.ElementTree as ET\nET.parse\n",
            id="cElementTree",
        ),
        pytest.param(
            "from ConfigParser import SafeConfigParser\nSafeConfigParser.read\n",
            "from configparser import ConfigParser\nConfigParser.read\n",
            id="a name that changed as well",
        ),
        pytest.param(
            "import ConfigParser as C\nC.SafeConfigParser.read\n",
            "import configparser as C\nC.ConfigParser.read\n",
            id="a name that changed, by alias",
        ),
        pytest.param("import sets\ns = sets.Set()\n", "s = set()\n", id="a module that became a builtin"),
        pytest.param(
            "import sets\ndef f(set):\n    return sets.Set(set)\n",
            "import builtins as sets\ndef f(set):\n    return sets.set(set)\n",
            id="a builtin that is shadowed",
        ),
        pytest.param(
            "import __builtin__\n__builtin__.raw_input()\n", "import builtins\nbuiltins.input()\n", id="__builtin__"
        ),
        pytest.param("from sets import *\nSet([1])\n", "set([1])\n", id="star of a module that is gone"),
        pytest.param("import md5\nmd5.new()\n", "import hashlib\nhashlib.md5()\n", id="md5"),
        pytest.param(
            "import tkMessageBox, Tkinter\ntkMessageBox.showinfo\nTkinter.Tk\n",
            "import tkinter.messagebox, tkinter\ntkinter.messagebox.showinfo\ntkinter.Tk\n",
            id="modules that became one package",
        ),
        pytest.param(
            "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\n",
            "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\n",
            id="runs on both",
        ),
        pytest.param(
            "try:\n    import thread\nexcept ImportError:\n    import dummy_thread as thread\nthread.get_ident\n",
            "import _thread\n_thread.get_ident\n",
            id="alternatives that are both gone",
        ),
        pytest.param(
            "try:\n    import Queue\nexcept ImportError:\n    Queue = None\nQueue.Queue\n",
            "try:\n    import queue as Queue\nexcept ImportError:\n    Queue = None\nQueue.Queue\n",
            id="an alternative that is none",
        ),
        pytest.param(
            "import sys\nif sys.version_info[0] == 2:\n    import Queue\nelse:\n    import queue as Queue\n",
            "import sys\nif sys.version_info[0] == 2:\n    import Queue\nelse:\n    import queue as Queue\n",
            id="a version test",
        ),
        pytest.param(
            "import sys\nif sys.version_info >= (2, 5):\n    import Queue\n    Queue.Queue\n",
            "import sys\nif sys.version_info >= (2, 5):\n    import queue\n    queue.Queue\n",
            id="a version test that holds in Python 3",
        ),
        pytest.param(
            "import Queue  # porter: ignore[PORT100]\nQueue.Queue\n",
            "import Queue  # porter: ignore[PORT100]\nQueue.Queue\n",
            id="silenced whole",
        ),
    ],
)
def test_module_is_renamed(before: str, after: str) -> None:
    assert _text(_port(before)) == after


def test_name_that_other_files_read_stays_bound() -> None:
    library = f"import Queue\nQueue.Queue\n{_PYTHON2}"
    for reader in ("from lib import Queue\n", "import lib\nlib.Queue.Queue\n", "from lib import *\n"):
        assert _text(_convert({"lib.py": library, "main.py": reader}, "lib.py")).startswith("import queue as Queue\n")
    other = _convert({"lib.py": library, "main.py": "import lib\nlib.run()\n"}, "lib.py")
    assert _text(other) == "import queue\nqueue.Queue\n"


def test_module_of_the_program_itself_is_not_renamed() -> None:
    files = {"main.py": f"import Queue\nQueue.run()\n{_PYTHON2}", "Queue.py": "def run(): pass\n"}
    assert _text(_convert(files, "main.py")) == "import Queue\nQueue.run()\n"


def test_script_beside_a_file_of_the_new_name_is_told() -> None:
    files = {"main.py": f"import Queue\nQueue.Queue()\n{_PYTHON2}", "queue.py": "x = 1\n"}
    conversion = _convert(files, "main.py")
    assert _text(conversion) == "import Queue\nQueue.Queue()\n"
    said = [finding for finding in conversion.findings if finding.code == "PORT100"]
    assert [finding.outcome for finding in said] == [Outcome.ADVISED]


def test_lost_name_is_reported_where_it_is_used() -> None:
    conversion = _port("import UserDict\nclass D(UserDict.DictMixin): pass\n")
    said = [finding for finding in conversion.findings if finding.outcome is Outcome.ADVISED]
    assert [(finding.line, finding.code) for finding in said] == [(2, "PORT100")]
    assert "collections.abc.MutableMapping" in said[0].message


def test_each_import_statement_is_one_finding() -> None:
    conversion = _port("import Queue, ConfigParser\nQueue.Queue\nQueue.Empty\nConfigParser.Error\n")
    assert len([finding for finding in conversion.findings if finding.code == "PORT100"]) == 1


@pytest.mark.parametrize("old", sorted(moved_modules()))
def test_every_row_is_converted(old: str) -> None:
    row = moved_modules()[old]
    parent, _, last = old.rpartition(".")
    for statement in (f"import {old} as m\nm.anything\n", f"from {old} import anything\nanything\n"):
        text = _port(statement).text
        assert row.new in text if not row.bare or " as m" in statement else "import" not in text
    if parent and row.new != parent:
        assert last not in _port(f"from {parent} import {last} as m\nm.anything\n").text.split()
