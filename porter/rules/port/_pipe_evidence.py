"""What the uses of a child's pipes can say about the data, and the words that say it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from porter.analysis.model import ModuleModel
from porter.python2 import markers

TEXT_KINDS = frozenset({"str", "unicode"})
SAME = frozenset(
    "strip lstrip rstrip lower upper title capitalize swapcase expandtabs zfill ljust rjust center".split()
)
WITH_TEXT = frozenset("split rsplit partition rpartition replace find rfind index count startswith endswith".split())
PARTS = frozenset("split rsplit splitlines partition rpartition".split())
SAYS_NOTHING = frozenset("isdigit isalpha isspace isalnum islower isupper istitle".split())
LOG = frozenset("debug info warning warn error exception critical log".split())
ASSERTS = ("assert", "fail")
BYTES_MODULES = frozenset("struct pickle cPickle marshal zlib bz2 binascii hashlib base64 gzip md5 sha array".split())
NEUTRAL_CALLS = frozenset(
    f"builtins.{name}"
    for name in "int float long len bool isinstance type id hash list tuple set sorted enumerate".split()
) | {"json.loads", "simplejson.loads", "select.select", "time.sleep"}
TEXT_CALLS = frozenset(
    {"builtins.str", "builtins.unicode", "builtins.repr", "builtins.print", "csv.reader", "csv.writer"}
)
TEXT_STREAMS = frozenset({"sys.stdout.write", "sys.stderr.write", "sys.stdout.writelines"})
PRINTS = frozenset({markers.PRINT, markers.PRINT_TO, markers.REPR, markers.RAISE, markers.EXEC})


@dataclass(slots=True)
class Evidence:
    """What the uses say. `shown`: shown to people, who would see the quotes of bytes. `unknown`: the others."""

    text: list[ast.AST] = field(default_factory=list)
    shown: list[ast.AST] = field(default_factory=list)
    binary: list[ast.AST] = field(default_factory=list)
    unknown: list[ast.AST] = field(default_factory=list)
    writes: list[ast.AST] = field(default_factory=list)
    ends: list[ast.AST] = field(default_factory=list)  # close() of the child's input, or communicate()
    reads: list[ast.AST] = field(default_factory=list)
    flushes: bool = False

    def needs_no_buffer(self, model: ModuleModel) -> bool:
        """Whether the child may be waited for while what was written to it is still in a buffer."""
        if not self.writes or self.flushes:
            return False
        places = {model.function(node) for node in (*self.writes, *self.ends, *self.reads)}
        if not self.ends or len(places) > 1:
            return True
        lines = [[getattr(node, "lineno", 0) for node in nodes] for nodes in (self.writes, self.ends, self.reads)]
        written, ended, read = lines
        return max(written) > min(ended) or (bool(read) and min(read) < min(ended))
