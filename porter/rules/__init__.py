"""The rules: what changes, and why. Folders are the phases; one file a rule; a new file is found by itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from porter.errors import UsageError
from porter.rewriting.rule import Rule

PHASES = ("port", "futures", "asyncio", "idioms", "hazards")


@cache
def catalogue() -> tuple[Rule, ...]:
    """Every rule, porter's own and those of installed plug-ins, by phase and code. Raises UsageError for a bad plug-in."""
    rules = [rule for phase in PHASES for rule in _in_phase(phase)]
    rules.extend(rule for point in entry_points(group="porter.rules") for rule in _of_plug_in(point))
    codes: dict[str, Rule] = {}
    for rule in rules:
        other = codes.setdefault(rule.code, rule)
        if other is not rule:
            raise UsageError(
                f"two rules have the code {rule.code}: {type(other).__module__} and {type(rule).__module__}"
            )
    return tuple(sorted(rules, key=lambda rule: (PHASES.index(rule.phase), rule.code)))


@cache
def of_phase(phase: str) -> tuple[Rule, ...]:
    """The rules of one phase, in the order of their codes."""
    return tuple(rule for rule in catalogue() if rule.phase == phase)


@cache
def owners() -> dict[str, Rule]:
    """The rule that completes each construct of the front end."""
    return {construct: rule for rule in catalogue() for construct in rule.owns}


def _in_phase(phase: str) -> Iterator[Rule]:
    package = importlib.import_module(f"porter.rules.{phase}")
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if module.name.startswith("_"):
            continue
        name = f"{package.__name__}.{module.name}"
        imported = importlib.import_module(name)
        for _, value in sorted(vars(imported).items()):
            if (
                inspect.isclass(value)
                and issubclass(value, Rule)
                and value.__module__ == name
                and "code" in vars(value)
            ):
                value.phase = phase
                yield value()


def _of_plug_in(point: EntryPoint) -> Iterator[Rule]:
    """An entry point names a rule class, or a module or package whose rule classes are taken."""
    try:
        loaded = point.load()
    except Exception as error:
        raise UsageError(f"the plug-in {point.name} ({point.value}) cannot be loaded: {error}") from error
    candidates = [loaded] if inspect.isclass(loaded) else [value for _, value in sorted(vars(loaded).items())]
    for value in candidates:
        if inspect.isclass(value) and issubclass(value, Rule) and value is not Rule and "code" in vars(value):
            if value.phase not in PHASES:
                raise UsageError(f"the rule {value.code} of plug-in {point.name} names no phase ({', '.join(PHASES)})")
            yield value()
