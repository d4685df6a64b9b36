"""Courts above and below at one look: which court carries what is seen of the court above, and which categories of cases
carry what is seen of a court. Nothing is ranked: courts stand in the official order, categories in that of the books."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from plumbline.warning import discovery
from plumbline.warning.verdicts import Verdict

Whole = Callable[[Verdict, Sequence[str]], Sequence[str]]


def family_of(courts: Sequence[str], parent: Callable[[str], str | None]) -> dict[str, str]:
    """By court, the court its family is named by: itself where courts of the look stand under it, else the court above."""
    above = {court: parent(court) for court in courts}
    heads = set(above.values())
    return {court: court if court in heads else above[court] or court for court in courts}


def related(verdicts: Sequence[Verdict], parent: Callable[[str], str | None], whole: Whole) -> list[Verdict]:
    """The verdicts of one look, in the official order of courts. Of what is beyond, the document says the court above where
    that is beyond for the same figure and side (`within`, else null), and the courts below that are (`carried_by`).
    `whole`: of a verdict and the courts that would be named, those whose data can be judged.
    """
    beyond = {(one.court, one.object, one.side): one for one in verdicts if one.beyond}
    below: dict[tuple[str, str, str], list[str]] = {}
    for court, thing, side in beyond:
        above = parent(court)
        if above is not None and (above, thing, side) in beyond:
            below.setdefault((above, thing, side), []).append(court)
    found = []
    for one in verdicts:
        if not one.beyond:
            found.append(one)
            continue
        above, carried = parent(one.court), below.get((one.court, one.object, one.side), [])
        named = [above] if above is not None and (above, one.object, one.side) in beyond else []
        kin = set(whole(one, [*named, *carried]))
        document: dict[str, Any] = {
            **one.document,
            "within": {"court": above, "object": one.object} if kin.intersection(named) else None,
            "carried_by": [{"court": court, "object": one.object} for court in carried if court in kin],
        }
        found.append(replace(one, document=document))
    return found


def carried(parts: Sequence[Verdict], side: str, rate: float) -> list[dict[str, Any]]:
    """Of a court's categories (the `court` of each part), judged as the court was, those found at the rate that is left
    below it and on its side, each with figure, expectation and q."""
    scores = np.array([np.nan if one.score is None else min(2 * one.score, 1.0) for one in parts])
    q = discovery.adjusted(scores)
    return [
        {
            "category": one.court,
            "value": one.document["value"],
            "expected": one.document["expected"],
            "q": float(value),
        }
        for one, value in zip(parts, q, strict=True)
        if np.isfinite(value) and value <= rate and one.side == side
    ]


def told(court: str, courts: Sequence[str], document: Mapping[str, Any]) -> tuple[str, ...]:
    """Who is told of a deviation: where the court above has its own card of the same, the court itself alone."""
    within = document.get("within")
    if not within:
        return tuple(courts)
    return tuple(one for one in courts if one != within["court"]) or (court,)


def seen(document: Mapping[str, Any], visible: Callable[[tuple[str, ...]], Sequence[str]]) -> dict[str, Any]:
    """A document as a reader sees it: that the court above left its line too is said to who sees that court alone."""
    within = document.get("within")
    return {**document, "within": None} if within and not visible((within["court"],)) else dict(document)
