"""The plan of one module: every recogniser reads it, waiting is followed to the entry, and all of it is made or nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Import, Match
from porter.rules.asyncio._colouring.blocking import check_blocking, check_modules, reached, read_blocking
from porter.rules.asyncio._colouring.colours import colour
from porter.rules.asyncio._colouring.draft import Draft
from porter.rules.asyncio._colouring.entry import Entry
from porter.rules.asyncio._colouring.errors import read_errors
from porter.rules.asyncio._colouring.failing import Failing
from porter.rules.asyncio._colouring.functions import Functions
from porter.rules.asyncio._colouring.groups import group_tasks
from porter.rules.asyncio._colouring.handles import Handles
from porter.rules.asyncio._colouring.judging import judge_threads
from porter.rules.asyncio._colouring.leaving import read_leaving
from porter.rules.asyncio._colouring.leftovers import imported_names, read_leftovers
from porter.rules.asyncio._colouring.objects import Objects
from porter.rules.asyncio._colouring.pools import read_pools
from porter.rules.asyncio._colouring.tables import THREADS, Vocabulary
from porter.rules.asyncio._colouring.tasks import Tasks
from porter.rules.asyncio._colouring.thread_classes import GREENLET_CLASS, THREAD_CLASS
from porter.rules.asyncio._colouring.threads import Threads

_MOST_ADVICE = 5


def plan_greenlets(model: ModuleModel, vocabulary: Vocabulary) -> Iterator[Match | Advice]:
    """The matches that make coroutines of a module's greenlets, or the advice that says why they stay greenlets."""
    draft, handles = Draft(model), Handles(model)
    functions = Functions(model, handles)
    if _is_patched(model, vocabulary):
        vocabulary = _with_standard_library(vocabulary)
    made = Threads(draft, handles, functions, GREENLET_CLASS)
    made.read()
    tasks = Tasks(draft, handles, functions, vocabulary, made)
    tasks.read()
    read_pools(draft, handles, functions, vocabulary.pools)
    Objects(draft, handles, functions, vocabulary.twins).read()
    read_errors(draft, vocabulary.errors)
    failing = Failing(draft, handles, functions, vocabulary.twins)
    group_tasks(draft, failing, [*made.makings, *tasks.makings], tasks.joins)
    yield from _finished(draft, functions, vocabulary, None)


def plan_threads(model: ModuleModel) -> Iterator[Match | Advice]:
    """The same for a module whose threads wait more than they work."""
    draft, handles = Draft(model), Handles(model)
    functions = Functions(model, handles)
    threads = Threads(draft, handles, functions, THREAD_CLASS)
    threads.read()
    if not threads.made and not draft.obstacles:
        return
    Tasks(draft, handles, functions, THREADS, threads).read()
    Objects(draft, handles, functions, THREADS.twins).read()
    read_errors(draft, THREADS.errors)
    failing = Failing(draft, handles, functions, THREADS.twins)
    group_tasks(draft, failing, threads.makings, threads.joins)
    threads.judge_finals(failing)
    yield from _finished(draft, functions, THREADS, threads)


def _is_patched(model: ModuleModel, vocabulary: Vocabulary) -> bool:
    calls = model.nodes.get(ast.Call, ())
    return any(isinstance(node, ast.Call) and model.resolve(node.func) in vocabulary.patches for node in calls)


def _with_standard_library(vocabulary: Vocabulary) -> Vocabulary:
    """Under monkey patching the standard library's own waiting is the greenlets'."""
    return replace(
        vocabulary,
        twins=vocabulary.twins | THREADS.twins,
        sleeps=vocabulary.sleeps | THREADS.sleeps,
        errors=vocabulary.errors | THREADS.errors,
    )


def _finished(
    draft: Draft, functions: Functions, vocabulary: Vocabulary, threads: Threads | None
) -> Iterator[Match | Advice]:
    others = draft.model.tree.imported_by
    if others and (draft.edits or draft.obstacles):
        draft.obstacle(_first(draft.model), f"{', '.join(others[:3])} would have to await what this file defines")
    read_blocking(draft, functions)
    colours = colour(draft, functions)
    check_blocking(draft, colours)
    read_leaving(draft, colours, reached(draft, functions), threads=threads is not None)
    if threads is not None:
        check_modules(draft)
        judge_threads(draft, functions, colours, threads)
    read_leftovers(draft, vocabulary.modules)
    draft.remove_whole_lines()
    if draft.edits and not draft.obstacles:
        finals = threads.finals if threads is not None else []
        Entry(draft, functions, colours, finals, may_group=threads is not None and threads.finals_may_group).write()
    if draft.obstacles:
        yield from _advice(draft, vocabulary)
    elif draft.edits:
        yield from _matches(draft, vocabulary)


def _first(model: ModuleModel) -> ast.AST:
    return model.module.body[0] if model.module.body else model.module


def _advice(draft: Draft, vocabulary: Vocabulary) -> Iterator[Advice]:
    seen: set[tuple[str, int]] = set()
    for item in sorted(draft.obstacles, key=lambda item: getattr(item.node, "lineno", 0)):
        key = item.message, getattr(item.node, "lineno", 0)
        if key not in seen and len(seen) < _MOST_ADVICE:
            seen.add(key)
            yield replace(item, message=f"left on {vocabulary.name}: {item.message}")


def _matches(draft: Draft, vocabulary: Vocabulary) -> Iterator[Match]:
    modules = vocabulary.modules | THREADS.modules | {"time"}
    drops = imported_names(draft, modules)
    for edit in draft.edits:
        yield Match(
            edit.node,
            Risk.SUGGESTED,
            edit.message,
            slot=edit.slot,
            until=edit.until,
            data=edit.rewrite,
            group=vocabulary.name,
            needs=(Import("asyncio"),),
            drops=drops,
            silent=not edit.message,
        )
