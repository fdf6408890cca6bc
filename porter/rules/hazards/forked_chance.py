"""A forked child draws other random numbers than its parent, even where the generator was seeded.

https://docs.python.org/3/library/os.html#os.register_at_fork
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from porter.analysis.model import ModuleModel
from porter.rewriting.rule import Advice, Match, Rule, Untouched
from porter.rules.hazards._calls import calls

_FORKS = ("os.fork", "os.forkpty", "pty.fork")


class ForkedChance(Rule):
    code = "HAZ010"
    name = "forked-chance"
    summary = "a seed does not outlive os.fork() in the child"
    why = (
        "Since Python 3.7 the random module seeds its generator anew in a forked child. In Python 2 a child went on with the "
        "parent's: with random.seed(1) before os.fork(), both drew the same numbers, in every run. Seed it in the child, or "
        "use a random.Random(1) of your own, which fork leaves alone. (multiprocessing seeded its children in Python 2, too.)"
    )
    source = "https://docs.python.org/3/library/os.html#os.register_at_fork"
    risk = None
    triggers = frozenset({"fork", "forkpty"})
    also = frozenset({"seed"})
    visits = (ast.Module,)
    examples = (
        Untouched(
            "import os, random\ndraw = random.Random(1)\nif os.fork() == 0:\n    print `draw.random()`\n",
            because="a generator of its own",
        ),
        Untouched("import os, random\nif os.fork() == 0:\n    print `random.random()`\n", because="nothing is seeded"),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        if not any(True for _ in calls(model, *_FORKS)):
            return
        for seeded in calls(model, "random.seed"):
            if seeded.args:
                yield Advice(seeded, "a forked child does not draw by this seed since Python 3.7: seed it in the child")
