"""Quasi-Poisson regression with log link for many series at once: the series share one design, so that each
step of the iteration is two matrix products and a stack of small systems."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plumbline.warning.histories import Floats, Integers

TOLERANCE = 1e-8  # relative change of the deviance at which a series has converged
STEPS = 25
RIDGE = 1e-12  # keeps a level without any known period solvable; far below every real weight


@dataclass(frozen=True, slots=True)
class Fits:
    """`coefficients` (b, p), `means` (b, n), `dispersion` (b,) at least 1, `leverage` (b, n), `inverse`
    information (b, p, p), which times the dispersion is the coefficients' covariance, `converged` (b,)."""

    coefficients: Floats
    means: Floats
    dispersion: Floats
    leverage: Floats
    inverse: Floats
    converged: np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Design:
    """Columns (n, p) with the products of every two of them, (n, p (p + 1) / 2), made once; `offset` (n,) is
    added to the logarithm of every mean; `ridge` (p,) to the information of every coefficient."""

    columns: Floats
    products: Floats
    first: Integers
    second: Integers
    offset: Floats
    ridge: Floats


def design(columns: Floats, offset: Floats | None = None, ridge: Floats | None = None) -> Design:
    first, second = np.triu_indices(columns.shape[1])
    known = np.zeros(len(columns)) if offset is None else offset
    kept = np.full(columns.shape[1], RIDGE) if ridge is None else ridge
    return Design(columns, columns[:, first] * columns[:, second], first, second, known, kept)


def fit(made: Design, counts: Floats, weights: Floats) -> Fits:
    """Fit every row of `counts` (b, n) with prior `weights` (b, n); weight 0 leaves a period out."""
    rows = len(counts)
    coefficients = np.zeros((rows, made.columns.shape[1]))
    converged = np.zeros(rows, dtype=np.bool_)
    open_ = np.arange(rows)
    y, prior = counts, weights
    mu = y + 0.1
    eta = np.log(mu)
    self_term = np.where(y > 0, y * np.log(np.maximum(y, 1.0)) - y, 0.0)
    before = deviance(y, self_term, prior, mu, eta)
    for _ in range(STEPS):
        weighted = prior * mu
        right = (weighted * (eta - made.offset) + prior * (y - mu)) @ made.columns
        found = np.linalg.solve(information(made, weighted), right[..., None])[..., 0]
        coefficients[open_] = found
        eta = np.clip(found @ made.columns.T + made.offset, -700.0, 700.0)
        mu = np.exp(eta)
        after = deviance(y, self_term, prior, mu, eta)
        done = np.abs(after - before) / (np.abs(after) + 0.1) < TOLERANCE
        converged[open_[done]] = True
        if done.all():
            break
        if done.any():
            left = ~done
            open_, y, prior, self_term = open_[left], y[left], prior[left], self_term[left]
            mu, eta, after = mu[left], eta[left], after[left]
        before = after
    return describe(made, counts, weights, coefficients, converged)


def deviance(y: Floats, self_term: Floats, prior: Floats, mu: Floats, eta: Floats) -> Floats:
    """(b,): twice the weighted distance from the saturated model."""
    return np.asarray(2.0 * np.einsum("bn,bn->b", prior, self_term - y * eta + mu))


def information(made: Design, weighted: Floats) -> Floats:
    """X'WX of each row, (b, p, p)."""
    flat = weighted @ made.products
    size = made.columns.shape[1]
    full = np.empty((len(flat), size, size))
    full[:, made.first, made.second] = flat
    full[:, made.second, made.first] = flat
    full[:, np.arange(size), np.arange(size)] += made.ridge
    return full


def describe(
    made: Design,
    counts: Floats,
    weights: Floats,
    coefficients: Floats,
    converged: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Fits:
    means = np.exp(np.clip(coefficients @ made.columns.T + made.offset, -700.0, 700.0))
    weighted = weights * means
    inverse = np.linalg.inv(information(made, weighted)).astype(np.float64, copy=False)
    doubled = np.where(made.first == made.second, 1.0, 2.0)
    leverage = weighted * ((inverse[:, made.first, made.second] * doubled) @ made.products.T)
    freedom = np.count_nonzero(weights, axis=1) - made.columns.shape[1]
    pearson = np.einsum("bn,bn->b", weights, (counts - means) ** 2 / means)
    dispersion = np.maximum(pearson / np.maximum(freedom, 1), 1.0).astype(np.float64, copy=False)
    return Fits(coefficients, means, dispersion, leverage, inverse, converged)
