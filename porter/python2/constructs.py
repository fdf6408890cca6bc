"""The names of the Python 2-only constructs that the front end lowers; each is owned by one rule of the port."""

from __future__ import annotations

PRINT = "print"
EXEC = "exec"
RAISE = "raise"
EXCEPT = "except"
REPR = "repr"
NOT_EQUAL = "not-equal"
OCTAL = "octal"
LONG = "long"
STRING_PREFIX = "string-prefix"  # ur"...": a unicode literal, though lowered to r"..." where that has the same value
STRING_ESCAPE = "string-escape"  # '\u12', '\N' in a byte string
STRING_BYTES = "string-bytes"  # b'...' with characters outside ASCII
STRING_MIX = "string-mix"  # 'a' b'b'
TUPLE_PARAMETER = "tuple-parameter"
KEYWORD_NAME = "keyword-name"
KEYWORD_ARGUMENT = "keyword-argument"  # f((a)=1)
BARE_TUPLE = "bare-tuple"  # [x for x in 1, 2]
OLD_LAMBDA = "old-lambda"  # [x for x in y if lambda: z]
ELLIPSIS = "ellipsis"  # x[. . .]
INDENTATION = "indentation"  # tabs mixed with spaces
NUMBER_SPACE = "number-space"  # 1as x
GENERATOR_ARGUMENT = "generator-argument"  # f(x for x in y, *args)
UNDECODABLE = "undecodable"  # bytes that are no UTF-8, in a file whose cookie says UTF-8
LAST_BACKSLASH = "last-backslash"  # a line continued by nothing, at the end of the file
