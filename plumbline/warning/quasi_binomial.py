"""Quasi-binomial regression with logit link for many series of shares at once, with a correlation within each
period's cases (Williams 1982), as quasi.py does it for counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline.warning import quasi
from plumbline.warning.histories import Floats

STEPS = 12
TOLERANCE = 1e-7
WIDEST = 30.0  # a logit is never farther from 0


@dataclass(frozen=True, slots=True)
class Fits:
    """`coefficients` (b, p); fitted `shares` (b, n); `correlation` (b,), 0 for the binomial; `leverage` (b, n);
    `covariance` (b, p, p); `converged` (b,)."""

    coefficients: Floats
    shares: Floats
    correlation: Floats
    leverage: Floats
    covariance: Floats
    converged: NDArray[np.bool_]


def fit(made: quasi.Design, y: Floats, n: Floats, weights: Floats, given: Floats | None = None) -> Fits:
    """Every row of successes `y` in `n` cases (b, n) with prior `weights` (b, n). Where `given` (b,) is the
    correlation, each period weighs 1 / (1 + (n - 1) given) as well. Half a case each way starts the iteration."""
    prior = weights if given is None else weights / (1.0 + np.maximum(n - 1.0, 0.0) * given[:, None])
    share = (y + 0.5) / (n + 1.0)
    logit = np.log(share / (1.0 - share))
    coefficients: Floats = np.zeros((len(y), made.columns.shape[1]))
    converged = np.zeros(len(y), dtype=np.bool_)
    for _ in range(STEPS):
        spread = np.maximum(share * (1.0 - share), 1e-10)
        weighted = prior * n * spread
        right = (weighted * logit + prior * (y - n * share)) @ made.columns
        found = np.linalg.solve(quasi.information(made, weighted), right[..., None])[..., 0]
        converged = np.abs(found - coefficients).max(axis=1) < TOLERANCE * (1.0 + np.abs(found).max(axis=1))
        coefficients = np.asarray(found, np.float64)
        logit = np.clip(found @ made.columns.T, -WIDEST, WIDEST)
        share = 1.0 / (1.0 + np.exp(-logit))
        if converged.all():
            break
    return described(made, y, n, weights, prior, coefficients, converged)


def described(
    made: quasi.Design,
    y: Floats,
    n: Floats,
    weights: Floats,
    prior: Floats,
    coefficients: Floats,
    converged: NDArray[np.bool_],
) -> Fits:
    """The correlation by moments: E (y - n p)^2 / (n p q) = (1 + (n - 1) rho) (1 - h)."""
    share = 1.0 / (1.0 + np.exp(-np.clip(coefficients @ made.columns.T, -WIDEST, WIDEST)))
    spread = np.maximum(share * (1.0 - share), 1e-10)
    weighted = prior * n * spread
    inverse = np.asarray(np.linalg.inv(quasi.information(made, weighted)))
    doubled = np.where(made.first == made.second, 1.0, 2.0)
    leverage = np.clip(
        weighted * ((inverse[:, made.first, made.second] * doubled) @ made.products.T), 0.0, 1.0
    )
    squares = (y - n * share) ** 2 / np.maximum(n * spread, 1e-10)
    counted = np.where(n > 0, weights, 0.0)
    kept = counted * (1.0 - leverage)
    top = (counted * squares - kept).sum(axis=1)
    bottom = (kept * np.maximum(n - 1.0, 0.0)).sum(axis=1)
    correlation = np.clip(top / np.maximum(bottom, 1e-9), 0.0, 0.99)
    return Fits(coefficients, share, correlation, leverage, inverse, converged)
