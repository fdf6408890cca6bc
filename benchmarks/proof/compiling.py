"""Run by the Python that is to compile files: paths on standard input, those that do not compile on standard output as JSON."""

import json
import sys
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)
faults = {}
for line in sys.stdin:
    path = line.rstrip("\n")
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            compile(file.read(), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        faults[path] = f"{type(error).__name__}: {error}"
json.dump(faults, sys.stdout)
