"""porter brings concurrent Python 2 programs to Python 3 and proves that they behave the same."""

__version__ = "0.1.0"
