"""PatchedText against a plain model: the same edits made on a plain string, and offsets that keep their meaning."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from porter.python2.source import Dialect, Facts, Lowering, Source
from porter.rewriting.patching import Edit, PatchedText


def _source(original: str, lowerings: tuple[Lowering, ...] = ()) -> Source:
    text, at = "", 0
    for lowering in lowerings:
        text += original[at : lowering.start] + lowering.new
        at = lowering.end
    text += original[at:]
    return Source("example.py", original, text, "utf-8", False, Dialect.PYTHON2, lowerings, Facts())


@st.composite
def _edits(draw: st.DrawFn, length: int) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=6, unique=True)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [
        Edit(start, end, draw(st.text("xyz\n", max_size=4)), (f"R{number}",))
        for number, (start, end) in enumerate(pairs)
    ]


def _plain(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@given(st.text("abc\n", min_size=1, max_size=40), st.data())
def test_rounds_of_edits_give_the_same_text_as_on_a_plain_string(original: str, data: st.DataObject) -> None:
    patched, plain = PatchedText.of(_source(original)), original
    for _ in range(3):
        edits = data.draw(_edits(len(plain)))
        patched, plain = patched.apply(edits), _plain(plain, edits)
        assert patched.text == plain


@given(st.text("abc\n", min_size=1, max_size=40), st.data())
def test_changes_applied_to_the_original_give_the_text(original: str, data: st.DataObject) -> None:
    patched = PatchedText.of(_source(original))
    for _ in range(3):
        patched = patched.apply(data.draw(_edits(len(patched.text))))
    rebuilt = original
    for change in reversed(patched.changes()):
        rebuilt = rebuilt[: change.start] + patched.text[change.new_start : change.new_end] + rebuilt[change.end :]
    assert rebuilt == patched.text


@given(
    st.text(
        "abcdefgh",
        min_size=2,
        max_size=30,
    ),
    st.data(),
)
def test_an_untouched_character_keeps_its_original_offset(original: str, data: st.DataObject) -> None:
    unique = "".join(chr(0x4E00 + number) for number in range(len(original)))
    patched = PatchedText.of(_source(unique))
    for _ in range(3):
        patched = patched.apply(data.draw(_edits(len(patched.text))))
    for offset, character in enumerate(patched.text):
        if character in unique:
            assert patched.original_offset(offset) == unique.index(character)


def test_lowerings_are_changes_only_where_the_final_text_differs() -> None:
    original = "a <> b\nprint 1\n"
    lowerings = (
        Lowering("not-equal", 2, 4, 2, 4, "<>", "!="),
        Lowering("print", 7, 13, 7, 25, "print ", "__porter_print__("),
    )
    patched = PatchedText.of(_source(original, lowerings))
    assert patched.text == "a != b\n__porter_print__(1\n"
    put_back = patched.apply([Edit(7, 24, "print ")])
    assert [(change.start, change.end) for change in put_back.changes()] == [(2, 4)]


def test_insertions_at_one_place_keep_their_order() -> None:
    patched = PatchedText.of(_source("ab")).apply([Edit(1, 1, "1"), Edit(1, 1, "2")])
    assert patched.text == "a12b"
