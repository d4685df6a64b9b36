"""Whatever happens to a limit: the clock never raises, agrees with the referee's walk over the days, and does not care in
which order things came to be known.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import hypothesis
from hypothesis import strategies as st

from plumbline import clocks, fold
from tests import keeper
from tests.referee import evaluator, notation
from tests.referee.cases import CLOCK_FACTS
from tests.spec import routes

FIRST = date(2019, 8, 28)
OWN = ("（2019）示2401民初1号", "（2019）示2401刑初1号", "（2019）示24刑终1号", "（2019）示2401行初1号", "（2019）示2401执1号",
       "（2019）示2401民特1号", "（2019）示24民再1号")  # fmt: skip
GROUNDS = (
    "announcement",
    "settlement",
    "new_evidence",
    "supplementary_investigation",
    "suspension",
    "sale",
    "other",
)
PROCEDURES = ("ordinary", "summary", "small_claims", "fast_track", "other")
CLOCKS = ("trial_limit", "enforcement_limit", "requery", "file_request", "judgment_service")

days = st.integers(0, 420).map(lambda n: FIRST + timedelta(days=n))
clock_days = st.sampled_from(CLOCKS[:2]) | st.sampled_from(CLOCKS)
until = st.none() | days.map(str)


def drawn(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {name: one if isinstance(one, st.SearchStrategy) else st.just(one) for name, one in fields.items()}
    )


ACTS = st.one_of(
    drawn(type="clock.paused", clock=clock_days, ground=st.sampled_from(GROUNDS), until=until),
    drawn(type="clock.paused", clock="trial_limit", ground=st.sampled_from(GROUNDS), until=until),
    drawn(type="clock.resumed", clock=clock_days, ground=st.sampled_from(GROUNDS)),
    drawn(type="clock.resumed", clock="trial_limit", ground=st.sampled_from(GROUNDS)),
    drawn(type="clock.extended", clock=clock_days, approver=st.sampled_from(["president", "upper_court", "high_court"]),
          months=st.integers(1, 8), approved_on=until),
    drawn(type="clock.extended", clock=clock_days, approver=st.sampled_from(["president", "upper_court", "high_court"]),
          days=st.integers(1, 60)),
    drawn(type="procedure.converted", to=st.sampled_from(PROCEDURES)),
    drawn(type="case.transferred", to_court="示2402", ground=st.sampled_from(["jurisdiction", "elevated"])),
    drawn(type="judgment.pronounced", in_court=st.booleans()),
    drawn(type="service.made", document=st.sampled_from(["judgment", "ruling"]), way=st.sampled_from(["direct", "announcement"]),
          last_party=st.booleans()),
    drawn(type="case.closed", method=st.sampled_from(["judgment", "ended_for_now"])),
    drawn(type="case.reopened", ground="resumed"),
    drawn(type="termination.requeried", found=st.booleans()),
    drawn(type="file.moved", kind=st.sampled_from(["requested", "sent_up", "sent_back"])),
    drawn(type="case.described", foreign=st.booleans()),
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A case that was filed, or not, and what happened in it, some of it on the same days."""
    subject = draw(st.sampled_from(OWN))
    records: list[dict[str, Any]] = []

    def add(kind: str, day: date, where: str, data: dict[str, Any]) -> None:
        records.append(
            {
                "specversion": "1.0", "id": f"e{len(records)}", "source": notation.SOURCE, "type": kind,
                "subject": where, "time": f"{day}T00:00:00+08:00", "data": data,
            }
        )  # fmt: skip

    if draw(st.integers(0, 9)):
        data: dict[str, Any] = {
            "procedure": draw(st.sampled_from(PROCEDURES[:3])),
            "detained": draw(st.booleans()),
        }
        if draw(st.booleans()):
            data["links"] = [{"role": "effective", "subject": "（2018）示24民终7号"}]
        add("case.filed", draw(days.filter(lambda day: day < date(2019, 12, 1))), subject, data)
    for act in draw(st.lists(ACTS, max_size=14)):
        given = {name: value for name, value in act.items() if value is not None and name != "type"}
        add(act["type"], draw(days), subject, given)
    if draw(st.integers(0, 4)) == 0:
        resumed = [{"role": "resumes", "subject": subject}]
        add("case.filed", draw(days), "（2020）示2401执恢9号", {"links": resumed})
    return records


def read(records: list[dict[str, Any]]) -> dict[str, fold.Folded]:
    tree = routes.tree_of(notation.Spec("property", {}, "court-core", notation.COURTS, (), ()))
    book, _ = routes.compiled("court-core")
    return routes.fold_all(routes.admitted(records, tree), book, tree, explain=True)


def said_by_fold(one: fold.Folded) -> dict[str, Any]:
    """Every fact of every clock: its days over all runs, or its number."""
    found: dict[str, Any] = {}
    for name, reading in one.clock_readings.items():
        for suffix, value, held in clocks.facts_of(reading):
            found[f"{name.partition('.')[2]}_{suffix}"] = [fold.as_date(day) for day in held] or value or None
    return {name: value for name, value in found.items() if value is not None}


def said_by_referee(records: list[dict[str, Any]], subject: str) -> dict[str, Any]:
    referee = evaluator.Referee(keeper.DEFINITIONS / "court-core", notation.COURTS, records)
    case = referee.cases[subject]
    found: dict[str, Any] = {}
    for clock in case.pack.clocks:
        for suffix in CLOCK_FACTS:
            name = f"{clock}_{suffix}"
            found[name] = [day for day, _ in case.moments(name)] or case.fact(name) or None
    return {name: value for name, value in found.items() if value is not None}


@hypothesis.given(histories())
@hypothesis.settings(max_examples=150)
def test_a_clock_agrees_with_a_walk_over_the_days(records: list[dict[str, Any]]) -> None:
    for subject, one in read(records).items():
        assert said_by_fold(one) == said_by_referee(records, subject)


@hypothesis.given(histories(), st.randoms(use_true_random=False))
@hypothesis.settings(max_examples=60)
def test_a_clock_does_not_care_in_which_order_things_came_to_be_known(
    records: list[dict[str, Any]], dice: random.Random
) -> None:
    shuffled = list(records)
    dice.shuffle(shuffled)
    before, after = read(records), read(shuffled)
    assert {case: one.facts for case, one in before.items()} == {
        case: one.facts for case, one in after.items()
    }
    assert {case: one.clock_readings for case, one in before.items()} == {
        case: one.clock_readings for case, one in after.items()
    }


@hypothesis.given(histories())
@hypothesis.settings(max_examples=60)
def test_no_more_days_rest_than_there_are_between_start_and_stop(records: list[dict[str, Any]]) -> None:
    for one in read(records).values():
        for reading in one.clock_readings.values():
            for lap in reading.laps:
                if lap.stopped_on is not None:
                    assert 0 <= lap.days_paused <= max(0, lap.stopped_on - lap.start - 1)
                assert lap.met_on is None or lap.passed_on is None
