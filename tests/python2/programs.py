"""Hypothesis strategies for Python 2 programs: a grammar with a taste for what Python 3 dropped."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

_NAMES = (
    "a",
    "b",
    "x1",
    "self",
    "print_",
    "match",
    "case",
    "type",
    "L",
    "u",
    "br",
    "e1",
    "yield_",
    "inx",
    "orb",
    "asd",
)
_DROPPED_NAMES = ("async", "await", "nonlocal", "True", "False")
_NUMBERS = (
    *("0", "1", "7", "00", "0777", "0L", "00L", "017l", "10L", "0xFF", "0xffL", "0XaL", "0b11", "0B1L", "0o17", "0O7L"),
    *(
        "1.5",
        ".5",
        "5.",
        "1e5",
        "1E-07",
        "1.e+7",
        "07.5",
        "09e1",
        "1j",
        "0777j",
        "1.5J",
        "123456789012345678901234567890",
    ),
)
_PIECES = (
    *("a", "b c", "1", "{x}", "%s", "#", "`", ";", "print ", "é", "\\n", "\\\\", "\\'", '\\"', "\\x41", "\\0", "\\400"),
    *("\\377", "\\777", "\\u1234", "\\U00010000", "\\d", "\\\n", "\\8"),
)
_BYTE_PIECES = ("\\u12", "\\N", "\\U1", "\\N{x}", "\\u")
_PREFIXES = ("", "", "", "u", "U", "b", "B", "r", "R", "ur", "Ur", "uR", "UR", "br", "bR", "Br", "BR")
_BINARY = ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^")
_COMPARISONS = ("<>", "!=", "==", "<", ">", "<=", ">=", " in ", " not in ", " is ", " is not ")


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: its indentation in columns, and its text."""

    column: int
    text: str


def chance(draw: st.DrawFn, percent: int) -> bool:
    return draw(st.integers(0, 99)) >= 100 - percent


def gap(draw: st.DrawFn) -> str:
    """Space that may be nothing."""
    return draw(st.sampled_from(("", "", "", " ", "  ", "\t", " \\\n ")))


def space(draw: st.DrawFn) -> str:
    """Space that is at least something."""
    return draw(st.sampled_from((" ", " ", " ", "  ", "\t", " \\\n  ")))


def bracket_gap(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(("", "", "", " ", "\n", " # comment, `with` <> 0777\n  ", "\\\n")))


def commas(draw: st.DrawFn, items: list[str]) -> str:
    return f"{gap(draw)},{gap(draw)}".join(items)


@st.composite
def names(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(_NAMES if not chance(draw, 12) else _DROPPED_NAMES))


@st.composite
def strings(draw: st.DrawFn) -> str:
    literals = [draw(literal()) for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3))))]
    return "".join(text + (space(draw) if chance(draw, 60) else "") for text in literals[:-1]) + literals[-1]


@st.composite
def literal(draw: st.DrawFn) -> str:
    prefix = draw(st.sampled_from(_PREFIXES))
    quotes = draw(st.sampled_from(("'", '"', "'''", '"""')))
    known = _PIECES if "u" in prefix.lower() else _PIECES + _BYTE_PIECES
    pieces = draw(st.lists(st.sampled_from(known), max_size=4))
    if "b" in prefix.lower() or not prefix:
        pieces = pieces if chance(draw, 30) else [piece for piece in pieces if piece != "é"]
    return f"{prefix}{quotes}{''.join(pieces)}{quotes}"


@st.composite
def atoms(draw: st.DrawFn, depth: int) -> str:
    kind = draw(st.integers(0, 13 if depth > 0 else 4))
    below = tests(depth - 1)
    match kind:
        case 0 | 1:
            return draw(names())
        case 2:
            return draw(st.sampled_from(("None", "True", "self", "x1")))
        case 3:
            return draw(st.sampled_from(_NUMBERS)) + " "
        case 4:
            return draw(strings())
        case 5:
            return f"({bracket_gap(draw)}{draw(below)}{bracket_gap(draw)})"
        case 6:
            items = draw(st.lists(below, max_size=3))
            return f"({bracket_gap(draw)}{commas(draw, items)}{',' if len(items) == 1 else ''})"
        case 7:
            return f"[{bracket_gap(draw)}{commas(draw, draw(st.lists(below, max_size=3)))}{bracket_gap(draw)}]"
        case 8:
            pairs = [f"{draw(below)}:{gap(draw)}{draw(below)}" for _ in range(draw(st.integers(0, 2)))]
            return "{" + commas(draw, pairs) + "}"
        case 9:
            return f"`{gap(draw)}{commas(draw, draw(st.lists(below, min_size=1, max_size=2)))}{gap(draw)}`"
        case 10:
            return "{" + commas(draw, draw(st.lists(below, min_size=1, max_size=2))) + "}"
        case 11:
            return f"(yield {draw(below)})"
        case 12:
            return f"[{draw(below)} {draw(clauses(depth - 1, in_list=True))}]"
        case _:
            opening, closing = draw(st.sampled_from((("(", ")"), ("{", "}"))))
            element = draw(below) if opening == "(" or chance(draw, 50) else f"{draw(below)}: {draw(below)}"
            return f"{opening}{element} {draw(clauses(depth - 1, in_list=False))}{closing}"


@st.composite
def clauses(draw: st.DrawFn, depth: int, *, in_list: bool) -> str:
    """The `for` and `if` parts of a comprehension."""
    iterables = [draw(operands(depth))]
    if in_list and chance(draw, 50):
        more = draw(st.lists(st.one_of(operands(depth), old_lambdas(depth)), min_size=1, max_size=2))
        iterables = [draw(st.one_of(operands(depth), old_lambdas(depth))), *more]
    elif in_list and chance(draw, 20):
        iterables = [draw(old_lambdas(depth))]
    parts = [f"for {draw(targets(depth))} in {commas(draw, iterables)}"]
    if in_list and len(iterables) > 1 and chance(draw, 30):
        parts[-1] += ","
    for _ in range(draw(st.integers(0, 2))):
        condition = draw(st.one_of(operands(depth), old_lambdas(depth)))
        parts.append(f"if {condition}")
    if depth > 0 and chance(draw, 15):
        parts.append(draw(clauses(depth - 1, in_list=in_list)))
    return " ".join(parts)


@st.composite
def old_lambdas(draw: st.DrawFn, depth: int) -> str:
    return f"lambda{draw(parameters(depth - 1, bare=True))}: {draw(operands(depth - 1))}"


@st.composite
def primaries(draw: st.DrawFn, depth: int) -> str:
    text = draw(atoms(depth))
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2))) if depth > 0 else 0):
        match draw(st.integers(0, 2)):
            case 0:
                text = f"{text}{gap(draw)}.{gap(draw)}{draw(st.one_of(names(), st.just('None')))}"
            case 1:
                text = f"{text}{gap(draw)}({bracket_gap(draw)}{draw(arguments(depth - 1))}{bracket_gap(draw)})"
            case _:
                text = f"{text}[{draw(subscripts(depth - 1))}]"
    return text


@st.composite
def arguments(draw: st.DrawFn, depth: int) -> str:
    if chance(draw, 20):
        generator = f"{draw(tests(depth))} {draw(clauses(depth, in_list=False))}"
        after = draw(st.sampled_from(("", "", ",", ", *a", ", **b", ", *a, **b")))
        return f"*a, {generator}" if not after and chance(draw, 20) else generator + after
    parts = draw(st.lists(tests(depth), max_size=2))
    for name in draw(st.lists(names(), max_size=2, unique=True)):
        spelt = f"({name})" if chance(draw, 20) else name
        parts.append(f"{spelt}{gap(draw)}={gap(draw)}{draw(tests(depth))}")
    if chance(draw, 20):
        parts.append(f"*{draw(tests(depth))}")
    if chance(draw, 20):
        parts.append(f"**{draw(tests(depth))}")
    return commas(draw, parts)


@st.composite
def subscripts(draw: st.DrawFn, depth: int) -> str:
    below = tests(depth)
    match draw(st.integers(0, 5)):
        case 0:
            return f"{draw(below)}:{draw(below)}"
        case 1:
            return draw(st.sampled_from((":", "::", ":,", "...", ". . .", ".. .", ". .., 1", "..., :", "1:2:")))
        case 2:
            return f"{draw(below)}, {draw(st.sampled_from(('...', ': :', '. . .')))}"
        case 3:
            return f"{draw(below)}::{draw(below)}"
        case _:
            return draw(below)


@st.composite
def operands(draw: st.DrawFn, depth: int) -> str:
    """What may stand without parentheses where neither a lambda nor `x if y else z` may."""
    if depth <= 0:
        return draw(primaries(0))
    match draw(st.integers(0, 5)):
        case 0:
            operator = draw(st.sampled_from(_BINARY))
            return f"{draw(primaries(depth - 1))}{gap(draw)}{operator}{gap(draw)}{draw(primaries(depth - 1))}"
        case 1:
            operator = draw(st.sampled_from(_COMPARISONS))
            return f"{draw(primaries(depth - 1))}{gap(draw)}{operator}{gap(draw)}{draw(primaries(depth - 1))}"
        case 2:
            word = draw(st.sampled_from(("and", "or")))
            return f"{draw(operands(depth - 1))} {word} {draw(operands(depth - 1))}"
        case 3:
            operator = draw(st.sampled_from(("-", "+", "~", "not ", "--", "- ")))
            return f"{operator}{draw(primaries(depth - 1))}"
        case _:
            return draw(primaries(depth))


@st.composite
def tests(draw: st.DrawFn, depth: int) -> str:
    if depth > 0 and chance(draw, 10):
        return f"{draw(operands(depth - 1))} if {draw(operands(depth - 1))} else {draw(tests(depth - 1))}"
    if depth > 0 and chance(draw, 10):
        return f"lambda{draw(parameters(depth - 1, bare=True))}:{gap(draw)}{draw(tests(depth - 1))}"
    if chance(draw, 5):  # a number that runs into the next word
        return f"{draw(st.sampled_from(('1', '0xf', '10L', '0777', '1.', '2j')))}if {draw(names())} else 2"
    return draw(operands(depth))


@st.composite
def parameters(draw: st.DrawFn, depth: int, *, bare: bool) -> str:
    """A parameter list, after `lambda` (bare) or inside the parentheses of `def`."""
    parts: list[str] = []
    count = draw(st.integers(0, 3))
    defaults_from = draw(st.integers(0, 4))
    for number in range(count):
        plain = draw(st.one_of(st.just(f"p{number}"), st.sampled_from((f"async{number}", "await", "True"))))
        if chance(draw, 30):
            plain = draw(patterns(2, f"q{number}"))
        elif chance(draw, 10) and number < defaults_from:
            plain = f"({plain})"
        default = f"{gap(draw)}={gap(draw)}{draw(tests(depth))}" if number >= defaults_from else ""
        parts.append(plain + default)
    comma = "," if parts and chance(draw, 10) else ""
    if not comma and chance(draw, 20):
        parts.append("*rest")
    if not comma and chance(draw, 20):
        parts.append("**more")
    text = commas(draw, parts) + comma
    return (f" {text}" if text and not (text.startswith("(") and chance(draw, 50)) else text) if bare else text


@st.composite
def patterns(draw: st.DrawFn, depth: int, prefix: str) -> str:
    count = draw(st.integers(1, 2))
    items = [
        draw(patterns(depth - 1, f"{prefix}{number}")) if depth > 0 and chance(draw, 25) else f"{prefix}{number}"
        for number in range(count)
    ]
    return f"({commas(draw, items)}{',' if count == 1 else ''})"


@st.composite
def targets(draw: st.DrawFn, depth: int) -> str:
    """One or more targets of an assignment."""
    single = st.one_of(
        names(),
        names().map(lambda name: f"a.{name}"),
        st.just("a[None, True]"),
        names().map(lambda name: f"({name}, b)"),
        names().map(lambda name: f"[b, {name}]"),
        st.just("f(True).x1"),
    )
    items = draw(st.lists(single, min_size=1, max_size=2 if depth > 0 else 1))
    return commas(draw, items) + ("," if chance(draw, 10) else "")


@st.composite
def prints(draw: st.DrawFn, depth: int) -> str:
    values = draw(st.lists(tests(depth), max_size=3))
    comma = "," if values and chance(draw, 30) else ""
    if chance(draw, 25):
        return f"print{gap(draw)}>>{gap(draw)}{commas(draw, [draw(tests(depth)), *values])}{comma}"
    return f"print{space(draw)}{commas(draw, values)}{comma}" if values else "print"


@st.composite
def execs(draw: st.DrawFn, depth: int) -> str:
    spaces = draw(st.lists(tests(depth), max_size=2))
    where = f" in {commas(draw, spaces)}" if spaces else ""
    return f"exec{space(draw)}{draw(primaries(depth))}{where}"


@st.composite
def simple_statements(draw: st.DrawFn, depth: int) -> str:
    match draw(st.integers(0, 15)):
        case 0 | 1 | 2:
            return draw(prints(depth))
        case 3:
            return draw(execs(depth))
        case 4:
            return f"raise {commas(draw, draw(st.lists(tests(depth), min_size=1, max_size=3)))}"
        case 5 | 6:
            left = "".join(f"{draw(targets(1))}{gap(draw)}={gap(draw)}" for _ in range(draw(st.integers(1, 2))))
            return left + draw(tests(depth))
        case 7:
            operator = draw(st.sampled_from((*_BINARY, "/")))
            return f"{draw(names())}{gap(draw)}{operator}={gap(draw)}{draw(tests(depth))}"
        case 8:
            return f"del {draw(targets(1))}"
        case 9:
            return f"global {commas(draw, draw(st.lists(names(), min_size=1, max_size=2)))}"
        case 10:
            dotted = ".".join(draw(st.lists(names(), min_size=1, max_size=2)))
            return f"import {dotted}{draw(st.sampled_from(('', ' as b', ' as async', ' as True')))}"
        case 11:
            module = draw(st.sampled_from((".", ". .", "..a", "a", "a.async", "True", ".True.x1", "async")))
            imported = commas(draw, draw(st.lists(names(), min_size=1, max_size=2)))
            return f"from {module} import " + (f"({imported})" if chance(draw, 40) else imported)
        case 12:
            return f"assert {draw(tests(depth))}, {draw(tests(depth))}"
        case 13:
            return draw(st.sampled_from(("pass", "return", "yield 1", "break")))
        case _:
            return draw(tests(depth))


@st.composite
def headers(draw: st.DrawFn, depth: int) -> list[str]:
    """The headers of a compound statement, without colons; each gets a suite."""
    match draw(st.integers(0, 6)):
        case 0:
            return [f"if {draw(tests(depth))}", f"elif {draw(tests(depth))}", "else"][: draw(st.integers(1, 3))]
        case 1:
            return [f"while {draw(tests(depth))}"]
        case 2:
            return [f"for {draw(targets(1))} in {commas(draw, draw(st.lists(tests(depth), min_size=1, max_size=2)))}"]
        case 3:
            return [f"def {draw(names())}{gap(draw)}({draw(parameters(depth, bare=False))})"]
        case 4:
            bases = commas(draw, draw(st.lists(tests(depth), max_size=2)))
            return [f"class {draw(names())}{draw(st.sampled_from(('', f'({bases})')))}"]
        case 5:
            target = draw(st.sampled_from(("", " as True", " as (a, async)", " as x1.b", " as b")))
            return [f"with {draw(tests(depth))}{target}"]
        case _:
            handlers = [draw(handler_headers(depth)) for _ in range(draw(st.integers(1, 2)))]
            return ["try", *handlers, *draw(st.sampled_from(([], ["else"], ["finally"], ["else", "finally"])))]


@st.composite
def handler_headers(draw: st.DrawFn, depth: int) -> str:
    kind = draw(tests(depth))
    separator = draw(st.sampled_from((",", " ,", ", ", ",  ", " as ", " as ", ", \\\n  ")))
    target = draw(st.sampled_from(("e", "async", "True", "(e)", "(n, s)", "self.err", "x[0]", "[n, True]", "")))
    return f"except {kind}{separator}{target}" if target else f"except {kind}"


@st.composite
def blocks(draw: st.DrawFn, depth: int, column: int) -> list[Line]:
    lines: list[Line] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth > 0 and chance(draw, 40):
            for header in draw(headers(2)):
                if chance(draw, 25):
                    lines.append(Line(column, f"{header}:{gap(draw)}{draw(simple_statements(1))}"))
                else:
                    deeper = column + draw(st.sampled_from((4, 4, 8, 8, 2, 1)))
                    lines += [Line(column, f"{header}:"), *draw(blocks(depth - 1, deeper))]
        else:
            statements = draw(st.lists(simple_statements(2), min_size=1, max_size=2))
            comment = draw(st.sampled_from(("", "", "", "  # `comment`, print 0777")))
            lines.append(Line(column, f"{gap(draw)};{gap(draw)}".join(statements) + comment))
    return lines


@st.composite
def indentations(draw: st.DrawFn, column: int) -> str:
    """One of the ways to reach a column with tabs and spaces."""
    tabs = draw(st.integers(0, column // 8)) if chance(draw, 40) else 0
    slack = draw(st.integers(0, 2)) if tabs else 0
    return " " * slack + "\t" * tabs + " " * (column - 8 * tabs)


@st.composite
def programs(draw: st.DrawFn) -> str:
    head = draw(st.sampled_from(("", "", "", "from __future__ import unicode_literals\n", '"""Docstring."""\n\f\n')))
    out: list[str] = []
    for line in draw(blocks(2, 0)):
        if chance(draw, 5):
            out.append(draw(st.sampled_from(("", "   # comment\n", "\t\n", "\f\n", "\n"))))
        out.append(f"{draw(indentations(line.column))}{line.text}\n")
    return head + "".join(out)


ENCODINGS = {
    None: ("", ""),
    "utf-8": ("# -*- coding: utf-8 -*-\n", "é"),
    "utf8": ("# vim: set fileencoding=utf8 :\n", "日"),
    "utf-8-sig": ("\ufeff", "é"),
    "latin-1": ("#!/usr/bin/python\n# -*- coding: latin-1 -*-\n", "é"),
    "iso-8859-15": ("\n# coding=iso-8859-15\n", "€"),
    "cp1252": ("# coding: cp1252\n", "€"),
    "koi8-r": ("# coding: koi8-r\n", "Я"),
    "euc-jp": ("# coding: euc-jp\n", "日"),
    "shift_jis": ("# coding: shift_jis\n", "表"),
}


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A program as the bytes of a file: encoding, newlines and the end of the file vary."""
    encoding = draw(st.sampled_from(tuple(ENCODINGS)))
    cookie, character = ENCODINGS[encoding]
    text = draw(programs()).replace("é", character)
    if chance(draw, 20):
        text = text.rstrip("\n")
    data = (cookie.lstrip("\ufeff") + text).encode("utf-8" if encoding == "utf-8-sig" else encoding or "ascii")
    data = data.replace(b"\n", draw(st.sampled_from((b"\n", b"\n", b"\r\n", b"\r"))))
    return b"\xef\xbb\xbf" + data if encoding == "utf-8-sig" else data
