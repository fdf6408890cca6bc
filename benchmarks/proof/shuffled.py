"""`porter convert` with its files in another order: `python -m benchmarks.proof.shuffled SEED ARGUMENTS...`."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from typing import Any

from porter.cli import main
from porter.conversion import converting
from porter.conversion.discovery import discover
from porter.conversion.files import Discovery


def shuffle_files(seed: int) -> None:
    """Let every conversion from now on take up the files that it finds in an order drawn by the seed."""

    def shuffled(*arguments: Any, **named: Any) -> Discovery:
        found = discover(*arguments, **named)
        python, context = list(found.python), list(found.context)
        random.Random(seed).shuffle(python)
        random.Random(seed).shuffle(context)
        return replace(found, python=tuple(python), context=tuple(context))

    vars(converting)["discover"] = shuffled


if __name__ == "__main__":
    shuffle_files(int(sys.argv.pop(1)))
    main()
