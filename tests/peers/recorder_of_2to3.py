"""Prints the cases of 2to3's own fixer tests as JSON; run by a Python that ships them (3.9 to 3.12).

A case is one call of `check`, `warns`, `warns_unchanged` or `unchanged` in a test method. The tests run as they are, so
what is recorded is what 2to3 does. Exit status 3: this Python has no such tests.
"""

import collections
import importlib
import json
import sys
import unittest
from textwrap import dedent

_PLACES = ("lib2to3.tests.test_fixers", "test.test_lib2to3.test_fixers")
_EXPECTS_A_CHANGE = ("check", "warns")
# These go through a set: their cases are sorted, so that the numbers mean the same in every run.
_UNORDERED = ("Test_dict.test_unchanged", "Test_xrange.test_in_consuming_context")


def main():
    module = next((found for found in map(_imported, _PLACES) if found is not None), None)
    if module is None:
        return 3
    cases = []
    recording = _Recording(cases)
    for kind in ("check", "warns", "warns_unchanged", "unchanged"):
        setattr(module.FixerTestCase, kind, recording.recorder(kind, getattr(module.FixerTestCase, kind)))
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
    for test, trace in result.failures + result.errors:
        print(test, trace, file=sys.stderr)
    json.dump(_numbered(cases), sys.stdout)
    return 0 if result.wasSuccessful() else 1


def _imported(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _numbered(cases):
    """The cases, each named by its method and its number there."""
    numbers = collections.Counter()
    listed = sorted(cases, key=lambda case: (case["name"], case["before"] if case["name"] in _UNORDERED else ""))
    for case in listed:
        numbers[case["name"]] += 1
        case["name"] = "{}.{}".format(case["name"], numbers[case["name"]])
    return listed


class _Recording:
    def __init__(self, cases):
        self._cases = cases
        self._inside = False

    def recorder(self, kind, original):
        """`original`, which also records its case; one that another of them calls is no case of its own."""

        def method(test, before, *rest, **options):
            if self._inside:
                return original(test, before, *rest, **options)
            self._cases.append(self._case(kind, test, before, rest))
            self._inside = True
            try:
                return original(test, before, *rest, **options)
            finally:
                self._inside = False

        return method

    def _case(self, kind, test, before, rest):
        # Only the tests of imports say which files there are; True stands for all that are asked for.
        files = getattr(test, "present_files", None)
        return {
            "fixer": " + ".join(sorted(name.rpartition(".fix_")[2] for name in test.refactor.fixers)),
            "name": "{}.{}".format(type(test).__name__, test.id().rpartition(".")[2]),
            "kind": kind,
            "before": dedent(before) + "\n",
            "after": dedent(rest[0] if kind in _EXPECTS_A_CHANGE else before) + "\n",
            "files": True if files is not None and test.always_exists else sorted(files or ()),
        }


if __name__ == "__main__":
    sys.exit(main())
