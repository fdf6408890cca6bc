"""Pools: every shape of their use becomes an executor's, or is left alone with the reason (FUT001)."""

from __future__ import annotations

from textwrap import indent

import pytest

from porter.analysis.tree import TreeIndex
from porter.conversion.pipeline import convert_bytes, summarise_bytes
from porter.rewriting.conversion import Conversion, Outcome
from porter.rewriting.options import Options, Target


def _convert(source: str, python: tuple[int, int] = (3, 11), **others: str) -> Conversion:
    files = {"example.py": source, **{f"{name}.py": text for name, text in others.items()}}
    tree = TreeIndex.of([summarise_bytes(text.encode(), path) for path, text in files.items()])
    options = Options(target=Target.FUTURES, python=python)
    return convert_bytes(source.encode(), "example.py", tree.slice("example.py"), options)


def _reasons(conversion: Conversion) -> list[str]:
    return [
        finding.message
        for finding in conversion.findings
        if finding.code == "FUT001" and finding.outcome is not Outcome.APPLIED
    ]


_HEAD = "from multiprocessing import Pool\nfrom multiprocessing.pool import ThreadPool\nimport multiprocessing\n"


def _in_main(body: str) -> str:
    return f"{_HEAD}def main():\n{indent(body, '    ')}"


# A call of a pool `p`, and what it becomes; the results of both are `value`.
_CALLS = [
    ("p.apply(f)", "p.submit(f).result()"),
    ("p.apply(f, (1,))", "p.submit(f, 1).result()"),
    ("p.apply(f, [1, 2], {'k': 3})", "p.submit(f, 1, 2, k=3).result()"),
    ("p.apply(f, a, k)", "p.submit(f, *a, **k).result()"),
    ("p.apply(func=f, args=(1,), kwds={'not a name': 2})", "p.submit(f, 1, **{'not a name': 2}).result()"),
    ("p.apply_async(f, (1,)).get()", "p.submit(f, 1).result()"),
    ("p.apply_async(f, (1,)).get(5)", "p.submit(f, 1).result(5)"),
    ("p.apply_async(f, (1,)).get(timeout=5)", "p.submit(f, 1).result(timeout=5)"),
    ("p.map(f, xs)", "list(p.map(f, xs))"),
    ("p.map(f, xs, 10)", "list(p.map(f, xs, chunksize=10))"),
    ("p.map(func=f, iterable=xs)", "list(p.map(f, xs))"),
    ("sorted(p.map(f, xs))", "sorted(p.map(f, xs))"),
    ("any(p.map(f, xs))", "any(list(p.map(f, xs)))"),
    ("p.map_async(f, xs).get()", "list(p.map(f, xs))"),
    ("p.map_async(f, xs).get(9999)", "list(p.map(f, xs, timeout=9999))"),
    ("list(p.imap(f, xs, chunksize=3))", "list(p.map(f, xs, chunksize=3))"),
    (
        "set(p.imap_unordered(f, xs))",
        "set(future.result() for future in as_completed([p.submit(f, item) for item in xs]))",
    ),
]


@pytest.mark.parametrize(("old", "new"), _CALLS)
def test_call_is_written_for_an_executor(old: str, new: str) -> None:
    conversion = _convert(_in_main(f"p = Pool(2)\nvalue = {old}\np.close()\np.join()\n"))
    assert f"with ProcessPoolExecutor(2) as p:\n        value = {new}\n" in conversion.text
    assert not _reasons(conversion)


_CREATIONS = [
    ("Pool()", "ProcessPoolExecutor()"),
    ("Pool(None)", "ProcessPoolExecutor(None)"),
    ("Pool(processes=n)", "ProcessPoolExecutor(max_workers=n)"),
    ("Pool(2, start, (1,))", "ProcessPoolExecutor(2, initializer=start, initargs=(1,))"),
    ("multiprocessing.Pool(initializer=start)", "ProcessPoolExecutor(initializer=start)"),
    ("ThreadPool()", "ThreadPoolExecutor(os.cpu_count())"),
    ("ThreadPool(4)", "ThreadPoolExecutor(4)"),
]


@pytest.mark.parametrize(("old", "new"), _CREATIONS)
def test_creation_is_written_for_an_executor(old: str, new: str) -> None:
    assert f"with {new} as p:\n" in _convert(f"{_HEAD}p = {old}\np.map(f, xs)\np.close()\np.join()\n").text


# What is done with the result `r` of a task, and what it becomes.
_RESULTS = [
    ("r.wait()\nprint r.get()", "wait([r])\nprint(r.result())"),
    ("print r.ready(), r.get()", "print(r.done(), r.result())"),
    ("if r.successful(): print r.get()", "if r.exception() is None: print(r.result())"),
    ("print not r.successful() and r.get()", "print(not r.exception() is None and r.result())"),
]


@pytest.mark.parametrize(("old", "new"), _RESULTS)
def test_result_is_asked_as_a_future(old: str, new: str) -> None:
    text = _convert(_in_main(f"p = Pool(2)\nr = p.apply_async(f)\n{old}\np.close()\np.join()\n")).text
    assert indent(f"r = p.submit(f)\n{new}\n", "        ") in text


_LEFT = [
    ("p = Pool(2)\np.map(f, xs)\np.terminate()\n", "terminate() has no twin"),
    ("p = Pool(2)\nuse(p)\n", "handed on, out of sight"),
    ("p = Pool(2)\nprint p._state\n", "handed on, out of sight"),
    ("p = Pool(2, maxtasksperchild=1)\np.map(f, xs)\n", "maxtasksperchild has a twin"),
    ("p = Pool(2)\np.map_async(f, xs, callback=g)\np.close()\np.join()\n", "a callback gets the value"),
    ("p = Pool(2)\nuse(p.apply_async(f))\np.close()\np.join()\n", "a task's result is handed on"),
    ("p = Pool(2)\nr = p.map_async(f, xs)\nr.get()\nr.get()\np.close()\np.join()\n", "more than its list, once"),
    ("p = Pool(2)\nr = p.map_async(f, xs)\nr.wait()\np.close()\np.join()\n", "more than its list, once"),
    ("p = Pool(2)\nit = p.imap(f, xs)\nprint it.next(timeout=3)\np.close()\np.join()\n", ".next has no twin"),
    ("p = Pool(2)\np.apply_async(f)\n", "nothing waits for its tasks"),
    ("p = Pool(2)\np.map(f, xs)\nif x:\n    p.close()\nelse:\n    p.join()\n", "join() does not follow close()"),
    ("p = None\nif x:\n    p = Pool(2)\n    p.map(f, xs)\n", "p may hold other values"),
    ("Pool(2).map(f, xs)\n", "not simply bound to a name"),
    ("class A(object):\n    def __init__(self):\n        self.pool = Pool(2)\n", "kept on an object"),
    ("p = Pool(*args)\np.map(f, xs)\n", "its arguments are not plain"),
    ("p = Pool(2)\np.map(f, *more)\np.close()\np.join()\n", "the arguments of map() are not plain"),
    (
        "def g():\n    print multiprocessing.current_process().name\np = Pool(2)\np.map(g, xs)\n",
        "asks a worker for its name",
    ),
    ("p = Pool(2)\nrs = [p.apply_async(f)]\nuse(rs)\np.close()\np.join()\n", "handed on, out of sight"),
    (
        "p = Pool(2)\nrs = []\nrs.append(p.apply_async(f))\nrs.append(1)\np.close()\np.join()\n",
        "mixed with other values",
    ),
]


@pytest.mark.parametrize(("body", "reason"), _LEFT)
def test_pool_that_cannot_change_is_left_with_the_reason(body: str, reason: str) -> None:
    conversion = _convert(_HEAD + body)
    assert "PoolExecutor" not in conversion.text
    assert [reason in said for said in _reasons(conversion)] == [True]


def test_pool_that_other_files_import_is_left() -> None:
    conversion = _convert(f"{_HEAD}p = Pool(2)\np.map(f, xs)\n", user="from example import p\n")
    assert ["other files may use it" in said for said in _reasons(conversion)] == [True]


def test_timeout_is_the_builtin_error_since_311() -> None:
    source = (
        f"{_HEAD}p = Pool(2)\ntry:\n    p.apply_async(f).get(1)\nexcept multiprocessing.TimeoutError:\n    pass\n"
        "p.close()\np.join()\n"
    )
    assert "except TimeoutError:" in _convert(source).text
    old = _convert(source, python=(3, 9)).text
    assert "except concurrent.futures.TimeoutError:" in old and "import concurrent.futures\n" in old


def test_timeout_that_may_be_another_pools_keeps_every_pool() -> None:
    source = (
        f"{_HEAD}p = Pool(2)\ntry:\n    p.apply_async(f).get(1)\nexcept multiprocessing.TimeoutError:\n    pass\n"
        "p.close()\np.join()\nq = Pool(2)\nuse(q)\n"
    )
    conversion = _convert(source)
    assert "PoolExecutor" not in conversion.text
    assert len(_reasons(conversion)) == 2


def test_taken_names_are_told_apart() -> None:
    source = _in_main("p = Pool(2)\nvalue = p.map(f, xs)\np.close()\np.join()\n") + "ProcessPoolExecutor = list = 1\n"
    text = _convert(source).text
    assert "with concurrent.futures.ProcessPoolExecutor(2) as p:\n        value = [*p.map(f, xs)]\n" in text


def test_comments_and_strings_survive() -> None:
    body = (
        "def main():\n    # before\n    p = Pool(2) # made\n    # first\n    text = '''\n  kept\n'''\n"
        "    print p.map(f,  # the function\n            xs)\n    p.close() # closed\n    # then\n    p.join()\n    # after\n"
    )
    text = _convert(_HEAD + body).text
    for words in (
        "    # before\n    with",
        "as p: # made\n",
        "        # first\n",
        "'''\n  kept\n'''\n",
        "# closed",
        "# then",
    ):
        assert words in text
    assert text.endswith("    # after\n")


def test_findings_speak_of_original_lines() -> None:
    conversion = _convert(f"{_HEAD}p = Pool(2)\nfor x in xs:\n    p.apply_async(f, (x,))\np.close()\np.join()\n")
    assert [
        (finding.code, finding.line) for finding in conversion.findings if finding.code in ("FUT001", "HAZ002")
    ] == [
        ("FUT001", 4),
        ("HAZ002", 6),
    ]


def test_ends_that_share_a_line_go_alone() -> None:
    text = _convert(_in_main("p = Pool(2)\nprint p.map(f, xs)\np.close(); p.join()\n")).text
    assert "close" not in text and "join" not in text
    text = _convert(_in_main("p = Pool(2)\nprint p.map(f, xs)\np.close(); xs.sort(); p.join()\n")).text
    assert "xs.sort()\n" in text and "close" not in text


_LATE = "limit = 1\ntable = {}\ndef f(x): return x + limit + len(table)\ndef fill(): table[1] = 2\n"


@pytest.mark.parametrize(
    ("between", "named"),
    [
        ("global limit\nlimit = 5\n", "limit"),
        ("table['a'] = 1\n", "table"),
        ("table.update(a=1)\n", "table"),
        ("fill()\n", "table"),
        ("for _ in range(2):\n    fill()\n", "table"),
    ],
)
def test_pool_whose_tasks_read_what_is_set_behind_its_creation_stays(between: str, named: str) -> None:
    source = _in_main(f"p = Pool(2)\n{between}print p.map(f, xs)\np.close()\np.join()\n").replace(
        "def main", f"{_LATE}def main"
    )
    conversion = _convert(source)
    assert "p = Pool(2)" in conversion.text
    assert [reason.split(" is set behind its creation")[0] for reason in _reasons(conversion)] == [
        f"left as a Pool: {named}"
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("fill()\np = Pool(2)\nprint p.map(f, xs)\np.close()\np.join()\n", id="set before"),
        pytest.param("p = Pool(2)\nprint p.map(f, xs)\nfill()\np.close()\np.join()\n", id="set after the first task"),
        pytest.param("p = Pool(2)\ntable = {2: 3}\nprint p.map(f, xs)\np.close()\np.join()\n", id="a local variable"),
        pytest.param(
            "p = ThreadPool(2)\nfill()\nprint p.map(f, xs)\np.close()\np.join()\n", id="threads see it at once"
        ),
        pytest.param(
            "p = Pool(2)\nfill()\nprint p.map(abs, xs)\np.close()\np.join()\n", id="the task reads none of it"
        ),
    ],
)
def test_pool_whose_tasks_see_the_same_globals_is_an_executor(body: str) -> None:
    conversion = _convert(_in_main(body).replace("def main", f"{_LATE}def main"))
    assert "PoolExecutor(2)" in conversion.text
    assert not _reasons(conversion)
