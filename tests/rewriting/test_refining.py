"""A block's rewrite becomes small edits that do the same, and leave each line's place known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from porter.python2.source import Dialect, Facts, Source
from porter.rewriting.patching import Edit, PatchedText
from porter.rewriting.refining import refined

_LINES = st.lists(
    st.tuples(st.sampled_from(["", " ", "    ", "\t"]), st.sampled_from(["a", "b = 1", "pass # x", "", "f(a)"])),
    max_size=8,
).map(lambda lines: "".join(f"{lead}{code}\n" for lead, code in lines))


def _patched(text: str) -> PatchedText:
    return PatchedText.of(Source("x.py", text, text, "utf-8", False, Dialect.PYTHON2, (), Facts()))


@given(before=_LINES, after=_LINES, head=_LINES, newline=st.sampled_from(["\n", "\r\n", "\r"]))
def test_edits_make_the_new_text(before: str, after: str, head: str, newline: str) -> None:
    before, after, head = (text.replace("\n", newline) for text in (before, after, head))
    whole = head + before + "end"
    edits = refined(Edit(len(head), len(head) + len(before), after, ("R1",)), before, ())
    assert _patched(whole).apply(edits).text == head + after + "end"


def test_line_that_only_moved_keeps_its_place() -> None:
    before = "pool = Pool()\nfor x in y:\n    z(x)\npool.close()\n"
    after = "with Executor() as pool:\n    for x in y:\n        z(x)\n"
    patched = _patched(before).apply(refined(Edit(0, len(before), after, ("R1",)), before, ()))
    assert patched.text == after
    assert patched.original_offset(after.index("z(x)")) == before.index("z(x)")
    assert patched.original_offset(after.index("x in y")) == before.index("x in y")


def test_codes_of_inner_edits_stay_with_their_lines() -> None:
    before = "a(1)\nb(2)\n"
    inner = [Edit(5, 6, "c", ("R2",))]
    edits = refined(Edit(0, len(before), "if x:\n    a(1)\n    c(2)\n", ("R2", "R1")), before, inner)
    assert {code for edit in edits if edit.end > 5 for code in edit.codes} == {"R1", "R2"}
    assert {code for edit in edits if edit.end <= 5 for code in edit.codes} == {"R1"}
