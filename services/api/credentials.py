"""What a receiver asks to be shown before it lets anybody in: checked, made into one header, and sealed at once."""

from __future__ import annotations

import base64
import re
import uuid
from typing import Final

from plumbline import errors
from plumbline.runtime import sealing
from plumbline.runtime.settings import Settings
from services.api.subscription_shapes import Credentials

TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""A bearer token by RFC 6750."""
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def header(given: Credentials) -> str:
    """The value of Authorization; errors.BadInput for what fits none."""
    secret = given.secret.get_secret_value()
    if given.scheme == "bearer":
        if given.user is not None:
            raise errors.BadInput("A bearer token has no user", next="Leave `user` out.")
        if not TOKEN.fullmatch(secret):
            raise errors.BadInput(
                "This is no bearer token", next="Write letters, digits and - . _ ~ + /, without spaces."
            )
        return f"Bearer {secret}"
    if not given.user or ":" in given.user or CONTROL.search(given.user + secret):
        raise errors.BadInput(
            "Basic authentication needs a user without a colon, and no control characters",
            next="Write `user` and `secret`.",
        )
    return "Basic " + base64.b64encode(f"{given.user}:{secret}".encode()).decode("ascii")


def sealed(settings: Settings, subscription: uuid.UUID, kind: str, given: Credentials | None) -> bytes | None:
    """The header sealed for a subscription; None where nothing was given. errors.BadInput for a kind that shows none."""
    if given is None:
        return None
    if kind != "alertmanager":
        raise errors.BadInput(
            f"A subscription of the kind {kind} shows no credentials", next="Leave `credentials` out."
        )
    return sealing.open_seal(settings).close(header(given), str(subscription))
