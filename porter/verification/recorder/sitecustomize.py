"""Enters every Python that a run starts: installs the recorder, then makes way for the user's own sitecustomize.

This folder is the first of PYTHONPATH in a run; it leaves sys.path before the program begins.
"""

import os
import sys

_FOLDER = os.path.dirname(os.path.abspath(__file__))

if os.environ.get("PORTER_LOG"):
    from porter_recorder import installing

    installing.install()

sys.path[:] = [path for path in sys.path if os.path.abspath(path) != _FOLDER]

# The import system wants to find this module by its name when it is done with it, so the name is only lent.
_own = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize  # noqa: F401
except ImportError:
    pass
if _own is not None:
    sys.modules.setdefault("sitecustomize", _own)
