"""What a receiver reads: a notice as the body of a webhook, as an alert of Alertmanager, as a line of a file.

Thin on purpose: what departs from which line, and where to read on; no case beyond its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

from plumbline.notices import SEVERITIES, Notice

LANGUAGES: Final = ("zh", "en", "both")
LEAST: Final = ("none", *SEVERITIES)
"""Least severities a receiver may ask for; `none` also hears of deviations without one (数据不足)."""
ALERT: Final = "PlumblineDeviation"
WATCHDOG: Final = "PlumblineWatchdog"
TEST: Final = "PlumblineTest"
SEALED_TEXT: Final = {
    "zh": "一起已封存案件的偏离有变化。请核查。",
    "en": "A deviation about a sealed case has changed. 请核查 (please check).",
}
TEST_TEXT: Final = {"zh": "测试消息，无需处理。", "en": "A test. Nothing is to be done."}
BEAT_TEXT: Final = {
    "zh": "心跳：计算与预警正常运行。收不到本消息即表示已停止，请核查。",
    "en": "Heartbeat: scoring and watches run. When it stays away, they have stopped. 请核查 (please check).",
}
_MOMENTS: Final = ("begun_at", "ended_at", "at")


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat: sent at a moment, the next in `every_s` seconds; `looked_at` is the oldest last look of a watch."""

    at: datetime
    every_s: int
    looked_at: datetime | None


def to_document(notice: Notice) -> dict[str, Any]:
    """The notice as JSON, to be kept."""
    found = {one.name: getattr(notice, one.name) for one in fields(Notice)}
    found |= {"text": dict(notice.text), "document": dict(notice.document)}
    return {**found, **{name: _iso(found[name]) for name in _MOMENTS}, "courts": list(notice.courts)}


def from_document(found: Mapping[str, Any]) -> Notice:
    """The notice that was kept."""
    known = {one.name: found[one.name] for one in fields(Notice)}
    for name in _MOMENTS:
        known[name] = None if known[name] is None else datetime.fromisoformat(known[name])
    return Notice(**{**known, "courts": tuple(known["courts"])})


def without_case(notice: Notice) -> Notice:
    """The notice as it is told of a sealed case: neither its number nor anything said of it."""
    return replace(notice, subject=None, text=SEALED_TEXT, document={})


def payload(notice: Notice, language: str) -> dict[str, Any]:
    """The body of a webhook, and a line of a file."""
    return {
        "type": f"deviation.{notice.act}",
        "timestamp": _iso(notice.at),
        "data": {
            "number": notice.number,
            "deviation": str(notice.deviation),
            "act": notice.act,
            "state": notice.state,
            "severity": notice.severity,
            "watch": notice.watch,
            "kind": notice.kind,
            "court": notice.court,
            "courts": list(notice.courts),
            "subject": notice.subject,
            "begun_at": _iso(notice.begun_at),
            "ended_at": _iso(notice.ended_at),
            "text": spoken(notice.text, language),
            "read": f"/v1/deviations/{notice.deviation}",
        },
    }


def ping_payload(at: datetime, language: str) -> dict[str, Any]:
    """The body of a test."""
    return {"type": "test", "timestamp": _iso(at), "data": {"text": spoken(TEST_TEXT, language)}}


def beat_payload(beat: Beat, language: str) -> dict[str, Any]:
    """The body of a heartbeat."""
    data = {
        "every_s": beat.every_s,
        "looked_at": _iso(beat.looked_at),
        "text": spoken(BEAT_TEXT, language),
    }
    return {"type": "heartbeat", "timestamp": _iso(beat.at), "data": data}


def alert(notice: Notice) -> dict[str, Any]:
    """The alert of Alertmanager v2 without its end. Labels are its identity: no value and no time is among them."""
    labels = {
        "alertname": ALERT,
        "deviation": str(notice.deviation),
        "watch": notice.watch,
        "kind": notice.kind,
        "court": notice.court,
        "severity": notice.severity,
    }
    annotations = {
        "summary": notice.text["zh"],
        "summary_en": notice.text["en"],
        "state": notice.state,
        "act": notice.act,
        "courts": " ".join(notice.courts),
        "read": f"/v1/deviations/{notice.deviation}",
        **({"subject": notice.subject} if notice.subject else {}),
    }
    return {"labels": labels, "annotations": annotations, "startsAt": _iso(notice.begun_at)}


def ping_alert(at: datetime) -> dict[str, Any]:
    """The alert of a test, over after a minute."""
    return ending(_plain(TEST, "none", TEST_TEXT, at), at + timedelta(minutes=1))


def beat_alert(beat: Beat) -> dict[str, Any]:
    """The alert that always stands, over when three of it have stayed away."""
    return ending(_plain(WATCHDOG, "none", BEAT_TEXT, beat.at), beat.at + timedelta(seconds=3 * beat.every_s))


def ending(one: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The alert with its end: past when it is over, ahead as long as it stands."""
    return {**one, "endsAt": _iso(at)}


def spoken(text: Mapping[str, str], language: str) -> dict[str, str]:
    """The text in the language asked for."""
    return {name: text[name] for name in ("zh", "en") if language in (name, "both")}


def _plain(name: str, severity: str, text: Mapping[str, str], at: datetime) -> dict[str, Any]:
    annotations = {"summary": text["zh"], "summary_en": text["en"]}
    return {
        "labels": {"alertname": name, "severity": severity},
        "annotations": annotations,
        "startsAt": _iso(at),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
