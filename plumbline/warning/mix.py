"""Why a ratio differs between two periods or two groups of courts: the groups' own ratios, the mix of groups,
and both at once; exact fractions that add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from plumbline import errors

METHOD = "case-mix/1"
Counted = tuple[int, int]  # numerator, denominator


@dataclass(frozen=True, slots=True)
class Part:
    """One group's parts of the difference, in the unit of the ratio."""

    within: Fraction
    mix: Fraction
    both: Fraction

    @property
    def whole(self) -> Fraction:
        return self.within + self.mix + self.both


@dataclass(frozen=True, slots=True)
class Decomposition:
    """`difference` = `within` + `mix` + `both`, exactly; the same by group."""

    difference: Fraction
    within: Fraction
    mix: Fraction
    both: Fraction
    groups: Mapping[str, Part]


def decompose(before: Mapping[str, Counted], after: Mapping[str, Counted]) -> Decomposition:
    """Of (numerator, denominator) by group, such as cause or procedure. With w a group's share of the
    denominator, r its ratio and R the whole ratio before (Kitagawa 1955, in three parts):

    within = w0 (r1 - r0);  mix = (w1 - w0) (r0 - R0);  both = (w1 - w0) (r1 - r0).

    A group without cases in one period has no ratio there; it takes the other's, so that all of it is mix. Raises
    BadInput where a whole period has no denominator, or a group has a numerator without one."""
    totals = [_total(before, "first"), _total(after, "second")]
    whole_before = Fraction(totals[0][0], totals[0][1])
    difference = Fraction(totals[1][0], totals[1][1]) - whole_before
    parts: dict[str, Part] = {}
    for group in sorted({*before, *after}):
        (y0, n0), (y1, n1) = before.get(group, (0, 0)), after.get(group, (0, 0))
        if not n0 and not n1:
            continue
        share = [Fraction(n0, totals[0][1]), Fraction(n1, totals[1][1])]
        ratio = [Fraction(y0, n0) if n0 else Fraction(y1, n1), Fraction(y1, n1) if n1 else Fraction(y0, n0)]
        moved, changed = share[1] - share[0], ratio[1] - ratio[0]
        parts[group] = Part(share[0] * changed, moved * (ratio[0] - whole_before), moved * changed)
    zero = Fraction(0)
    return Decomposition(
        difference,
        sum((part.within for part in parts.values()), zero),
        sum((part.mix for part in parts.values()), zero),
        sum((part.both for part in parts.values()), zero),
        parts,
    )


def _total(groups: Mapping[str, Counted], which: str) -> Counted:
    for group, (y, n) in groups.items():
        if n < 0 or (n == 0 and y != 0):
            raise errors.BadInput(
                f"group {group} of the {which} period counts {y} of {n}; give a denominator that holds it"
            )
    total = sum(y for y, _ in groups.values()), sum(n for _, n in groups.values())
    if total[1] == 0:
        raise errors.BadInput(f"the {which} period has no cases, so it has no ratio; choose a longer period")
    return total
