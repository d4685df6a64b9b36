"""Settings from the environment (`PLUMBLINE_*`), checked when a process starts; a bad value stops it with a
reason."""

from __future__ import annotations

import base64
import binascii
import difflib
import ipaddress
import os
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit, urlunsplit

import pydantic
import pydantic_settings
from pydantic import Field, SecretStr

from plumbline import errors

PREFIX = "PLUMBLINE_"
MIB = 1024 * 1024
LOOPBACK = {"", "localhost", "127.0.0.1", "::1"}
GUESSABLE = {
    "postgres",
    "password",
    "plumbline",
    "changeme",
    "change_me",
    "secret",
    "admin",
    "root",
    "test",
    "123456",
}
PASSWORD_LENGTH_MIN = 8
KEY_BYTES = 32

Port = Annotated[int, Field(ge=1, le=65535)]


class ConfigurationError(errors.PlumblineError):
    """A setting is missing or wrong; the message names the variable."""

    code = "configuration"


class Settings(pydantic_settings.BaseSettings):
    """Everything a process may be told from outside. Sizes in bytes, times in seconds, unless the name says
    otherwise."""

    model_config = pydantic_settings.SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", secrets_dir=os.environ.get("PLUMBLINE_SECRETS")
    )

    state: Path = Field(default=Path(".plumbline"), description="the one folder that holds all state")
    database_url: SecretStr | None = Field(default=None, description="another PostgreSQL 15 or later")
    host: str = Field(default="127.0.0.1", description="address the services listen on")
    ingest_port: Port = 8001
    api_port: Port = 8000
    scoring_port: Port = 8002
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal"
    )

    ingest_body_bytes_max: int = Field(default=64 * MIB, ge=1024, description="decompressed")
    ingest_line_bytes_max: int = Field(default=MIB, ge=256)
    ingest_lines_max: int = Field(default=50_000, ge=1)
    ingest_depth_max: int = Field(default=16, ge=2, le=100)
    marks_max: int = Field(default=500_000, ge=1, description="waiting marks beyond which ingest answers 429")
    free_disk_mb_min: int = Field(default=512, ge=0, description="free disk below which ingest answers 429")
    queued_events_max: int = Field(
        default=50_000, ge=1, description="events in hand beyond which ingest answers 429"
    )

    scoring_workers: int = Field(default=1, ge=1, le=64)
    post_batch_cases: int = Field(default=500, ge=1, le=10_000)
    pool_min: int = Field(default=1, ge=0)
    pool_max: int = Field(default=8, ge=1)
    statement_timeout_ms: int = Field(default=30_000, ge=100)
    graceful_timeout_s: int = Field(default=20, ge=1)
    zone: str = Field(default="Asia/Shanghai", description="zone of a court that names none")

    delivery: bool = Field(default=True, description="whether scoring tells receivers of deviations")
    delivery_workers: int = Field(default=4, ge=1, le=64, description="receivers served at a time")
    delivery_timeout_s: float = Field(default=15.0, gt=0, le=120, description="longest attempt, all in all")
    delivery_lease_s: float = Field(default=180.0, gt=0, le=3600, description="how long a sender may hold on")
    delivery_scale: float = Field(
        default=1.0, gt=0, le=1, description="of the retry schedule; below 1 to try"
    )
    delivery_again_s: float = Field(
        default=60.0, gt=0, le=240, description="Alertmanager is told of what stands"
    )
    delivery_keep_days: int = Field(
        default=400, ge=7, le=36_500, description="days after which deliveries that are over are forgotten"
    )
    delivery_networks: str = Field(default="", description="inner networks that may be told, as CIDRs")
    delivery_http: bool = Field(default=False, description="whether receivers may be told without TLS")
    delivery_key: SecretStr | None = Field(default=None, description="base64 of 32 bytes; seals secrets")
    streams_max: int = Field(default=64, ge=1, description="event streams open at a time")
    stream_seconds_max: float = Field(default=900.0, gt=0, description="longest life of an event stream")
    stream_beat_s: float = Field(default=15.0, gt=0, le=60, description="between two signs of life")

    @pydantic.field_validator("state")
    @classmethod
    def _absolute(cls, state: Path) -> Path:
        return state.expanduser().absolute()

    @pydantic.field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{zone!r} is not an IANA time zone; write one such as Asia/Shanghai") from None
        return zone

    @pydantic.field_validator("delivery_networks")
    @classmethod
    def _known_networks(cls, text: str) -> str:
        try:
            networks = [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]
        except ValueError as wrong:
            raise ValueError(f"{wrong}; write networks as 10.1.0.0/16,fd00:1::/64") from None
        if any(one.prefixlen == 0 for one in networks):
            raise ValueError("a network that holds every address is no inner network; name those you need")
        return text

    @pydantic.field_validator("delivery_key")
    @classmethod
    def _usable_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            read_key(key.get_secret_value())
        return key

    @pydantic.field_validator("database_url")
    @classmethod
    def _usable_database(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        parts = urlsplit(url.get_secret_value())
        if parts.scheme not in ("postgresql", "postgres"):
            raise ValueError("write it as postgresql://user:password@host:port/database")
        password = unquote(parts.password or "")
        weak = password.lower() in GUESSABLE or len(password) < PASSWORD_LENGTH_MIN
        if parts.password is not None and weak and (parts.hostname or "") not in LOOPBACK:
            raise ValueError(
                f"its password is empty, guessable or shorter than {PASSWORD_LENGTH_MIN} "
                "characters; choose another"
            )
        return url

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Settings:
        ports = (self.ingest_port, self.api_port, self.scoring_port)
        if len(set(ports)) != len(ports):
            raise ValueError(f"the ports of ingest, api and scoring must differ, they are {ports}")
        if self.pool_min > self.pool_max:
            raise ValueError(f"pool_min {self.pool_min} is above pool_max {self.pool_max}")
        return self

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def stack_file(self) -> Path:
        return self.state / "stack.json"

    @property
    def tokens_file(self) -> Path:
        """Where the demonstration tokens are kept: a JSON object of name to token, mode 0600."""
        return self.state / "tokens.json"

    @property
    def signing_keys_file(self) -> Path:
        """Where the key that signs verification files is kept, with the public keys of those before it: mode
        0600."""
        return self.state / "signing-keys.json"

    @property
    def dsn(self) -> str:
        """The database's address with its password; raises ConfigurationError where none is set."""
        if self.database_url is None:
            raise ConfigurationError(
                "PLUMBLINE_DATABASE_URL is not set. A service started by hand needs the database's address: "
                "set it, or start everything with `plumbline up`, which brings its own."
            )
        return self.database_url.get_secret_value()

    def port_of(self, service: str) -> int:
        return int(getattr(self, f"{service}_port"))

    def address_of(self, service: str) -> str:
        """The URL at which another process on this machine reaches the service."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.port_of(service)}"

    def environment(self) -> dict[str, str]:
        """The same settings as environment variables, for a child process."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        plain = {k: v.get_secret_value() if isinstance(v, SecretStr) else v for k, v in values.items()}
        return {f"{PREFIX}{name.upper()}": str(value) for name, value in plain.items() if value is not None}

    def describe(self) -> dict[str, str]:
        """The effective settings, secrets masked: variable name to value."""
        shown = self.environment()
        if self.delivery_key is not None:
            shown[f"{PREFIX}DELIVERY_KEY"] = "***"
        if self.database_url is not None:
            shown[f"{PREFIX}DATABASE_URL"] = masked(self.database_url.get_secret_value())
        return shown


def read_key(text: str) -> bytes:
    """The bytes of a key; ValueError unless it is base64 of 32 bytes that look drawn by chance."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 4:
        raise ValueError("it must be base64 of 32 random bytes; make one with: openssl rand -base64 32")
    return key


def masked(url: str) -> str:
    """The URL with its password replaced by stars, also a password given in the query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = (
        f"{parts.username}:***@"
        if parts.password is not None
        else f"{parts.username}@"
        if parts.username
        else ""
    )
    query = "&".join(
        "password=***" if item.startswith("password=") else item for item in parts.query.split("&") if item
    )
    return urlunsplit(parts._replace(netloc=user + host, query=query))


def load(**overrides: Any) -> Settings:
    """Settings from the environment with `overrides` on top; ConfigurationError names each bad value and
    its variable."""
    _refuse_misspelt(os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except pydantic.ValidationError as failure:
        lines = [_explain(error) for error in failure.errors(include_url=False, include_input=False)]
        raise ConfigurationError("Settings refused: " + "; ".join(lines) + ".") from None


def _explain(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}: {message}" if name else message


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    """A variable one letter from a setting is a setting that would silently not apply."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in environment:
        if not name.startswith(PREFIX) or name in known or name.startswith("PLUMBLINE_TEST_"):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.88)
        if near:
            raise ConfigurationError(f"{name} is not a setting; did you mean {near[0]}? Rename or unset it.")
