"""What a comparison comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from porter.verification.explanations import Explanation


class Judgement(Enum):
    """In the order of how much is wrong."""

    EQUIVALENT = "equivalent"
    EXPLAINED = "equivalent with explained differences"
    INCONCLUSIVE = "inconclusive"
    DIFFERENT = "different"

    @property
    def exit_status(self) -> int:
        return {Judgement.DIFFERENT: 1, Judgement.INCONCLUSIVE: 2}.get(self, 0)

    @property
    def is_good(self) -> bool:
        return self.exit_status == 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the new program did otherwise. `explanations` is empty where nothing accounts for it.

    `kind`: output, order, missing, extra, ending. `legacy` and `modern` are what each side shows at the place.
    """

    kind: str
    activity: str
    message: str
    legacy: str = ""
    modern: str = ""
    explanations: tuple[Explanation, ...] = ()

    @property
    def is_explained(self) -> bool:
        return bool(self.explanations)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` say why nothing could be judged; `notes` what a reader should know of how it was."""

    judgement: Judgement
    differences: tuple[Difference, ...] = ()
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        found = [explanation for difference in self.differences for explanation in difference.explanations]
        return tuple(dict.fromkeys(found))

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if not difference.is_explained)


def judge(differences: tuple[Difference, ...], reasons: tuple[str, ...]) -> Judgement:
    """Never better than the evidence: a doubt outweighs equality."""
    if reasons:
        return Judgement.INCONCLUSIVE
    if any(not difference.is_explained for difference in differences):
        return Judgement.DIFFERENT
    return Judgement.EXPLAINED if differences else Judgement.EQUIVALENT
