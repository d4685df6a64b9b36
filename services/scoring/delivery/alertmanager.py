"""Alertmanager v2: told when a deviation changes, told again as long as it stands, told the end when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from plumbline import messages
from plumbline.runtime import outward
from services.scoring.delivery.parcels import Parcel, Reception
from services.scoring.delivery.webhook import post

PATH: Final = "/api/v2/alerts"
STANDS: Final = timedelta(hours=1)
"""How long an alert stands if nobody tells of it again: a short stop of scoring must not look like an end."""


class AlertmanagerSender:
    """Posts alerts."""

    def __init__(self, client: outward.Client) -> None:
        self._client = client

    def send(self, parcel: Parcel) -> Reception:
        """One change, or a test, or a heartbeat.

        Where the labels changed (another severity), the alert held so far ends in the same request.
        """
        notice = parcel.notice
        if notice is None:
            plain = (
                messages.ping_alert(parcel.at) if parcel.beat is None else messages.beat_alert(parcel.beat)
            )
            return self.tell(parcel.to.address, [plain], parcel.secrets)
        alert, sent = messages.alert(notice), []
        if parcel.held is not None and parcel.held["labels"] != alert["labels"]:
            sent.append(messages.ending(parcel.held, parcel.at))
        if notice.ended_at is None:
            sent.append(standing(alert, parcel.at))
        else:
            sent.append(messages.ending(alert, max(notice.ended_at, notice.begun_at)))
        met = self.tell(parcel.to.address, sent, parcel.secrets)
        over = notice.ended_at is not None
        return Reception(met.status, met.error, met.gone, met.asked_s, None if over else alert)

    def tell(self, address: str, alerts: Sequence[dict[str, Any]], secrets: Sequence[str] = ()) -> Reception:
        """Post alerts together; the newest of `secrets`, if any, is the value of Authorization."""
        headers = {"Content-Type": "application/json"}
        if secrets:
            headers["Authorization"] = secrets[0]
        return post(self._client, address.rstrip("/") + PATH, orjson.dumps(list(alerts)), headers)


def standing(alert: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The alert as it is sent while it stands."""
    return messages.ending(alert, now + STANDS)
