"""What a sender is handed, and what it brings back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from plumbline import messages
from plumbline.notices import Notice
from plumbline.store.deliveries import Receiver


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one receiver at a moment: a notice, or a beat, or (neither) a test.

    `secrets` sign it (webhook) or let it in (Alertmanager: the value of Authorization); `held` is the alert an
    Alertmanager holds of the deviation.
    """

    to: Receiver
    message: str
    at: datetime
    notice: Notice | None = None
    beat: messages.Beat | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    held: dict[str, Any] | None = None

    @property
    def body(self) -> dict[str, Any]:
        """What a webhook or a file is given."""
        if self.notice is not None:
            return messages.payload(self.notice, self.to.language)
        if self.beat is not None:
            return messages.beat_payload(self.beat, self.to.language)
        return messages.ping_payload(self.at, self.to.language)


@dataclass(frozen=True, slots=True)
class Reception:
    """What came of a sending: taken, or the `error` met; `gone`: the receiver wants nothing more, ever.

    `asked_s` is how long it asked to be left alone; `alert` what it now holds (None: nothing).
    """

    status: int | None = None
    error: str | None = None
    gone: bool = False
    asked_s: int | None = None
    alert: dict[str, Any] | None = None


class Sender(Protocol):
    """Sends one parcel, within the time set; never raises for what a receiver does."""

    def send(self, parcel: Parcel) -> Reception: ...
