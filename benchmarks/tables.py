"""Tables in Markdown, which a terminal shows as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns padded to their widest cell; numbers and what ends in a unit stand right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    right = [
        bool(cells) and all(row[at][:1].isdigit() or row[at] in ("", "–") for row in cells) for at in range(len(head))
    ]

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if end else cell.ljust(width) for cell, width, end in zip(row, widths, right, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = "|".join(f"{'-' * (width + 1)}{':' if end else '-'}" for width, end in zip(widths, right, strict=True))
    return "\n".join([line(list(head)), f"|{rule}|", *map(line, cells)])


def mebibytes(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"


def thousands(number: float) -> str:
    return f"{number:,.0f}"
