"""Adjustments (单独评分): a court applies for one item, two offices verify, the party group decides (seed 002, annex 1, 其他)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from plumbline import errors, proceedings
from plumbline.catalog import rulebook_tree as tree
from plumbline.catalog.ratios import Ratio
from plumbline.catalog.rulebook_tree import Item
from plumbline.proceedings import Act

OFFICES = ("management_office", "enforcement_command")
"""审判管理办公室 and 执行指挥中心: each verifies once."""
FINDINGS = ("confirmed", "not_confirmed")
VERDICTS = ("approved", "refused")
STATES = ("none", "applied", "verified", "doubted", "approved", "refused", "withdrawn")
OPEN = ("applied", "verified", "doubted")

_NEXT = {
    "applied": "Both offices verify it first, one each.",
    "verified": "The party group decides it.",
    "doubted": "An office could not confirm it: the party group can only refuse it.",
    "approved": "It is decided; apply anew if the figure has changed.",
    "refused": "It is decided; apply anew on another ground.",
    "withdrawn": "Apply anew.",
    "none": "Apply first.",
}


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An item scored separately: the points decided, or the figure they follow from; which matter, and on what paper."""

    matter: str
    document: str
    ground: str
    decided_by: str
    decided_at: datetime | None
    points: Fraction | None = None
    figure: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an application stands: who applied, what each office found, and the decision."""

    state: str = "none"
    applicant: str = ""
    checks: Mapping[str, Act] = field(default_factory=dict)
    decision: Act | None = None
    done: tuple[Act, ...] = ()

    def after(self, act: Act) -> Standing:
        """The standing after an act; errors.Conflict or errors.NotAllowed where it does not follow."""
        match act.name:
            case "apply" if self.state == "none":
                after = replace(self, state="applied", applicant=act.who)
            case "verify" if self.state == "applied":
                after = self._verified(act)
            case "decide" if self.state in ("verified", "doubted"):
                after = self._decided(act)
            case "withdraw" if self.state in OPEN:
                if act.who != self.applicant:
                    raise errors.NotAllowed(
                        "Only who applied withdraws an application", next="Let the party group refuse it."
                    )
                after = replace(self, state="withdrawn")
            case _:
                raise proceedings.refused(
                    f"The application cannot take “{act.name}” now", self.state, _NEXT[self.state]
                )
        return replace(after, done=(*self.done, act))

    def repeats(self, act: Act) -> bool:
        """Whether the act says again what its doer has done already."""
        return proceedings.repeated(self.done, act)

    def _verified(self, act: Act) -> Standing:
        office = act.detail["office"]
        proceedings.not_own(act, self.applicant, *(check.who for check in self.checks.values()))
        if office in self.checks:
            raise errors.Conflict(
                f"The {office} has verified already", next="GET the application to see what it found."
            )
        checks = {**self.checks, office: act}
        state = "applied"
        if len(checks) == len(OFFICES):
            sure = all(check.detail["finding"] == "confirmed" for check in checks.values())
            state = "verified" if sure else "doubted"
        return replace(self, state=state, checks=checks)

    def _decided(self, act: Act) -> Standing:
        proceedings.not_own(act, self.applicant, *(check.who for check in self.checks.values()))
        if act.detail["verdict"] == "approved" and self.state == "doubted":
            raise proceedings.refused("The application cannot be approved", self.state, _NEXT["doubted"])
        return replace(self, state=act.detail["verdict"], decision=act)


def standing(acts: Iterable[Act]) -> Standing:
    """What acts fold to."""
    found = Standing()
    for act in acts:
        found = found.after(act)
    return found


def takes(item: Item) -> tuple[str, ...]:
    """What may be decided for an item: points, figure, or nothing where it is made of other scores or of a vote."""
    if isinstance(item.rule, tree.PanelMean | tree.ShareOfBooks | tree.SubordinatesMean):
        return ()
    return ("points",) if isinstance(item.rule, tree.WeightedSum | tree.MeetsAll) else ("points", "figure")


def item_of(items: Iterable[Item], level: str, name: str) -> Item | None:
    """The item or sub-item of a book that scores a court of this level."""
    return next(
        (one for one in tree.every_item(tuple(items)) if one.id == name and level in one.points), None
    )


def checked(item: Item, level: str, detail: Mapping[str, Any]) -> None:
    """errors.BadInput unless an approval says what its item can take: points within the item's, or a figure."""
    given = [name for name in ("points", "figure") if detail.get(name) is not None]
    if detail["verdict"] == "refused":
        if given:
            raise errors.BadInput("A refusal gives neither points nor figure", next="Leave them out.")
        return
    if len(given) != 1 or given[0] not in takes(item):
        said = " or ".join(takes(item))
        raise errors.BadInput(f"An approval for {item.id} gives {said}", next="Give exactly one.")
    if given == ["points"] and not 0 <= Fraction(detail["points"]) <= item.points[level]:
        raise errors.BadInput(
            f"{detail['points']} points are not within the item's", next=f"Give 0 to {item.points[level]}."
        )


def adjusted(matter: str, found: Standing) -> Adjusted | None:
    """What scoring must know of an application; None unless it is approved."""
    act = found.decision
    if act is None or found.state != "approved":
        return None
    points, figure = act.detail.get("points"), act.detail.get("figure")
    return Adjusted(
        matter=matter,
        document=act.detail["document"],
        ground=act.detail["ground"],
        decided_by=act.who,
        decided_at=act.at,
        points=None if points is None else Fraction(points),
        figure=None if figure is None else Ratio(figure["numerator"], figure["denominator"]),
    )
