"""Pauses of a clock (扣除、中止): which grounds do not count, for how long at most, and which make it start anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plumbline import periods
from plumbline.catalog.definitions import Pause
from plumbline.events import Event


@dataclass(frozen=True, slots=True)
class Dated:
    """An event of the case with its court day (ordinal), in the order of the case."""

    event: Event
    day: int


@dataclass(frozen=True, slots=True)
class Spell:
    """Days that do not count: half-open, open at the end (None) while it lasts; with its grounds and articles.

    `restarts`: the days from which the limit runs anew, each with its article.
    """

    begun: int
    ended: int | None
    grounds: tuple[str, ...]
    articles: tuple[str, ...]
    restarts: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class _Running:
    """A pause that lasts: since when, the last day it was said to last, the rule that allows it."""

    begun: int
    until: int | None
    rule: Pause | None

    @property
    def over(self) -> int | None:
        """The first day after it, if nobody resumes it before: its rule may end it sooner than was said."""
        ends = [] if self.until is None else [self.until + 1]
        if self.rule is not None and (self.rule.months or self.rule.days):
            ends.append(later(self.begun, self.rule.months, self.rule.days))
        return min(ends, default=None)


def spells_of(
    clock: str, rules: Sequence[Pause] | None, traits: Mapping[str, object], history: Iterable[Dated]
) -> tuple[list[Spell], list[tuple[int, str]]]:
    """The pauses of a clock in order, and those that no rule allows: (day, ground).

    Without rules (None) every ground pauses, for as long as it lasts. A resumption ends the pause of its ground,
    before the day it was to last until as well; a pause said again while it lasts is prolonged.
    """
    found: list[Spell] = []
    refused: list[tuple[int, str]] = []
    running: dict[str, _Running] = {}
    for entry in history:
        event = entry.event
        if event.type not in ("clock.paused", "clock.resumed") or event.data.get("clock") != clock:
            continue
        ground = str(event.data.get("ground"))
        if event.type == "clock.resumed":
            if ground in running:
                found.append(_spell(ground, running.pop(ground), entry.day))
            continue
        rule = _rule(rules, ground, traits, entry.day)
        if rules is not None and rule is None:
            refused.append((entry.day, ground))
            continue
        said = event.data.get("until")
        until = date.fromisoformat(said).toordinal() if isinstance(said, str) else None
        lasting = running.get(ground)
        if lasting is not None and (lasting.over is None or entry.day < lasting.over):
            lasting.until = None if lasting.until is None or until is None else max(lasting.until, until)
            continue
        if lasting is not None:
            found.append(_spell(ground, lasting, None))
        running[ground] = _Running(entry.day, until, rule)
    found += [_spell(ground, lasting, None) for ground, lasting in running.items()]
    return sorted((one for one in found if one.ended is None or one.ended > one.begun), key=_begun), refused


def _begun(spell: Spell) -> tuple[int, int]:
    return spell.begun, spell.ended if spell.ended is not None else 1 << 60


def _rule(rules: Sequence[Pause] | None, ground: str, traits: Mapping[str, object], day: int) -> Pause | None:
    for rule in rules or ():
        held = date.fromordinal(day)
        if (
            ground in rule.grounds
            and (rule.valid_from is None or held >= rule.valid_from)
            and (rule.valid_until is None or held < rule.valid_until)
            and all(traits.get(name) in values for name, values in rule.when.items())
        ):
            return rule
    return None


def _spell(ground: str, lasting: _Running, resumed: int | None) -> Spell:
    """A pause from its day to its resumption or its end, whichever is first.

    Where its rule says so the limit runs anew: from the day it was resumed, or its last day, whichever is first; never
    from the mere end of what the rule allows.
    """
    rule = lasting.rule
    ends = [day for day in (lasting.over, resumed) if day is not None]
    anew = [day for day in (lasting.until, resumed) if day is not None]
    article = (rule.article,) if rule is not None else ()
    restarts = ((min(anew), rule.article),) if rule is not None and rule.restarts and anew else ()
    return Spell(lasting.begun, min(ends, default=None), (ground,), article, restarts)


def joined(spells: Sequence[Spell]) -> list[Spell]:
    """The same days with overlapping and adjoining spells as one: a day is deducted once."""
    whole: list[Spell] = []
    for spell in spells:
        if whole and (whole[-1].ended is None or spell.begun <= whole[-1].ended):
            last = whole.pop()
            ended = None if last.ended is None or spell.ended is None else max(last.ended, spell.ended)
            grounds = tuple(dict.fromkeys(last.grounds + spell.grounds))
            articles = tuple(dict.fromkeys(last.articles + spell.articles))
            spell = Spell(last.begun, ended, grounds, articles, last.restarts or spell.restarts)
        whole.append(spell)
    return whole


def later(day: int, months: int, days: int) -> int:
    """A day so many months (the same day of the month, or its last) and days after another; never past the calendar."""
    last = date.max.toordinal() - 1
    if months:
        start = date.fromordinal(day)
        if not 2 <= start.year + months // 12 < 9998:
            return last if months > 0 else 1
        day = periods.add_months(start, months).toordinal()
    return max(1, min(day + days, last))
