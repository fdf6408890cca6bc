"""`porter rules`."""

from __future__ import annotations

import click


@click.command(short_help="List the rules.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="How to print the list.")
def command(output: str) -> None:
    """List every rule: its code, its name, how sure it is, and what it does.

    `porter rule CODE` explains one.
    """
    import json
    import sys

    from porter.reporting.palette import Palette
    from porter.reporting.rule_pages import print_table, rule_as_json
    from porter.rules import catalogue

    if output == "json":
        click.echo(json.dumps([rule_as_json(rule) for rule in catalogue()], indent=2))
        return
    for line in print_table(catalogue(), Palette.of(sys.stdout)):
        click.echo(line, color=True)
