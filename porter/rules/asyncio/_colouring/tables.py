"""The vocabulary: what greenlets and threads call, and its asyncio form. A new case is a new row.

Names are those of Python 3 (the port has run); types are named as `porter.analysis.kinds` names them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Waiting:
    """A method that waits. `parameters` as the old method names them; the first `passed` of them are passed on.

    `instead` is the method that does the same at once (for ``block=False``). `outside`: it waits for more than the
    other tasks' leaving a section, so that a thread which calls it is not busy with computing. `timed`: what a timeout
    does in the old library: it "raises" a library exception, or the call "returns" whether it was in time.
    """

    parameters: tuple[str, ...] = ()
    passed: int = 0
    instead: str | None = None
    outside: bool = True
    timed: str = ""


@dataclass(frozen=True, slots=True)
class Twin:
    """A class with an asyncio class of the same shape: its new name, the methods that wait, those that do not."""

    new: str
    waiting: dict[str, Waiting] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()
    as_context: bool = False


def _plain(names: str) -> frozenset[str]:
    return frozenset(names.split())


_GET = Waiting(("block", "timeout"), 0, "get_nowait", timed="raises")
_PUT = Waiting(("item", "block", "timeout"), 1, "put_nowait", timed="raises")
_QUEUE_WAITS = {"get": _GET, "put": _PUT, "join": Waiting()}
_QUEUE_PLAIN = _plain("task_done qsize empty full get_nowait put_nowait")
_ACQUIRE = Waiting(("blocking", "timeout"), outside=False)

_QUEUE = Twin("asyncio.Queue", _QUEUE_WAITS, _QUEUE_PLAIN, ("maxsize",))
_LIFO = Twin("asyncio.LifoQueue", _QUEUE_WAITS, _QUEUE_PLAIN, ("maxsize",))
_PRIORITY = Twin("asyncio.PriorityQueue", _QUEUE_WAITS, _QUEUE_PLAIN, ("maxsize",))
_LOCK = Twin("asyncio.Lock", {"acquire": _ACQUIRE}, _plain("release locked"), as_context=True)
_SEMAPHORE = Twin("asyncio.Semaphore", {"acquire": _ACQUIRE}, _plain("release locked"), ("value",), as_context=True)
_BOUNDED = Twin(
    "asyncio.BoundedSemaphore", {"acquire": _ACQUIRE}, _plain("release locked"), ("value",), as_context=True
)
_EVENT = Twin("asyncio.Event", {"wait": Waiting(("timeout",), timed="returns")}, _plain("set clear is_set isSet ready"))
_CONDITION = Twin(
    "asyncio.Condition",
    {"acquire": _ACQUIRE, "wait": Waiting(("timeout",), timed="returns")},
    _plain("release notify notify_all notifyAll"),
    ("lock",),
    as_context=True,
)

# Methods that the twin spells otherwise.
RENAMED_METHODS = {"isSet": "is_set", "notifyAll": "notify_all", "ready": "is_set"}

THREAD_TWINS: dict[str, Twin] = {
    "queue.Queue": _QUEUE,
    "queue.LifoQueue": _LIFO,
    "queue.PriorityQueue": _PRIORITY,
    "threading.Lock": _LOCK,
    "threading.Semaphore": _SEMAPHORE,
    "threading.BoundedSemaphore": _BOUNDED,
    "threading.Event": _EVENT,
    "threading.Condition": _CONDITION,
}

GEVENT_TWINS: dict[str, Twin] = {
    "gevent.queue.Queue": _QUEUE,
    "gevent.queue.JoinableQueue": _QUEUE,
    "gevent.queue.LifoQueue": _LIFO,
    "gevent.queue.PriorityQueue": _PRIORITY,
    "gevent.event.Event": _EVENT,
    "gevent.lock.Semaphore": _SEMAPHORE,
    "gevent.lock.BoundedSemaphore": _BOUNDED,
}

EVENTLET_TWINS: dict[str, Twin] = {
    "eventlet.Queue": _QUEUE,
    "eventlet.queue.LifoQueue": _LIFO,
    "eventlet.queue.PriorityQueue": _PRIORITY,
    "eventlet.semaphore.Semaphore": _SEMAPHORE,
    "eventlet.semaphore.BoundedSemaphore": _BOUNDED,
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one old library calls its things, by resolved names.

    `modules`: its modules; whatever else of them occurs stands in the way. `patches`: calls that make the standard
    library cooperative, and go. `greenlet`: the type of what they return. `spawns`: ``spawn(f, *args)``. `errors`: exceptions, with what they become.
    """

    name: str
    modules: frozenset[str]
    twins: dict[str, Twin]
    greenlet: str = ""
    spawns: frozenset[str] = frozenset()
    sleeps: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    kills: frozenset[str] = frozenset()
    timeouts: frozenset[str] = frozenset()
    pools: frozenset[str] = frozenset()
    patches: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)


GEVENT = Vocabulary(
    name="gevent",
    modules=frozenset({"gevent"}),
    greenlet="gevent.Greenlet",
    twins=GEVENT_TWINS,
    spawns=_plain("gevent.spawn gevent.spawn_raw gevent.Greenlet.spawn gevent.greenlet.Greenlet.spawn"),
    sleeps=_plain("gevent.sleep gevent.hub.sleep gevent.idle"),
    joins=_plain("gevent.joinall gevent.greenlet.joinall gevent.wait"),
    kills=_plain("gevent.kill gevent.killall"),
    timeouts=_plain("gevent.Timeout gevent.timeout.Timeout"),
    pools=_plain("gevent.pool.Pool gevent.pool.Group"),
    patches=_plain(
        "gevent.monkey.patch_all gevent.monkey.patch_socket gevent.monkey.patch_time gevent.monkey.patch_thread"
    ),
    errors={
        "gevent.Timeout": "TimeoutError",
        "gevent.timeout.Timeout": "TimeoutError",
        "gevent.GreenletExit": "asyncio.CancelledError",
        "gevent.queue.Empty": "empty",
        "gevent.queue.Full": "full",
    },
)

EVENTLET = Vocabulary(
    name="eventlet",
    modules=frozenset({"eventlet"}),
    greenlet="eventlet.GreenThread",
    twins=EVENTLET_TWINS,
    spawns=_plain("eventlet.spawn eventlet.spawn_n eventlet.greenthread.spawn eventlet.greenthread.spawn_n"),
    sleeps=_plain("eventlet.sleep eventlet.greenthread.sleep"),
    timeouts=_plain("eventlet.Timeout eventlet.timeout.Timeout"),
    pools=_plain("eventlet.GreenPool eventlet.greenpool.GreenPool"),
    patches=_plain("eventlet.monkey_patch eventlet.patcher.monkey_patch"),
    errors={
        "eventlet.Timeout": "TimeoutError",
        "eventlet.timeout.Timeout": "TimeoutError",
        "eventlet.queue.Empty": "empty",
        "eventlet.queue.Full": "full",
    },
)

THREADS = Vocabulary(
    name="threads",
    modules=frozenset({"threading", "_thread", "queue"}),
    twins=THREAD_TWINS,
    sleeps=_plain("time.sleep"),
    errors={"queue.Empty": "empty", "queue.Full": "full"},
)

# Functions that block for something outside, and return: in a coroutine they go to a thread of their own.
BLOCKING_FUNCTIONS = _plain("""
    urllib.request.urlopen urllib.request.urlretrieve
    requests.get requests.post requests.put requests.delete requests.head requests.patch requests.options requests.request
    socket.gethostbyname socket.gethostbyname_ex socket.gethostbyaddr socket.getaddrinfo socket.getfqdn
    socket.create_connection
    subprocess.call subprocess.check_call subprocess.check_output subprocess.run
    os.system os.waitpid select.select
    """)

# Methods of objects that analysis does not know: where one is called in a coroutine, the whole loop may stand still.
BLOCKING_METHODS = _plain(
    "accept recv recvfrom recv_into sendall makefile serve_forever handle_request communicate recv_bytes poll_forever"
)

# Modules whose objects block in ways that no row above knows: threads that use them stay threads.
BLOCKING_MODULES = _plain("""
    socket select selectors socketserver http.server http.client xmlrpc.client xmlrpc.server ssl ftplib smtplib imaplib
    poplib telnetlib nntplib asyncore asynchat multiprocessing signal subprocess concurrent.futures tkinter curses
    sqlite3 MySQLdb psycopg2 paramiko serial zmq pexpect twisted tornado
    """)

# Why a thing has no asyncio form, where more can be said than that porter knows none.
REASONS: dict[str, str] = {
    "threading.current_thread": "tells which thread runs; as tasks they all run in one",
    "threading.currentThread": "tells which thread runs; as tasks they all run in one",
    "threading.get_ident": "tells which thread runs; as tasks they all run in one",
    "_thread.get_ident": "tells which thread runs; as tasks they all run in one",
    "threading.enumerate": "lists threads; tasks are none",
    "threading.active_count": "counts threads; tasks are none",
    "threading.local": "keeps values apart by thread; tasks share theirs (contextvars keep them apart by task)",
    "threading.RLock": "may be taken again by the thread that holds it; asyncio has no such lock",
    "threading.Timer": "has no asyncio form that porter knows; loop.call_later() is near",
    "gevent.local.local": "keeps values apart by greenlet (contextvars keep them apart by task)",
    "gevent.getcurrent": "tells which greenlet runs (asyncio.current_task() tells the task)",
    "gevent.lock.RLock": "may be taken again by the greenlet that holds it; asyncio has no such lock",
}
