"""`porter doctor`: what is there for `verify` and `record`, and how to get the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from porter.reporting.health import Health

_HEALTHY, _LACKING, _FAILED = 0, 1, 2


@click.command(short_help="Show the interpreters and legacy packages found, and get what is missing.")
@click.option("--install", is_flag=True, help="Download the packages that are missing into porter's cache.")
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="How to print the result."
)
@click.pass_context
def command(ctx: click.Context, /, install: bool, output: str) -> None:
    """Show which Pythons were found, which packages each has for the programs under test, and how to get what is missing.

    The packages (gevent 22.10.2, greenlet 2.0.2 and futures 3.4.0 for Python 2.7; gevent for Python 3) live in porter's own
    cache, pinned by hash for 2.7; `verify` and `record` also get them when a program needs them.

    \b
    Exit status
      0  nothing is missing
      1  something is missing: the output says how to get it
      2  an installation failed
    """
    import json

    from porter.reporting.health import as_json, print_health

    health = _examine(install)
    if output == "json":
        click.echo(json.dumps(as_json(health), indent=2))
    else:
        for line in print_health(health):
            click.echo(line)
    ctx.exit(_FAILED if health.failures else _LACKING if health.lacks_anything else _HEALTHY)


def _examine(install: bool) -> Health:
    from pathlib import Path

    from porter.config import load_config
    from porter.errors import PorterError
    from porter.interpreters import all_python2, all_python3, find_python2
    from porter.reporting.health import Health
    from porter.verification import packages

    chosen = find_python2(load_config((Path(),)).python2)
    python2 = tuple(dict.fromkeys([*([chosen] if chosen else []), *all_python2()]))
    # Programs for a Python that porter does not convert to are none of its business.
    python3 = tuple(found for found in all_python3() if found.minor >= (3, 11))
    failures: list[str] = []
    if install:
        for interpreter in (*python2[:1], *python3):
            try:
                packages.ensure(interpreter)
            except PorterError as error:
                failures.append(str(error))
    states = {found: packages.state(found) for found in (*python2, *python3)}
    return Health(python2, python3, states, tuple(failures))
