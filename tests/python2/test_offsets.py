"""The map between lowered and original text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from porter.python2 import Dialect, Facts, Source, read
from porter.python2.occurrences import Edit, Occurrence, Reading, lower


@st.composite
def edited(draw: st.DrawFn) -> Source:
    original = draw(st.text("abc\n", min_size=1, max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(original)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = tuple(Edit(start, end, draw(st.text("XYZ", max_size=4))) for start, end in spans)
    text, lowerings = lower(original, [Occurrence("test", 0, Reading.ONLY_PYTHON2, edits)])
    return Source("a.py", original, text, "utf-8", False, Dialect.PYTHON2, lowerings, Facts())


@given(edited())
def test_untouched_characters_map_to_themselves(source: Source) -> None:
    touched = {at for lowering in source.lowerings for at in range(lowering.lowered_start, lowering.lowered_end)}
    for offset, character in enumerate(source.text):
        if offset not in touched:
            assert source.original[source.original_offset(offset)] == character


@given(edited())
def test_offsets_keep_their_order_and_stay_inside(source: Source) -> None:
    mapped = [source.original_offset(offset) for offset in range(len(source.text) + 1)]
    assert mapped == sorted(mapped)
    assert mapped[-1] <= len(source.original)


@given(edited())
def test_whole_text_maps_to_the_whole_original(source: Source) -> None:
    start, end = source.original_span(0, len(source.text))
    untouched = [lowering for lowering in source.lowerings if lowering.lowered_start == lowering.lowered_end]
    if source.text and not untouched:
        assert (start, end) == (0, len(source.original))


@given(edited(), st.data())
def test_span_holds_every_lowering_that_it_touches(source: Source, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source.text)))
    end = data.draw(st.integers(start + 1, len(source.text) + 1))
    low, high = source.original_span(start, end)
    assert low <= high
    for lowering in source.lowerings:
        if lowering.lowered_start < end and start < lowering.lowered_end:
            assert low <= lowering.start
            assert lowering.end <= high


def test_place_in_a_print_statement_is_its_original_place() -> None:
    source = read(b"x = 1\nprint a, `b`\n", "a.py")
    at = source.text.index("b)")
    assert source.original[source.original_offset(at)] == "b"
    start = source.text.index("__porter_repr__")
    low, high = source.original_span(start, source.text.index(")", start) + 1)
    assert source.original[low:high] == "`b`"
