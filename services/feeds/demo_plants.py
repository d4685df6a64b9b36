"""What is planted in 示例州's last year, to be found: one departure and more for each kind of watch, as data. Nothing else
of the demonstration is touched: a plant draws from a chance of its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from services.feeds import demo_acts as acts
from services.feeds import demo_places as places
from services.feeds import seasons
from services.feeds.demo_acts import Family
from services.feeds.demo_histories import Teller
from services.feeds.histories import Event, Scribe

MORE_BLOCK: Final = 15_000
"""Numbers of cases that a plant adds begin here, within the block of their year."""
RETURNS_AFTER: Final = 10
"""Days after which what was held back by a feed comes after all."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One departure: what is done (`act`) to a share of a court's cases from `begins` to `ends`, both inside, months and
    days of the last year (`back` years before it); `days` and `most` (cases) where the act takes them. `kind` is the kind
    of watch it is for; `seen_by` the watches and figures that may tell it; `large`: big enough to be found.
    """

    id: str
    kind: str
    act: str
    court: str
    begins: tuple[int, int]
    ends: tuple[int, int]
    share: float
    seed: int
    seen_by: tuple[tuple[str, str], ...]
    zh: str
    en: str
    large: bool = True
    days: int = 0
    most: int = 0
    back: int = 0

    def span(self, watched: int) -> tuple[date, date]:
        """Its first and last day."""
        year = watched - self.back
        return date(year, *self.begins), date(year, *self.ends)


TOLD_BEFORE: Final = (
    Plant("slow", "history", "told", places.SLOW_COURT, (3, 1), (12, 31), 1.0, 0,
          (("quality_history", "mean_trial_days"), ("line_now", "mean_trial_days"), ("line_now", "closed_within_limit"),
           ("line_ahead", "mean_trial_days"), ("line_ahead", "closed_within_limit"), ("line_now", "clearance"),
           ("workload_history", "pending"), ("quality_peers", "closed_within_limit"),
           ("quality_history", "closed_within_limit"), ("quality_drift", "closed_within_limit")),
          "三月起审理天数为平时的 1.7 倍", "from March cases take 1.7 times as long"),
    Plant("altered", "peers", "told", places.ALTERED_COURT, (1, 1), (12, 31), 0.3, 0,
          (("quality_peers", "altered_or_remanded_rate"), ("line_now", "altered_or_remanded_rate"),
           ("line_ahead", "altered_or_remanded_rate"), ("fagaizhi_ahead", "fagaizhi_total"),
           ("fagaizhi_burn", "fagaizhi_total")),
          "上诉案件被改判约为平时的两倍", "about twice as many of its judgments appealed are altered"),
    Plant("short", "feed", "told", "示2405", (1, 1), (12, 31), 1.0, 0, (("feeds", ""),),
          "每十七日有一日多报三件立案", "every 17th day it declares three filings more than it sent"),
)  # fmt: skip
"""Planted by the histories themselves."""

PLANTS: Final = (
    Plant("target", "target", "slow", "示2407", (4, 1), (12, 31), 0.5, 701,
          (("line_now", "closed_within_limit"), ("line_ahead", "closed_within_limit"),
           ("quality_peers", "closed_within_limit"), ("quality_history", "closed_within_limit"),
           ("quality_drift", "closed_within_limit"), ("quality_history", "mean_trial_days"),
           ("line_now", "mean_trial_days"), ("line_ahead", "mean_trial_days")),
          "四月起立案的半数案件晚结 120 日，无扣除、延长",
          "half of the cases filed from April close 120 days later, no pause or extension",
          days=120),
    Plant("filings", "history", "more", "示2403", (5, 1), (6, 30), 1.0, 702,
          (("workload_weeks", "filed"), ("workload_history", "filed"), ("quality_history", "clearance"),
           ("line_now", "clearance"), ("workload_history", "pending")),
          "五、六月收案加倍", "filings double in May and June"),
    Plant("closings", "history", "postpone", "示2406", (3, 16), (5, 15), 0.9, 703,
          (("workload_weeks", "closed"), ("workload_history", "closed"), ("quality_history", "clearance"),
           ("workload_history", "pending")),
          "三月中至五月中多数结案推迟 70 日", "most closings of two months come 70 days later", large=False, days=70),
    Plant("drift", "drift", "adjudged", "示2401", (2, 1), (12, 31), 2.0, 704,
          (("quality_drift", "mediation_rate"), ("quality_history", "mediation_rate"), ("quality_peers", "mediation_rate")),
          "二月起调解结案逐月减少，七月以后几乎没有",
          "closings by mediation become fewer month by month, nearly none after July"),
    Plant("drift_small", "drift", "adjudged", "示2408", (2, 1), (12, 31), 0.4, 705,
          (("quality_drift", "mediation_rate"), ("quality_history", "mediation_rate"), ("quality_peers", "mediation_rate")),
          "同上，小法院，年底减少四成", "the same at a small court, four in ten fewer in December", large=False),
    Plant("peers", "peers", "withdrawn", "示2402", (6, 1), (12, 31), 0.75, 706,
          (("quality_peers", "withdrawal_rate"), ("quality_history", "withdrawal_rate"),
           ("quality_drift", "withdrawal_rate"), ("quality_peers", "mediation_rate")),
          "六月起四分之三的判决、调解改为撤诉", "from June three in four civil judgments and mediations become withdrawals"),
    Plant("ceiling", "burn", "altered", "示2401", (4, 1), (12, 31), 0.4, 707,
          (("fagaizhi_burn", "fagaizhi_total"), ("fagaizhi_ahead", "fagaizhi_total"),
           ("line_ahead", "altered_or_remanded_rate"), ("line_now", "altered_or_remanded_rate"),
           ("quality_peers", "altered_or_remanded_rate")),
          "四月起维持的上诉案件四成改为改判", "from April four in ten judgments that would be upheld are altered"),
    Plant("rush", "balance", "rush", "示2402", (12, 22), (12, 31), 0.9, 708, (("closing_balance", "closed"),),
          "上年末十日突击结案", "a rush of closings in the last ten days of the year before", back=1),
    Plant("held_back", "balance", "held_back", "示2402", (12, 1), (12, 31), 0.85, 709, (("closing_balance", "closed"),),
          "上年十二月收案推至一月", "filings of the December before come in January", back=1, days=31),
    Plant("limits", "clock", "never_closed", "示2405", (3, 1), (5, 31), 1.0, 710, (("case_limits", ""),),
          "六件案件一直未结", "six cases are never closed", most=6),
    Plant("nodes", "node", "nodes", "示2401", (9, 1), (10, 31), 0.9, 711,
          (("trial_nodes", "judgment_service"), ("trial_nodes", "archive")),
          "九、十月判决送达晚、缺，或先归档后送达", "judgments of September and October served late, never, or after archiving"),
    Plant("loss", "feed", "withheld", "示2403", (9, 14), (9, 17), 0.8, 712, (("feeds", ""),),
          "四日数据缺八成，十日后补回", "four days lose eight in ten events, which come ten days later"),
    Plant("undone", "pattern", "reopened", "示2406", (9, 1), (10, 31), 0.9, 713, (("patterns", "reopened_within_month"),),
          "九、十月多数结案在三十日内恢复审理", "most closings of September and October are undone within 30 days"),
    Plant("undone_small", "pattern", "reopened", "示2405", (9, 1), (10, 31), 0.35, 714, (("patterns", "reopened_within_month"),),
          "同上，少数几件", "the same, a few cases only", large=False),
    Plant("pauses", "pattern", "paused", "示2403", (8, 1), (9, 30), 0.9, 715, (("patterns", "closed_in_limit_by_pause"),),
          "八、九月应结的多数案件晚结 60 日，靠中止不超审限",
          "most closings of August and September come 60 days later, within the limit by pauses only", days=60),
    Plant("refiled", "pattern", "refiled", "示2401", (5, 1), (6, 30), 0.5, 717,
          (("patterns", "closed_and_refiled"), ("quality_history", "withdrawal_rate"), ("quality_peers", "withdrawal_rate")),
          "五、六月十件案件撤诉后三十日内同一纠纷再行立案",
          "ten cases of May and June are withdrawn, and the dispute is filed again within 30 days", most=10),
    Plant("refiled_small", "pattern", "refiled", "示2408", (6, 1), (7, 31), 0.8, 718, (("patterns", "closed_and_refiled"),),
          "六、七月同上，至多两件", "the same in June and July, two cases at most", large=False, most=2),
    Plant("unfiled", "stock_flow", "unfiled", "示2407", (9, 1), (10, 31), 1.0, 716, (("stock_flow", "litigation"),),
          "三件案件有结案而无立案", "three cases are closed that were never filed", most=3),
)  # fmt: skip
"""Planted beside the histories."""


@dataclass(slots=True)
class Planter:
    """Plants one telling of the demonstration. `touched` keeps, by plant, the cases it changed, in order."""

    watched: int
    seed: int
    plants: tuple[Plant, ...] = PLANTS
    touched: dict[str, list[str]] = field(default_factory=dict)

    def changed(self, events: list[Event]) -> list[Event]:
        """A family as it is told: the first plant that takes it changes it, or none does."""
        family = Family.of(events)
        for plant in self.plants:
            if plant.act not in acts.ACTS or family.case is None:
                continue
            if plant.most and len(self.touched.get(plant.id, ())) >= plant.most:
                continue
            act = acts.Act(
                plant.court,
                plant.span(self.watched),
                plant.share,
                plant.days,
                self._chance(plant, family.case),
            )
            told = acts.ACTS[plant.act](act, family)
            if told is not None:
                self.touched.setdefault(plant.id, []).append(family.case)
                return told
        return events

    def more(self, label: Mapping[str, int | str], source: str, usual: int) -> Iterator[list[Event]]:
        """Families a plant adds to the last year; `usual` families begin in a year."""
        for number, plant in enumerate(one for one in self.plants if one.act == "more"):
            block = (self.watched % 5) * 20_000 + MORE_BLOCK + 1_000 * number
            scribe = Scribe(source, label, self.seed * 10_000 + plant.seed, block=block)
            teller = Teller(scribe, watched=self.watched)
            first, last = plant.span(self.watched)
            days = [first + timedelta(back) for back in range((last - first).days + 1)]
            days = [day for day in days if not seasons.at_rest(day)]
            weight = dict(places.WEIGHTS)[plant.court] / sum(dict(places.WEIGHTS).values())
            count = round(usual * weight * 0.8 * (last - first).days / 365 * plant.share)
            for filed in sorted(scribe.chance.choices(days, k=count)):
                family = teller.first_instance(plant.court, filed)
                self.touched.setdefault(plant.id, []).append(family[0]["subject"])
                yield family

    def withheld(self, event: Event, until: date) -> bool:
        """Whether a feed has not sent an event yet: some days of a court come later than they happened."""
        for plant in self.plants:
            if plant.act != "withheld" or places.court_of(event["subject"]) != plant.court:
                continue
            first, last = plant.span(self.watched)
            day = date.fromisoformat(event["time"][:10])
            if first <= day <= last and until < last + timedelta(RETURNS_AFTER):
                return self._chance(plant, event["id"]).random() < plant.share
        return False

    def _chance(self, plant: Plant, subject: str) -> random.Random:
        return random.Random(f"{plant.id}:{plant.seed}:{self.seed}:{subject}")  # noqa: S311 - repeatable, no secret
