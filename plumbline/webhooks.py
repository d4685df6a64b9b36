"""Signatures by the Standard Webhooks specification: `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from plumbline import errors

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
SECRET_BYTES_MIN: Final = 24
SECRET_BYTES_MAX: Final = 64


def make_secret() -> str:
    """A new secret in its text form."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def read_secret(text: str) -> bytes:
    """The key of a secret; errors.BadInput for one that is no base64 of 24 to 64 bytes, or all one byte."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX or len(set(key)) == 1:
        raise errors.BadInput(
            "This is no secret of a webhook", next="It reads whsec_ and base64 of 24 to 64 bytes."
        )
    return key


def sign(secrets_held: Sequence[str], message: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature for each secret that holds, the newest first."""
    signed = f"{message}.{timestamp}.".encode() + body
    made = [hmac.new(read_secret(one), signed, hashlib.sha256).digest() for one in secrets_held]
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)


def verify(secret: str, message: str, timestamp: int, body: bytes, signature: str) -> bool:
    """Whether one of the signatures was made with the secret."""
    own = sign([secret], message, timestamp, body)
    return any(hmac.compare_digest(own.encode(), one.encode()) for one in signature.split())
