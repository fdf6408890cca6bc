"""`porter rule`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from porter.rewriting.rule import Rule


@click.command(short_help="Explain rules: why, how sure, with examples.")
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="How to print the pages.")
def command(codes: tuple[str, ...], output: str) -> None:
    """Explain rules by their codes, their names, or prefixes of their codes: why they change what, how sure they are, and
    examples of what they change and what they leave alone.
    """
    import json
    import sys

    from porter.reporting.palette import Palette
    from porter.reporting.rule_pages import print_page, rule_as_json

    rules = _named(codes)
    if output == "json":
        click.echo(json.dumps([rule_as_json(rule) for rule in rules], indent=2))
        return
    for number, rule in enumerate(rules):
        if number:
            click.echo()
        for line in print_page(rule, Palette.of(sys.stdout)):
            click.echo(line, color=True)


def _named(words: tuple[str, ...]) -> list[Rule]:
    """The rules that the words name, each once, in the catalogue's order. Raises UsageError for a word that names none."""
    from porter.config import nearest
    from porter.errors import UsageError
    from porter.rules import catalogue

    wanted: set[str] = set()
    for word in words:
        found = {rule.code for rule in catalogue() if rule.code.startswith(word.upper()) or rule.name == word.lower()}
        if not found:
            known = {rule.code for rule in catalogue()} | {rule.name for rule in catalogue()}
            near = nearest(word, known, "rule") if len(known) < 30 else nearest(word, known, "rule").partition(": ")[0]
            raise UsageError(
                f"no rule is called {word}", hint=near if "did you mean" in near else "`porter rules` lists them"
            )
        wanted |= found
    return [rule for rule in catalogue() if rule.code in wanted]
