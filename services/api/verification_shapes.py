"""The shapes of verification files and of the keys that sign them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from services.api.shapes import Shape


class VerificationKey(Shape):
    """A public key; `retired_at` is null for the one that signs now."""

    id: str = Field(description="the first 16 hexadecimal digits of the SHA-256 of the key")
    algorithm: str
    public_key: str = Field(description="32 bytes in hexadecimal: what `plumbline verify --trust` takes")
    made_at: datetime
    retired_at: datetime | None


class VerificationKeys(Shape):
    """Every key that ever signed here, oldest first."""

    items: list[VerificationKey]


class FileSignature(Shape):
    """Over the canonical JSON of the whole file but `value`."""

    algorithm: str
    key: str
    public_key: str
    value: str


class VerificationFile(Shape):
    """A scorecard with all it was computed from. Fractions are text, as 47/2; what there is not is left out."""

    format: str
    about: dict[str, Any] = Field(description="rule book, pack, court, period, and when it was generated")
    definitions: dict[str, Any] = Field(
        description="hashes of every definition used, and the packs' documents"
    )
    inputs: dict[str, Any] = Field(
        description="page, known_at, readings, coverage, and every figure that was read"
    )
    scorecard: dict[str, Any] = Field(description="points line by line, with their arithmetic in words")
    adjusted: dict[str, Any] | None = Field(
        default=None, description="with what was decided to be scored separately, where anything was"
    )
    objected: dict[str, Any] | None = Field(
        default=None, description="without the cases of upheld objections, where that changes a figure"
    )
    digests: dict[str, str] = Field(description="SHA-256 of the canonical JSON of each of the parts above")
    signature: FileSignature
