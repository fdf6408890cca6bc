"""PORT202 to PORT207 on the shapes that programs give to managers, queues, unbuffered files and sockets' files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.interpreters import find_python2
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target

_PYTHON2 = "x = 0777\n"  # a literal that makes the file Python 2


def _port(source: str) -> Conversion:
    data = f"{source}{_PYTHON2}".encode()
    tree = TreeIndex.of([summarise_bytes(data, "a.py", None)]).slice("a.py")
    return convert_bytes(data, "a.py", tree, Options(target=Target.PYTHON3, python=(3, 11)))


def _advised(conversion: Conversion) -> list[tuple[str, int]]:
    return [(item.code, item.line) for item in conversion.findings if item.outcome is Outcome.ADVISED]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import multiprocessing.synchronize\nlock = multiprocessing.synchronize.Semaphore(2)\n",
            "import multiprocessing.synchronize\nlock = multiprocessing.Semaphore(2)\n",
            id="a lock, by its module",
        ),
        pytest.param(
            "import multiprocessing\nfrom multiprocessing.queues import Queue\nq = Queue(5)\n",
            "import multiprocessing\nq = multiprocessing.Queue(5)\n",
            id="an import that is there",
        ),
        pytest.param(
            "from multiprocessing.queues import Queue\nq = Queue()\nprint isinstance(q, Queue)\n",
            "from multiprocessing.queues import Queue\nimport multiprocessing\nq = multiprocessing.Queue()\n"
            "print(isinstance(q, Queue))\n",
            id="the class is asked for as well",
        ),
        pytest.param(
            "from multiprocessing import queues\nclass A(queues.Queue): pass\nclass B(A):\n    def __init__(self):\n"
            "        super(B, self).__init__(1)\nb = B()\n",
            "from multiprocessing import queues\nclass A(queues.Queue): pass\nclass B(A):\n    def __init__(self):\n"
            "        super(B, self).__init__(1)\nb = B()\n",
            id="an __init__ whose super() is the program's own",
        ),
        pytest.param(
            "from multiprocessing import queues\nclass A(queues.Queue):\n    def __init__(self):\n"
            "        super(A, self).__init__(1)\n",
            "from multiprocessing import queues\nimport multiprocessing\nclass A(queues.Queue):\n    def __init__(self):\n"
            "        super(A, self).__init__(1, ctx=multiprocessing.get_context())\n",
            id="an __init__ that calls the library's",
        ),
        pytest.param(
            "from multiprocessing.managers import BaseManager\nclass M(BaseManager): pass\nM.register('f', lambda: 1)\n"
            "if __name__ == '__main__':\n    m = M()\n    m.start()\n",
            "from multiprocessing.managers import BaseManager\nimport multiprocessing\nclass M(BaseManager): pass\n"
            "M.register('f', lambda: 1)\nif __name__ == '__main__':\n    multiprocessing.set_start_method(\"fork\")\n    m = M()\n"
            "    m.start()\n",
            id="a manager that serves a lambda",
        ),
        pytest.param(
            "from multiprocessing.managers import BaseManager\nclass M(BaseManager): pass\nM.register('f', lambda: 1)\n"
            "if __name__ == '__main__':\n    M().get_server().serve_forever()\n",
            "from multiprocessing.managers import BaseManager\nclass M(BaseManager): pass\nM.register('f', lambda: 1)\n"
            "if __name__ == '__main__':\n    M().get_server().serve_forever()\n",
            id="a manager that starts no process",
        ),
        pytest.param(
            "log = file('a', 'w+', 0)\n",
            "import io\nlog = io.TextIOWrapper(open('a', 'w+b', 0), write_through=True)\n",
            id="file()",
        ),
        pytest.param(
            "import sys, os\nsys.stderr = os.fdopen(2, 'wb', 0)\n",
            "import sys, os\nimport io\nsys.stderr = io.TextIOWrapper(os.fdopen(2, 'wb', 0), write_through=True)\n",
            id="a standard stream of bytes, which text is printed to",
        ),
        pytest.param("import os\nf = os.fdopen(0, 'r', 0)\n", "import os\nf = os.fdopen(0, 'r')\n", id="only read"),
        pytest.param(
            "import os\nprint os.popen('a', 'r', 0).read()\n",
            "import os\nprint(os.popen('a', 'r').read())\n",
            id="popen",
        ),
        pytest.param(
            "import pickle\npickle.dump(1, open('a', 'w', 0))\n",
            "import pickle\npickle.dump(1, open('a', 'wb', 0))\n",
            id="bytes go through it",
        ),
        pytest.param(
            "import socket\ns = socket.socket()\nfor line in s.makefile():\n    print line.strip()\n",
            'import socket\ns = socket.socket()\nfor line in s.makefile("r", newline=""):\n    print(line.strip())\n',
            id="lines of text",
        ),
        pytest.param(
            "import socket, struct\ns = socket.socket()\nf = s.makefile()\nprint struct.unpack('>I', f.read(4))\n",
            "import socket, struct\ns = socket.socket()\nf = s.makefile(\"rb\")\nprint(struct.unpack('>I', f.read(4)))\n",
            id="binary data",
        ),
        pytest.param(
            "class Peer(object):\n    def __init__(self, s):\n        self.f = s.makefile('rw', 1)\n    def ask(self):\n"
            "        self.f.write('a\\r\\n')\n        return self.f.readline() == 'b\\r\\n'\n",
            "import io\nclass Peer(object):\n    def __init__(self, s):\n"
            '        self.f = io.TextIOWrapper(s.makefile("rwb", 0), write_through=True, newline="")\n    def ask(self):\n'
            "        self.f.write('a\\r\\n')\n        return self.f.readline() == 'b\\r\\n'\n",
            id="an attribute, buffered by lines",
        ),
        pytest.param(
            "import thread, socket\ndef serve(c, a):\n    c.send('hi')\ns = socket.socket()\nc, a = s.accept()\n"
            "thread.start_new_thread(serve, (c, a))\n",
            "import _thread, socket\ndef serve(c, a):\n    c.send(b'hi')\ns = socket.socket()\nc, a = s.accept()\n"
            "_thread.start_new_thread(serve, (c, a))\n",
            id="a socket that a thread is given",
        ),
        pytest.param(
            "import SocketServer\nclass H(SocketServer.BaseRequestHandler):\n    def handle(self):\n"
            "        data, sock = self.request\n        sock.sendto('a', self.client_address)\n",
            "import socketserver\nclass H(socketserver.BaseRequestHandler):\n    def handle(self):\n"
            "        data, sock = self.request\n        sock.sendto(b'a', self.client_address)\n",
            id="the socket of a datagram",
        ),
        pytest.param(
            "import socket\ns = socket.socket()\nrest = 'GET'\nrest += ' /'\nwhile len(rest):\n    n = s.send(rest[:9])\n"
            "    rest = rest[n:]\n",
            "import socket\ns = socket.socket()\nrest = b'GET'\nrest += b' /'\nwhile len(rest):\n    n = s.send(rest[:9])\n"
            "    rest = rest[n:]\n",
            id="what is left to be sent",
        ),
        pytest.param(
            "import SocketServer\nclass H(SocketServer.StreamRequestHandler):\n    def handle(self):\n"
            "        n, line = 1, self.rfile.readline()\n        name = self.rfile.readline().strip()\n"
            "        self.wfile.write('%d: ' % n + name.upper() + '\\n')\n",
            "import socketserver\nclass H(socketserver.StreamRequestHandler):\n    def handle(self):\n"
            "        n, line = 1, self.rfile.readline()\n        name = self.rfile.readline().decode().strip()\n"
            "        self.wfile.write(('%d: ' % n + name.upper() + '\\n').encode())\n",
            id="a line of a request, in an answer",
        ),
        pytest.param(
            "import asyncore\nclass D(asyncore.dispatcher):\n    def handle_write(self): self.send('a')\n"
            "class E(object):\n    def handle_write(self): self.send('a')\n",
            "import asyncore\nclass D(asyncore.dispatcher):\n    def handle_write(self): self.send(b'a')\n"
            "class E(object):\n    def handle_write(self): self.send('a')\n",
            id="asyncore's send, and another",
        ),
        pytest.param(
            "from twisted.protocols.basic import LineReceiver\nclass P(LineReceiver):\n    delimiter = '\\n'\n"
            "class Q(object):\n    delimiter = '\\n'\n",
            "from twisted.protocols.basic import LineReceiver\nclass P(LineReceiver):\n    delimiter = b'\\n'\n"
            "class Q(object):\n    delimiter = '\\n'\n",
            id="Twisted's delimiter, and another",
        ),
        pytest.param(
            "from twisted.web.resource import Resource\nclass Page(Resource):\n    def render_GET(self, request):\n"
            "        return '<p>'\nclass Other(object):\n    def render_GET(self, request):\n        return '<p>'\n",
            "from twisted.web.resource import Resource\nclass Page(Resource):\n    def render_GET(self, request):\n"
            "        return b'<p>'\nclass Other(object):\n    def render_GET(self, request):\n        return '<p>'\n",
            id="a page of Twisted's, and another",
        ),
        pytest.param(
            "from tornado.iostream import IOStream\ndef ask(s, done):\n    stream = IOStream(s)\n    stream.write('a')\n"
            "    stream.read_until('\\r\\n', done)\n",
            "from tornado.iostream import IOStream\ndef ask(s, done):\n    stream = IOStream(s)\n    stream.write(b'a')\n"
            "    stream.read_until(b'\\r\\n', done)\n",
            id="a stream of Tornado's",
        ),
        pytest.param(
            "import multiprocessing, ctypes\nv = multiprocessing.Value(ctypes.c_char, 'a')\nv.value = 'b'\n"
            "n = multiprocessing.Value('i', 1)\nn.value = 2\n",
            "import multiprocessing, ctypes\nv = multiprocessing.Value(ctypes.c_char, b'a')\nv.value = b'b'\n"
            "n = multiprocessing.Value('i', 1)\nn.value = 2\n",
            id="shared characters",
        ),
    ],
)
def test_program_is_ported(before: str, after: str) -> None:
    assert _port(before).text.removesuffix("x = 0o777\n") == after


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("def f(s):\n    return s.makefile()\n", [("PORT207", 2)], id="nothing is known of the data"),
        pytest.param(
            "import socket\ns = socket.socket()\nf = s.makefile('rb')\nif f.readline() == 'a': print 1\n",
            [("PORT207", 3)],
            id="bytes that are compared with text",
        ),
        pytest.param(
            "import SocketServer\nclass H(SocketServer.StreamRequestHandler):\n    def handle(self):\n"
            "        line = self.rfile.readline()\n        if line != 'a': self.wfile.write(line)\n",
            [("PORT204", 4)],
            id="a line that is compared with text and sent back",
        ),
        pytest.param(
            "import socket\ns = socket.socket()\nrest = 'n = %s' % n\nwhile rest: rest = rest[s.send(rest):]\n",
            [("PORT203", 4)],
            id="what is left of a text that is put together",
        ),
        pytest.param(
            "import asyncore\nclass C(asyncore.dispatcher):\n    def __init__(self): self.out = ''\n"
            "    def say(self): self.out = self.out or 'a'\n    def handle_write(self): self.send(self.out)\n",
            [("PORT203", 5)],
            id="an attribute that is more than a buffer",
        ),
        pytest.param(
            "import struct\nfrom subprocess import Popen, PIPE\np = Popen('a', stdin=PIPE, stdout=PIPE)\n"
            "p.stdin.write(struct.pack('>I', 1))\nprint struct.unpack('>I', p.stdout.read(4))\n",
            [("PORT200", 3)],
            id="binary data that a child waits for",
        ),
        pytest.param(
            "import struct\nfrom subprocess import Popen, PIPE\np = Popen('a', stdin=PIPE, stdout=PIPE)\n"
            "p.stdin.write(struct.pack('>I', 1))\np.stdin.flush()\nprint struct.unpack('>I', p.stdout.read(4))\n",
            [],
            id="binary data that are flushed",
        ),
        pytest.param("def f(mode):\n    return open('a', mode, 0)\n", [("PORT206", 2)], id="a mode that is not seen"),
        pytest.param(
            "import asynchat\nclass C(asynchat.async_chat):\n    def collect_incoming_data(self, data):\n"
            "        self.parts.append(data)\n",
            [("PORT204", 3)],
            id="a parameter that is bytes",
        ),
        pytest.param(
            "from multiprocessing.connection import Listener\nc = Listener(('', 1)).accept()\n"
            "data = c.recv_bytes()\nsave(data)\nprint data.split(' ')\n",
            [("HAZ011", 2), ("PORT204", 3)],
            id="bytes of a connection that go out of sight as well",
        ),
    ],
)
def test_what_cannot_be_seen_is_told(source: str, told: list[tuple[str, int]]) -> None:
    assert [item for item in _advised(_port(source)) if item[0] != "PORT102"] == told


_TALK = """\
import socket, threading
server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(1)
def serve():
    connection, address = server.accept()
    f = connection.makefile('rw', 0)
    f.write('name?\\r\\n')
    f.write('hello ' + f.readline().strip() + '\\r\\n')
    f.close()
    connection.close()
t = threading.Thread(target=serve)
t.start()
f = socket.create_connection(server.getsockname()).makefile()
print repr(f.readline())
f.write('Ann\\r\\n')
f.flush()
print repr(f.readline())
t.join()
"""


def test_two_ends_of_a_socket_talk_as_before(tmp_path: Path) -> None:
    python2 = find_python2()
    if python2 is None:
        pytest.skip("no Python 2.7 on this machine")
    said = []
    for number, (python, source) in enumerate(((str(python2.path), _TALK), (sys.executable, _port(_TALK).text))):
        program = tmp_path / f"talk{number}.py"
        program.write_text(source)
        done = subprocess.run([python, str(program)], capture_output=True, text=True, timeout=60, check=True)
        said.append(done.stdout)
    assert said == ["'name?\\r\\n'\n'hello Ann\\r\\n'\n"] * 2
