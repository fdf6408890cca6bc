"""The recorder: what runs inside a program, on CPython 2.7 and every Python 3, and writes down what it does.

It depends on nothing, takes no lock that two activities of the program share, and leaves the program's files alone.
Every module of it must be valid for both Pythons.
"""
