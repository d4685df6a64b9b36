"""kill -9 at every named point while events are pushed: nothing acknowledged is lost, nothing is counted
twice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from plumbline.runtime import postgres
from tests.chaos import books, campaign, oracle

SHORT = campaign.Plan(each_ingest=4, each_scoring=2, server=4, seconds=150, seed=20261122)
FULL = campaign.Plan(each_ingest=8, each_scoring=6, server=6, seconds=300, seed=20261122)
READY_S = 30.0

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos")]


def test_killed_at_every_named_point_the_books_stay_right(
    durable_server: postgres.Server,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The short plan with the other tests; the full one when only chaos was asked for (`make chaos`)."""
    full = request.config.option.markexpr == "chaos"
    plan = FULL if full else SHORT
    result = campaign.run(durable_server, tmp_path, plan)
    findings = books.judge(durable_server.dsn, result.history)
    proof = books.prove(durable_server.dsn)
    wrong = books.wrong_values(durable_server.dsn, oracle.recount(result.history.cases))
    lost, doubled = len(findings.lost), len(findings.counted_twice)
    result.notes.append(f"acked lost: {lost}; counted twice: {doubled}; other findings: {findings}")
    result.notes.append(
        f"proof: {proof.cases:,} cases folded again, {proof.lines:,} lines, {len(proof.differences)} "
        f"differences; values that differ from the client's count: {len(wrong)}"
    )
    with capfd.disabled():
        print(f"\n{campaign.write(result, plan, 'full' if full else 'short')}", file=sys.stderr, flush=True)
    assert not result.trouble
    assert findings.none, findings
    assert not proof.differences, proof.differences[:5]
    assert proof.cases == len(result.history.cases)
    assert not wrong
    found = campaign.hits(result.kills)
    assert found == plan.expected(), "a point was not hit as often as planned"
    assert sum(found.values()) >= (40 if full else 20)
    for service in ("ingest", "scoring", "postgres"):
        assert sum(kill.in_flight for kill in result.kills if kill.service == service), (
            f"{service} was killed at rest"
        )
    assert result.history.counts["resolved after doubt"] > 0
    assert max(kill.ready_s or READY_S + 1 for kill in result.kills) <= READY_S
