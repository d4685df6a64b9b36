"""The rows of the bench: two sides round by round, their ratio only if their results were equal, as text
and as JSON."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plumbline.runtime import schema

BUILD = schema.CHECKOUT / "build" / "bench"


@dataclass(frozen=True, slots=True)
class Row:
    """One ratio: `ours` and `base` hold one figure a round in the same unit, taken in turns on the same data.

    `rate` says whether more is better (a rate) or less (a time). `equal` is the outcome of `check`.
    """

    id: str
    what: str
    unit: str
    ours: tuple[float, ...]
    base: tuple[float, ...]
    rate: bool
    equal: bool
    check: str
    bound: str
    goal: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Ours / base of each round; empty when the results differ: a wrong answer has no speed."""
        return [ours / base for ours, base in zip(self.ours, self.base, strict=True)] if self.equal else []

    def describe(self) -> dict[str, Any]:
        """Everything of the row as JSON values."""
        told: dict[str, Any] = {
            "id": self.id,
            "what": self.what,
            "unit": self.unit,
            "better": "more" if self.rate else "less",
            "check": {"what": self.check, "equal": self.equal},
            "goal": self.goal,
            "bound_by": self.bound,
            "more": self.more,
        }
        if self.equal:
            told |= {"ours": spread(self.ours), "baseline": spread(self.base), "ratio": spread(self.ratios)}
        return told


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When, where and on what the run was made."""

    seed: int
    rounds: int
    date: str
    commit: str
    machine: str
    server: str
    load_before: float

    @classmethod
    def now(cls, seed: int, rounds: int, server: str) -> Circumstances:
        """Of this moment and machine."""
        return cls(
            seed,
            rounds,
            datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            _commit(),
            f"{os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, "
            f"{platform.system()}",
            server,
            round(os.getloadavg()[0], 2),
        )


def spread(figures: Sequence[float]) -> dict[str, Any]:
    """Median, least and greatest of a row's rounds, and the rounds."""
    return {
        "median": _short(statistics.median(figures)),
        "min": _short(min(figures)),
        "max": _short(max(figures)),
        "rounds": [_short(one) for one in figures],
    }


def percentile(figures: Iterable[float], share: float) -> float:
    """The nearest-rank percentile; `share` from 0 to 1."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1))]


def digest(items: Iterable[bytes]) -> str:
    """One hash over items in any order."""
    whole = hashlib.sha256()
    for item in sorted(items):
        whole.update(len(item).to_bytes(8, "big") + item)
    return whole.hexdigest()


def lines(rows: Sequence[Row], about: Circumstances) -> Iterable[str]:
    """The table."""
    yield f"seed {about.seed}, {about.rounds} rounds after a warm-up, {about.date}, commit {about.commit}"
    yield f"{about.machine}; {about.server}; fsync on; load before {about.load_before}"
    heads = f"{'ours':>12}{'baseline':>12} {'unit':<10}{'ratio':>8}{'min':>8}{'max':>8}"
    yield f"{'':<6}{heads}  {'goal':<14}what"
    for row in rows:
        if not row.equal:
            yield f"{row.id:<6}{'RESULTS DIFFER: no ratio':>24}  {row.what}; check: {row.check}"
            continue
        ours, base, ratio = (spread(one) for one in (row.ours, row.base, row.ratios))
        yield (
            f"{row.id:<6}{ours['median']:>12,}{base['median']:>12,} {row.unit:<10}{ratio['median']:>8}"
            f"{ratio['min']:>8}{ratio['max']:>8}  {row.goal:<14}{row.what}"
        )
        yield f"{'':<6}bound by: {row.bound}"


def write(name: str, rows: Sequence[Row], about: Circumstances, folder: Path = BUILD) -> Path:
    """Keep rows as JSON in `<folder>/<name>.json`; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    circumstances = {part: getattr(about, part) for part in about.__slots__}
    told = {"circumstances": circumstances, "rows": [row.describe() for row in rows]}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _short(figure: float) -> float:
    """Four significant digits, whole from a thousand on."""
    return round(figure) if abs(figure) >= 1000 else float(f"{figure:.4g}")


def _commit() -> str:
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=schema.CHECKOUT, capture_output=True, text=True
    )
    return asked.stdout.strip() if asked.returncode == 0 else "unknown"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    named = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return named[0] if named else platform.machine()
