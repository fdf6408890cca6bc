"""Kinds: what a value is, where that is certain; UNKNOWN everywhere else, never a guess (DESIGN §3, Analysis).

Types are named by their Python 3 names (`queue.Queue`, `builtins.int`), but for the three string types of Python 2:
`str` (native: bytes in Python 2, text in Python 3), `unicode` and `bytes` (written `b''`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """The type of a value. `definition` is the class of this module that it is an instance of, where it is one."""

    type: str
    definition: ast.ClassDef | None = None
    is_iterator: bool | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kind) and (self.type, self.definition) == (other.type, other.definition)

    def __hash__(self) -> int:
        return hash((self.type, self.definition))

    def __bool__(self) -> bool:
        return self is not UNKNOWN


UNKNOWN = Kind("?")

STR = Kind("str", is_iterator=False)
UNICODE = Kind("unicode", is_iterator=False)
BYTES = Kind("bytes", is_iterator=False)
INT = Kind("int", is_iterator=False)
FLOAT = Kind("float", is_iterator=False)
COMPLEX = Kind("complex", is_iterator=False)
BOOL = Kind("bool", is_iterator=False)
NONE = Kind("None", is_iterator=False)
LIST = Kind("list", is_iterator=False)
TUPLE = Kind("tuple", is_iterator=False)
DICT = Kind("dict", is_iterator=False)
SET = Kind("set", is_iterator=False)
FUNCTION = Kind("function", is_iterator=False)
FILE = Kind("file", is_iterator=True)
GENERATOR = Kind("generator", is_iterator=True)
ITERATOR = Kind("iterator", is_iterator=True)

STRINGS = frozenset({"str", "unicode", "bytes"})
NUMBERS = frozenset({"int", "float", "complex", "bool"})

# Names of modules and classes that changed between 2 and 3, to the one name that kinds go by.
_CANONICAL_MODULES = {
    "Queue": "queue",
    "thread": "_thread",
    "multiprocessing.queues": "multiprocessing",
    "multiprocessing.process": "multiprocessing",
    "multiprocessing.synchronize": "multiprocessing",
    "__builtin__": "builtins",
    "cStringIO": "io",
    "StringIO": "io",
    "cPickle": "pickle",
    "ConfigParser": "configparser",
    "httplib": "http.client",
    "HTMLParser": "html.parser",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
}
CANONICAL_NAMES = {
    "configparser.SafeConfigParser": "configparser.ConfigParser",
    "urllib2.Request": "urllib.request.Request",
    "threading._RLock": "threading.RLock",
    "threading._Timer": "threading.Timer",
    "threading._Event": "threading.Event",
    "threading._Condition": "threading.Condition",
    "threading._Semaphore": "threading.Semaphore",
    "threading._BoundedSemaphore": "threading.BoundedSemaphore",
    "multiprocessing.pool.Pool": "multiprocessing.Pool",
    "multiprocessing.dummy.Pool": "multiprocessing.pool.ThreadPool",
    "_thread.allocate_lock": "threading.Lock",
    "_thread.allocate": "threading.Lock",
    "gevent.greenlet.Greenlet": "gevent.Greenlet",
    "gevent.timeout.Timeout": "gevent.Timeout",
    "gevent.coros.Semaphore": "gevent.lock.Semaphore",
    "gevent.coros.BoundedSemaphore": "gevent.lock.BoundedSemaphore",
    "gevent.coros.RLock": "gevent.lock.RLock",
    "eventlet.greenpool.GreenPool": "eventlet.GreenPool",
    "eventlet.queue.Queue": "eventlet.Queue",
    "eventlet.timeout.Timeout": "eventlet.Timeout",
    "eventlet.greenthread.spawn": "eventlet.spawn",
    "eventlet.greenthread.spawn_n": "eventlet.spawn_n",
    "eventlet.greenthread.sleep": "eventlet.sleep",
    "concurrent.futures.process.ProcessPoolExecutor": "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.thread.ThreadPoolExecutor": "concurrent.futures.ThreadPoolExecutor",
}


def canonical(name: str) -> str:
    """The Python 3 spelling of a dotted name, for comparing what two spellings mean."""
    name = CANONICAL_NAMES.get(name, name)
    module, dot, rest = name.rpartition(".")
    if module in _CANONICAL_MODULES:
        name = f"{_CANONICAL_MODULES[module]}{dot}{rest}"
    elif name in _CANONICAL_MODULES:
        name = _CANONICAL_MODULES[name]
    return CANONICAL_NAMES.get(name, name)


def _instances(*names: str) -> dict[str, Kind]:
    return {name: Kind(name, is_iterator=False) for name in names}


# What a call of a function or class returns, by its canonical name.
RETURNS: dict[str, Kind] = _instances(
    *(
        f"threading.{name}"
        for name in "Thread Timer Lock RLock Condition Event Semaphore BoundedSemaphore local".split()
    ),
    *(f"queue.{name}" for name in "Queue LifoQueue PriorityQueue SimpleQueue".split()),
    *(
        f"multiprocessing.{name}"
        for name in "Process Pool Queue JoinableQueue Manager Lock RLock Condition Event Semaphore BoundedSemaphore Value "
        "Array Barrier SimpleQueue".split()
    ),
    "multiprocessing.pool.ThreadPool",
    "multiprocessing.managers.BaseManager",
    "multiprocessing.managers.SyncManager",
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.ThreadPoolExecutor",
    "subprocess.Popen",
    "socket.socket",
    "tornado.iostream.IOStream",
    "collections.deque",
    "collections.OrderedDict",
    "collections.Counter",
    "collections.defaultdict",
    "array.array",
    "configparser.ConfigParser",
    "configparser.RawConfigParser",
    "html.parser.HTMLParser",
    "unittest.TestCase",
    "urllib.request.Request",
    "uuid.UUID",
    "xml.etree.ElementTree.Element",
    "xml.etree.ElementTree.ElementTree",
    "hmac.HMAC",
    "mmap.mmap",
    "zipfile.ZipFile",
    "tarfile.TarFile",
    "email.message.Message",
    "http.client.HTTPConnection",
    "http.client.HTTPSConnection",
    "imaplib.IMAP4_SSL",
    "smtplib.SMTP",
    "ftplib.FTP",
    "ftplib.FTP_TLS",
    "gzip.GzipFile",
    "bz2.BZ2File",
    "bz2.BZ2Compressor",
    "bz2.BZ2Decompressor",
    "io.StringIO",
    "io.BytesIO",
    "gevent.Greenlet",
    "gevent.pool.Pool",
    "gevent.pool.Group",
    "gevent.queue.Queue",
    "gevent.queue.JoinableQueue",
    "gevent.event.Event",
    "gevent.lock.Semaphore",
    "gevent.lock.BoundedSemaphore",
    "gevent.queue.LifoQueue",
    "gevent.queue.PriorityQueue",
    "eventlet.GreenPool",
    "eventlet.Queue",
    "eventlet.Event",
    "gevent.event.AsyncResult",
)
RETURNS.update(
    {
        "threading.current_thread": RETURNS["threading.Thread"],
        "threading.currentThread": RETURNS["threading.Thread"],
        "multiprocessing.current_process": RETURNS["multiprocessing.Process"],
        "gevent.spawn": RETURNS["gevent.Greenlet"],
        "gevent.spawn_later": RETURNS["gevent.Greenlet"],
        "gevent.Greenlet.spawn": RETURNS["gevent.Greenlet"],
        "eventlet.spawn": Kind("eventlet.GreenThread", is_iterator=False),
        "logging.getLogger": Kind("logging.Logger", is_iterator=False),
        "hmac.new": RETURNS["hmac.HMAC"],
        "zlib.compressobj": Kind("zlib.Compress", is_iterator=False),
        "zlib.decompressobj": Kind("zlib.Decompress", is_iterator=False),
        "tarfile.open": RETURNS["tarfile.TarFile"],
        "tarfile.TarFile.open": RETURNS["tarfile.TarFile"],
        "email.message_from_string": RETURNS["email.message.Message"],
        "email.message_from_file": RETURNS["email.message.Message"],
        "xml.etree.ElementTree.SubElement": RETURNS["xml.etree.ElementTree.Element"],
        "xml.etree.ElementTree.XML": RETURNS["xml.etree.ElementTree.Element"],
        "xml.etree.ElementTree.fromstring": RETURNS["xml.etree.ElementTree.Element"],
        "xml.etree.ElementTree.parse": RETURNS["xml.etree.ElementTree.ElementTree"],
        **{f"uuid.uuid{version}": RETURNS["uuid.UUID"] for version in (1, 3, 4, 5)},
        "os.popen": FILE,
        "os.fdopen": FILE,
        "codecs.open": FILE,
        "io.open": FILE,
        "time.time": FLOAT,
        "time.clock": FLOAT,
        "os.getpid": INT,
        "os.getppid": INT,
        "os.fork": INT,
        "random.random": FLOAT,
        "random.uniform": FLOAT,
        "random.randint": INT,
        "random.randrange": INT,
        "os.getcwd": STR,
        "json.dumps": STR,
        **{f"urllib.{name}": STR for name in ("urlencode", "quote", "quote_plus")},
        **{f"urllib.parse.{name}": STR for name in ("urlencode", "quote", "quote_plus")},
        "os.listdir": LIST,
        "glob.glob": LIST,
        # What they become, `int(text)` and `text.split()`, has a kind: so have they.
        **{f"string.{name}": INT for name in "atoi atol find rfind index rindex count".split()},
        "string.atof": FLOAT,
        "string.split": LIST,
        "string.splitfields": LIST,
    }
)
RETURNS.update(
    dict.fromkeys(
        (
            *(f"hashlib.{name}" for name in "new md5 sha1 sha224 sha256 sha384 sha512".split()),
            *("md5.new", "md5.md5", "sha.new", "sha.sha"),
        ),
        Kind("hashlib.hash", is_iterator=False),
    )
)
RETURNS.update(
    dict.fromkeys(
        ("urllib2.urlopen", "urllib.urlopen", "urllib.request.urlopen"),
        Kind("http.client.HTTPResponse", is_iterator=True),
    )
)
RETURNS.update(
    {
        f"itertools.{name}": ITERATOR
        for name in "count cycle repeat chain islice starmap takewhile dropwhile groupby product permutations combinations "
        "izip imap ifilter izip_longest ifilterfalse compress combinations_with_replacement zip_longest filterfalse".split()
    }
)
RETURNS.update(
    {
        f"builtins.{name}": kind
        for names, kind in {
            "int len ord hash id long": INT,
            "float": FLOAT,
            "complex": COMPLEX,
            "bool isinstance issubclass callable hasattr all any": BOOL,
            "str repr hex oct chr raw_input bin": STR,
            "unicode unichr": UNICODE,
            "list sorted dir": LIST,
            "tuple": TUPLE,
            "dict globals locals vars": DICT,
            "set": SET,
            "iter enumerate reversed": ITERATOR,
            "open file": FILE,
        }.items()
        for name in names.split()
    }
)

RETURNS.update(
    {
        f"math.{name}": FLOAT
        for name in "sqrt sin cos tan asin acos atan atan2 sinh cosh tanh exp expm1 log log10 log1p pow fabs fmod hypot degrees "
        "radians fsum ldexp copysign gamma lgamma erf erfc".split()
    }
)

# The values of a library's names.
CONSTANTS: dict[str, Kind] = {
    **dict.fromkeys(("math.pi", "math.e"), FLOAT),
    **dict.fromkeys(("sys.maxint", "sys.maxsize", "sys.maxunicode", "sys.hexversion"), INT),
    **dict.fromkeys(("os.sep", "os.linesep", "os.pathsep", "sys.platform", "sys.version", "sys.executable"), STR),
}

# The same name, another type: lists in Python 2, iterators in Python 3.
RETURNS_PYTHON2 = {f"builtins.{name}": LIST for name in ("range", "zip", "map")} | dict.fromkeys(
    ("builtins.round", "math.floor", "math.ceil"), FLOAT
)
RETURNS_PYTHON3 = {f"builtins.{name}": ITERATOR for name in ("zip", "map", "filter")}

# What calls return that give a tuple, part by part.
_SOCKET = RETURNS["socket.socket"]
_CONNECTION = Kind("multiprocessing.Connection", is_iterator=False)
_SOCKET_MODULES = ("socket", "gevent.socket", "eventlet.green.socket")
RETURNS.update(
    {f"{module}.{name}": _SOCKET for module in _SOCKET_MODULES for name in ("socket", "create_connection", "fromfd")}
)
RETURNS.update(
    dict.fromkeys(
        ("eventlet.connect", "eventlet.listen", "ssl.wrap_socket", "gevent.ssl.wrap_socket", "eventlet.wrap_ssl"),
        _SOCKET,
    )
)
RETURNS["multiprocessing.connection.Client"] = _CONNECTION
RETURNS["multiprocessing.connection.Listener"] = Kind("multiprocessing.connection.Listener", is_iterator=False)
PARTS = {
    **{f"{module}.socketpair": (_SOCKET, _SOCKET) for module in _SOCKET_MODULES},
    "multiprocessing.Pipe": (_CONNECTION, _CONNECTION),
    "multiprocessing.connection.Pipe": (_CONNECTION, _CONNECTION),
}
METHOD_PARTS = {("socket.socket", "accept"): (_SOCKET, UNKNOWN)}

# What a method call returns, by the receiver's type and the method's name.
METHOD_RETURNS: dict[tuple[str, str], Kind] = {}


def _methods(types: str, names: str, kind: Kind) -> None:
    METHOD_RETURNS.update({(type_name, name): kind for type_name in types.split() for name in names.split()})


_methods(
    "str",
    "strip lstrip rstrip lower upper replace join title capitalize swapcase center ljust rjust zfill expandtabs encode",
    STR,
)
_methods(
    "unicode",
    "strip lstrip rstrip lower upper replace join title capitalize swapcase center ljust rjust zfill",
    UNICODE,
)
_methods(
    "bytes",
    "strip lstrip rstrip lower upper replace join title capitalize swapcase center ljust rjust zfill expandtabs",
    BYTES,
)
_methods("unicode", "encode", STR)
_methods("str", "decode", UNICODE)
_methods("bytes", "decode", UNICODE)
_methods("str unicode bytes", "split rsplit splitlines", LIST)
_methods("str unicode bytes", "partition rpartition", TUPLE)
_methods("str unicode bytes", "find rfind index rindex count", INT)
_methods("str unicode bytes", "startswith endswith isdigit isalpha isspace isalnum islower isupper istitle", BOOL)
_methods("dict", "iteritems iterkeys itervalues", ITERATOR)
_methods("dict", "copy", DICT)
_methods("dict", "has_key", BOOL)
_methods("list tuple", "index count", INT)
_methods("file", "readlines", LIST)
_methods("multiprocessing.connection.Listener", "accept", _CONNECTION)
_methods("socket.socket", "dup", _SOCKET)
_methods(
    "multiprocessing.Pool multiprocessing.pool.ThreadPool",
    "apply_async map_async",
    Kind("multiprocessing.pool.AsyncResult", is_iterator=False),
)
_methods("multiprocessing.Pool multiprocessing.pool.ThreadPool", "imap imap_unordered", ITERATOR)
_methods("multiprocessing.Pool multiprocessing.pool.ThreadPool", "map", LIST)
_methods(
    "concurrent.futures.ProcessPoolExecutor concurrent.futures.ThreadPoolExecutor",
    "submit",
    Kind("concurrent.futures.Future", is_iterator=False),
)
_methods("concurrent.futures.ProcessPoolExecutor concurrent.futures.ThreadPoolExecutor", "map", ITERATOR)
_methods("http.client.HTTPConnection http.client.HTTPSConnection", "getresponse", RETURNS["urllib.request.urlopen"])
_methods("gevent.pool.Pool gevent.pool.Group", "spawn apply_async", Kind("gevent.Greenlet", is_iterator=False))
_methods("eventlet.GreenPool", "spawn", Kind("eventlet.GreenThread", is_iterator=False))


def of_constant(node: ast.Constant, *, unicode_literals: bool) -> Kind:
    """The kind of a literal; a plain string is `str`, or `unicode` under ``from __future__ import unicode_literals``."""
    match node.value:
        case bool():
            return BOOL
        case int():
            return INT
        case float():
            return FLOAT
        case complex():
            return COMPLEX
        case bytes():
            return BYTES
        case str():
            return UNICODE if node.kind == "u" or unicode_literals else STR
        case None:
            return NONE
    return UNKNOWN


def of_operation(operator: ast.operator, left: Kind, right: Kind, *, true_division: bool) -> Kind:
    """The kind of a binary operation on two certain kinds."""
    kinds = {left.type, right.type}
    if isinstance(operator, ast.Mod) and left.type in STRINGS:
        return left if right.type not in STRINGS | {"?"} or left.type == right.type else UNKNOWN
    if isinstance(operator, ast.Mult) and "int" in kinds and kinds & (STRINGS | {"list", "tuple"}):
        return right if left.type == "int" else left
    if not kinds <= NUMBERS:
        same = left == right and left.type in STRINGS | {"list", "tuple"} and isinstance(operator, ast.Add)
        return left if same else UNKNOWN
    if isinstance(operator, ast.Div) and true_division and "complex" not in kinds:
        return FLOAT
    if isinstance(operator, ast.Pow):
        return UNKNOWN if kinds == {"int"} else FLOAT if "float" in kinds and "complex" not in kinds else UNKNOWN
    for kind in (COMPLEX, FLOAT):
        if kind.type in kinds:
            return kind
    return INT
