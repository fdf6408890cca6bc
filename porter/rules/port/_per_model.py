"""What is worked out once for a module, for all rules that ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from porter.analysis.model import ModuleModel

Answer = TypeVar("Answer")


def per_model(function: Callable[[ModuleModel], Answer]) -> Callable[[ModuleModel], Answer]:
    """The function, with its answer kept as long as the model lives; the answer must not hold the model."""
    known: WeakKeyDictionary[ModuleModel, Answer] = WeakKeyDictionary()

    @wraps(function)
    def asked(model: ModuleModel) -> Answer:
        try:
            return known[model]
        except KeyError:
            answer = known[model] = function(model)
            return answer

    return asked
