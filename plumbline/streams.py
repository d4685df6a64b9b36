"""A stream of a message broker to be consumed, and the file a court writes about it; no secret stands in it."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from typing import Final

import yaml

from plumbline import pull_files, sheets
from plumbline.pulls import Secret

EDITION: Final = "1"
BROKERS: Final = ("nats", "kafka")
MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
SAMPLE: Final = "samples/pulls/nats.yaml"

_TOP = (
    "consume", "source", "feed", "broker", "servers", "stream", "subject", "consumer", "events", "batch", "wait",
    "acknowledge_within", "give_back", "patience", "user", "password", "token", "mechanism", "tls",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream (of NATS) or topic (of Kafka) as its file says; times in seconds.

    `consumer` is the durable consumer or group; `ack_s` is how long the broker waits for an acknowledgement before
    it delivers again, `give_back_s` how long a batch that could not be committed rests, `patience_s` how long the
    service is asked for it before that.
    """

    source: str
    name: str
    broker: str
    servers: tuple[str, ...]
    stream: str
    consumer: str
    content: str
    subject: str = ""
    mapping: pathlib.Path | None = None
    batch: int = 500
    wait_s: int = 5
    ack_s: int = 60
    give_back_s: int = 10
    patience_s: int = 20
    user: str = ""
    password: Secret | None = None
    token: Secret | None = None
    mechanism: str = "PLAIN"
    tls: bool = False
    authority: pathlib.Path | None = None


def read(path: pathlib.Path) -> Stream:
    """The stream a file describes; errors.BadDefinition with file and line."""
    sheet = sheets.opened(path, SAMPLE)
    needed = ("consume", "source", "feed", "broker", "servers", "stream", "consumer", "events")
    parts = sheet.closed(sheet.root, _TOP, needed=needed)
    if sheet.text(parts["consume"]) != EDITION:
        sheet.fail(parts["consume"], "This edition of the file is not known", f"Write consume: {EDITION}")
    broker = sheet.one_of(parts["broker"], BROKERS)
    _fitting(sheet, parts, broker)
    content, mapping = pull_files.events_of(sheet, parts["events"], path.parent)
    tls = parts.get("tls")
    return Stream(
        source=sheet.text(parts["source"]), name=pull_files.name_of(sheet, parts["feed"]), broker=broker,
        servers=tuple(sheet.text(one) for one in sheet.listed(parts["servers"])),
        stream=sheet.text(parts["stream"]), consumer=sheet.text(parts["consumer"]), content=content,
        mapping=mapping, subject=sheet.text(parts["subject"]) if "subject" in parts else "",
        user=sheet.text(parts["user"]) if "user" in parts else "",
        password=pull_files.secret_of(sheet, parts["password"]) if "password" in parts else None,
        token=pull_files.secret_of(sheet, parts["token"]) if "token" in parts else None,
        mechanism=sheet.one_of(parts["mechanism"], MECHANISMS) if "mechanism" in parts else "PLAIN",
        tls=tls is not None, authority=_authority(sheet, tls, path.parent), **_numbers(sheet, parts),
    )  # fmt: skip


def _fitting(sheet: sheets.Sheet, parts: dict[str, yaml.Node], broker: str) -> None:
    for name, only in (("subject", "nats"), ("token", "nats"), ("mechanism", "kafka")):
        if name in parts and broker != only:
            sheet.fail(parts[name], f"{name} says nothing to {broker}", "Leave it out")
    if ("user" in parts) != ("password" in parts):
        sheet.fail(sheet.root, "user and password belong together", "Write both, or neither")
    for node in sheet.listed(parts["servers"]):
        text = sheet.text(node)
        if "@" in text or (broker == "nats") != text.startswith(("nats://", "tls://")):
            sheet.fail(
                node, f"{text} is no address of {broker} without a secret",
                "Write nats://host:4222" if broker == "nats" else "Write host:9092",
            )  # fmt: skip


def _authority(sheet: sheets.Sheet, node: yaml.Node | None, folder: pathlib.Path) -> pathlib.Path | None:
    """The file of the authority a server's certificate is held to; None where the system's are."""
    if node is None or (isinstance(node, yaml.ScalarNode) and sheet.one_of(node, ("system",))):
        return None
    parts = sheet.closed(node, ("authority",), needed=("authority",))
    return folder / sheet.text(parts["authority"])


def _numbers(sheet: sheets.Sheet, parts: dict[str, yaml.Node]) -> dict[str, int]:
    found = {"batch": sheet.number(parts["batch"], 1, 10_000)} if "batch" in parts else {}
    for name, field, least, most in (
        ("wait", "wait_s", 1, 60),
        ("acknowledge_within", "ack_s", 2, 3600),
        ("give_back", "give_back_s", 1, 3600),
        ("patience", "patience_s", 1, 240),
    ):
        if name in parts:
            found[field] = pull_files.span(sheet, parts[name], least, most)
    return found
