"""The front end: from the bytes of any Python 2 file to Python 3 syntax, exactly."""

from porter.python2.parsing import parse
from porter.python2.reading import read, read_with_outline
from porter.python2.recalling import recall, remembered
from porter.python2.source import Dialect, Facts, Lowering, Source

__all__ = ["Dialect", "Facts", "Lowering", "Source", "parse", "read", "read_with_outline", "recall", "remembered"]
