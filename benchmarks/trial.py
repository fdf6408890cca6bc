"""A peer run so that every file that makes it fail is named: run by the peer's own Python, on a copy of the files.

With `-j`, what one file raises ends a worker for good, and when no worker is left the run hangs; here it is written to a log,
and the run goes on.

    python trial.py ENGINE MAIN LOG GIVEN... -- OPTIONS...
"""

import importlib
import sys


def main(engine: str, entry: str, log: str, *rest: str) -> None:
    at = rest.index("--")
    given, options = rest[:at], list(rest[at + 1 :])
    tool = importlib.import_module(engine + ".refactor").RefactoringTool
    refactor_file = tool.refactor_file

    def guarded(self: object, filename: str, *arguments: object, **named: object) -> object:
        try:
            return refactor_file(self, filename, *arguments, **named)
        except Exception as error:
            with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123 - one write a line, by several processes
                file.write("{}\t{}: {}\n".format(filename, type(error).__name__, " ".join(str(error).split())))
            return None

    tool.refactor_file = guarded
    module, _, function = entry.partition(":")
    getattr(importlib.import_module(module), function)(*given, options)


if __name__ == "__main__":
    main(*sys.argv[1:])
