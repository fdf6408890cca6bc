"""The command line. Each command is a module of this package, imported when it is used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from porter import __version__
from porter.errors import PorterError

# Command → its module, and what `porter --help` says of it without importing that.
COMMANDS: dict[str, tuple[str, str]] = {
    "convert": ("porter.cli.convert", "Convert Python 2 files and folders to Python 3."),
    "doctor": ("porter.cli.doctor", "Show the interpreters and legacy packages found, and get what is missing."),
    "record": ("porter.cli.record", "Record what programs do under Python 2.7."),
    "rule": ("porter.cli.rule", "Explain rules: why, how sure, with examples."),
    "rules": ("porter.cli.rules", "List the rules."),
    "verify": ("porter.cli.verify", "Run old and new programs and compare what they do."),
}

FAILED = 2
INTERRUPTED = 130


class Failure(click.ClickException):
    """A PorterError on its way out: one line, no traceback."""

    exit_code = FAILED

    def __init__(self, error: PorterError) -> None:
        super().__init__(str(error))


class LazyGroup(click.Group):
    """Knows its commands by name, and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except PorterError as error:
            raise Failure(error) from error
        except KeyboardInterrupt:
            click.echo("Interrupted: every file is whole, either as it was or converted.", err=True)
            ctx.exit(INTERRUPTED)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="porter")
def cli() -> None:
    """Bring Python 2 programs to Python 3, and prove that they still behave the same.

    Exit status: 0 done; 1 `convert --check` or `verify` found something; 2 something failed, or the usage is wrong.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """The program `porter`."""
    for stream in (sys.stdout, sys.stderr):
        # File names and sources may hold what the terminal's encoding cannot show; that must never be an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    cli.main(args=None if arguments is None else list(arguments), prog_name="porter")
