"""What is known late: the chain ladder finds how late, and a month not yet whole is judged by what is usually known."""

from __future__ import annotations

import numpy as np
import pytest

from plumbline.warning import histories, lags, memory
from services.bench import court_series, warning_lags

CUMULATED = np.cumsum(warning_lags.LAG)


def reported(known: float, months: int, courts: int = 1) -> lags.Reported:
    share = np.ones((courts, months))
    share[:, -2:] = known
    return lags.Reported(share, np.zeros((courts, months)), np.zeros((courts, months)))


def test_a_triangle_holds_what_was_known_when_and_nothing_of_what_is_to_come() -> None:
    rows = [
        ("甲", 2, 0, 5),
        ("甲", 2, 1, 3),
        ("甲", 2, 4, 1),
        ("甲", 0, 0, 7),
        ("甲", 40, 0, 9),
        ("丙", 0, 0, 9),
    ]
    rows += [("甲", 35, 0, 1)]
    found = lags.triangle(rows, ("甲", "乙"), 0, 3)
    assert found.shape == (2, lags.ORIGINS, 4)
    assert found[0, 2].tolist()[:3] == [5.0, 8.0, 8.0]
    assert np.isnan(found[0, 2, 3]), "three months after has not come for a month two months old"
    assert found[0, 0, 0] == 7.0
    assert np.isnan(found[1]).all(), "a court without anything has no triangle"


def test_months_that_came_in_one_go_before_the_books_began_say_nothing() -> None:
    rows = [("甲", back, back - 10, 20) for back in range(11, 36)] + [
        ("甲", back, 0, 20) for back in range(11)
    ]
    found = lags.triangle(rows, ("甲",), 0, 3)
    assert np.isnan(found[0, 11:]).all()
    assert np.isfinite(found[0, :11, 0]).all()


def test_the_ladder_finds_the_lag_of_each_court() -> None:
    random = np.random.default_rng(3)
    y = random.poisson(40.0, (60, lags.ORIGINS))
    parts = warning_lags.arrivals(random, y)
    found = lags.ladder(whole(parts))
    assert found is not None
    assert found.share[:, :6].mean(axis=0) == pytest.approx(CUMULATED, abs=0.02)
    assert (found.share[:, -1] == 1.0).all()
    true = parts.sum(axis=1)[:, 0] / y.sum(axis=1)
    assert np.corrcoef(found.share[:, 0], true)[0, 1] > 0.9
    assert np.sqrt(found.doubt[:, 0].mean()) == pytest.approx(np.sqrt(0.45 / 0.55 / (36 * 40)), rel=0.3)


def whole(parts: histories.Integers) -> histories.Floats:
    known = np.cumsum(parts[:, ::-1], axis=2).astype(np.float64)
    known = np.concatenate([known, known[:, :, -1:]], axis=2)
    known[:, np.arange(7)[None, :] > np.arange(known.shape[1])[:, None]] = np.nan
    return known


def test_too_little_known_gives_no_ladder() -> None:
    few = np.full((3, lags.ORIGINS, 7), np.nan)
    few[:, :3] = 100.0
    assert lags.ladder(few) is None, "three months are too few"
    assert lags.ladder(np.ones((1, lags.ORIGINS, 7))) is None, "so are 36 cases"


def test_what_is_all_known_is_judged_as_ever() -> None:
    made = court_series.counts(5, 40)
    last = np.array([made.y.shape[1] - 1])
    plain = memory.judge(made.y, last, histories.MONTHLY, memory.MONTHLY, calendar=court_series.calendar())
    known = lags.Reported(np.ones(made.y.shape), np.zeros(made.y.shape), np.zeros(made.y.shape))
    found = lags.judge(made.y, last, histories.MONTHLY, memory.MONTHLY, court_series.calendar(), known)
    np.testing.assert_allclose(found.high, plain.high)
    np.testing.assert_allclose(found.low, plain.low)
    shares = court_series.shares(5, 40)
    from_shares = lags.judge_shares(
        shares.y,
        shares.n,
        last,
        histories.MONTHLY,
        memory.MONTHLY_RATIOS,
        court_series.calendar(),
        (known, known),
    )
    judged = warning_lags.of_shares(shares.y, shares.n, None)
    np.testing.assert_allclose(from_shares.high, judged.high)


def test_half_a_month_known_is_neither_few_nor_hides_many() -> None:
    random = np.random.default_rng(1)
    y = random.poisson(40.0, (300, 72))
    y[:, -2:] = random.poisson(20.0, (300, 2))
    y[150:, -2:] = random.poisson(40.0, (150, 2))  # twice as many cases, half of them known
    last = np.array([71])
    plain = memory.judge(y, last, histories.MONTHLY, memory.MONTHLY)
    assert plain.is_low[:150].mean() > 0.95
    assert plain.is_high[150:].mean() < 0.1
    found = lags.judge(y, last, histories.MONTHLY, memory.MONTHLY, None, reported(0.5, 72, 300))
    assert found.is_low[:150].mean() < 0.05
    assert found.is_high[:150].mean() < 0.05
    assert found.is_high[150:].mean() > 0.95


def test_a_known_lag_gives_few_false_alarms_where_no_care_gives_many() -> None:
    parts = warning_lags.arrivals(np.random.default_rng(2), court_series.counts(7, 500).y)
    made = court_series.counts(7, 500)
    plain, careful = (warning_lags.judged(made, parts, way) for way in (1, 2))
    assert (np.fmin(*plain) <= 0.01).mean() > 0.1
    assert (np.fmin(*careful) <= 0.01).mean() < 0.025
