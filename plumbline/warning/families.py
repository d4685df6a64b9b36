"""Many courts and figures at one look: which departures stay beyond when the share of false ones is bounded, and which
cannot be judged because the data are not whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from plumbline.catalog.definitions import Text
from plumbline.warning import hierarchy
from plumbline.warning.telling import CAUSES, tell
from plumbline.warning.verdicts import UNKNOWN, WITHIN, Verdict

COVERED: Final = 0.98
"""Below this coverage a figure says so instead of alarming."""


def bounded(
    verdicts: Sequence[Verdict], rate: float, family_of: Mapping[str, str] | None = None
) -> list[Verdict]:
    """The verdicts of one look with the false discovery rate held over all that have a score, parents before children: a
    court's figure is beyond only where its family and the court are found (warning/hierarchy.py). `family_of`: by court,
    the court its family is named by; without one it is its own. Each keeps its q, the least rate at which it is found.
    """
    if not verdicts:
        return []
    scores = np.array([np.nan if one.score is None else min(2 * one.score, 1.0) for one in verdicts])
    tree = hierarchy.hung([one.court for one in verdicts], family_of or {})
    q = hierarchy.rates(scores, tree)
    below = hierarchy.asked_below(q, tree, rate)
    found = []
    for place, one in enumerate(verdicts):
        value = q.tests[place]
        if not np.isfinite(value):
            found.append(one)
            continue
        level = one.level if value <= rate or not one.beyond else WITHIN
        document: dict[str, Any] = {
            **one.document,
            "q": float(value),
            "family": (family_of or {}).get(one.court, one.court),
        }
        if one.beyond and level != WITHIN:
            document["rate_below"] = float(below[place])
        found.append(replace(one, level=level, document=document))
    return found


@dataclass(frozen=True, slots=True)
class Data:
    """How whole a court's data are in a period: coverage 0 to 1 (None: nobody has said), and the feeds of the court that
    are off now.
    """

    coverage: float | None
    feeds_off: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.feeds_off and (self.coverage is None or self.coverage >= COVERED)

    @property
    def words(self) -> Text:
        """The state of the data, said."""
        if self.feeds_off:
            return Text(
                f"来源 {'、'.join(self.feeds_off)} 数据异常", f"the feed {', '.join(self.feeds_off)} is off"
            )
        if self.coverage is None:
            return Text("来源未申报，覆盖率未知", "not declared by its source, coverage unknown")
        share = f"{100 * self.coverage:.2f} %"
        return Text(f"覆盖率 {share}", f"coverage {share}")


def finished(
    verdicts: Sequence[Verdict],
    data: Callable[[str, str], Data],
    names: Mapping[str, Text],
    causes: Callable[[Verdict], Sequence[str]],
) -> list[Verdict]:
    """The verdicts with court, data state, possible causes and text. What is beyond over data that are not whole is not
    judged: the feed's own watch tells of that. `data` by court and period; `causes` are those found, gravest first.
    """
    found = []
    for one in verdicts:
        state = data(one.court, one.period)
        feed = one.document.get("kind") == "feed"
        level = one.level
        if one.beyond and not feed and not state.whole:
            level = UNKNOWN
        listed = ["coverage"] if feed else [*causes(one)] if one.beyond else []
        document: dict[str, Any] = {
            **one.document,
            "court": one.court,
            "court_name": _words(names.get(one.court, Text(one.court, one.court))),
            "data_state": _words(state.words),
            "coverage_of_period": state.coverage,
            "causes": [name for name in listed if name in CAUSES],
            "level": level,
        }
        if level == UNKNOWN and one.beyond:
            document["reason"] = "coverage"
        if one.beyond:
            text = tell(str(document["kind"]), document)
            document["text"] = {"zh": text.zh, "en": text.en}
        else:
            document["text"] = _words(_inside(document))
        cause = listed[0] if listed else one.cause
        found.append(replace(one, level=level, cause=cause, document=document))
    return found


def _inside(document: Mapping[str, Any]) -> Text:
    court, title = document["court_name"], document["title"]
    zh = f"{court['zh']}：{title['zh']}。已在区间内。"
    return Text(zh, f"{court['en']}: {title['en']}. Inside its line again.")


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
