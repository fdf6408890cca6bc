"""The errors that porter shows to a user: one hierarchy, each with the place it speaks of and what to do next."""

from __future__ import annotations


class PorterError(Exception):
    """What went wrong, in words for the user; `porter` prints it without a traceback.

    `line` and `column` count from 1 and speak of the original file, never of lowered text.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        code: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, path, line, column, code, hint)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.code = code
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), *self.args)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        parts = [part for part in (place, self.code, self.message) if part]
        text = ": ".join(parts)
        return f"{text} ({self.hint})" if self.hint else text


def _rebuild(
    kind: type[PorterError],
    message: str,
    path: str | None,
    line: int | None,
    column: int | None,
    code: str | None,
    hint: str | None,
) -> PorterError:
    return kind(message, path=path, line=line, column=column, code=code, hint=hint)


class UsageError(PorterError):
    """The command line or the configuration asks for something that cannot be done."""


class SourceError(PorterError):
    """A file that cannot be read as Python: unreadable, undecodable, or a syntax error."""


class ConversionError(PorterError):
    """A file that was read, and whose conversion did not succeed; the file is left as it was."""


class VerificationError(PorterError):
    """A program that could not be run or judged."""
