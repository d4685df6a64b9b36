"""Webhooks by the Standard Webhooks specification: signed, 2xx taken, 410 the end, a redirect is a failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpcore2
import orjson
import structlog

from plumbline import errors, webhooks
from plumbline.runtime import outward
from services.scoring.delivery.parcels import Parcel, Reception

log: Final = structlog.get_logger(__name__)
GONE: Final = 410


class WebhookSender:
    """Posts a signed message."""

    def __init__(self, client: outward.Client) -> None:
        self._client = client

    def send(self, parcel: Parcel) -> Reception:
        """One attempt. The timestamp is that of the attempt; the id stays the message's."""
        body, moment = orjson.dumps(parcel.body), int(parcel.at.timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": parcel.message,
            "webhook-timestamp": str(moment),
            "webhook-signature": webhooks.sign(parcel.secrets, parcel.message, moment, body),
        }
        return post(self._client, parcel.to.address, body, headers)


def post(client: outward.Client, url: str, body: bytes, headers: Mapping[str, str]) -> Reception:
    """Post and read what the status says. What the receiver answered is not repeated anywhere."""
    try:
        answer = client.post(url, body, headers)
    except errors.PlumblineError as refused:
        return Reception(error=refused.what)
    except httpcore2.TimeoutException:
        return Reception(error="The receiver took longer than it may")
    except httpcore2.ConnectError:
        return Reception(error="No connection to the receiver")
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        return Reception(error="The receiver broke off, or answered no HTTP")
    except (OSError, ValueError) as odd:
        log.warning("sending failed", reason=type(odd).__name__)
        return Reception(error="The message could not be sent")
    if 200 <= answer.status < 300:
        return Reception(answer.status)
    said = f"The receiver answered {answer.status}"
    if 300 <= answer.status < 400:
        said += "; redirects are not followed"
    return Reception(
        answer.status, said, answer.status == GONE, _seconds(answer.headers.get("retry-after", ""))
    )


def _seconds(header: str) -> int | None:
    """Retry-After in seconds; a date is not read."""
    return int(header) if header.isascii() and header.isdigit() and len(header) < 8 else None
