"""案件码 in 示例州: the key of the dispute that the cases of a family have in common, as a link of their filings. Some court
systems state it, most do not yet: one family in eight has it."""

from __future__ import annotations

import re
from typing import Final

from services.feeds.histories import Event

ROLE: Final = "dispute"
STATED: Final = "01"
"""A family has a key where the id of its first event begins so: nothing is drawn for it, so nothing else changes."""
AGAIN_BLOCK: Final = 5_000
"""A case that is filed again takes a number so much higher."""


def keyed(family: list[Event]) -> list[Event]:
    """The family with its key where it has one."""
    if not family or family[0]["id"][0] not in STATED or _is_named(family):
        return family
    return named(family)


def named(family: list[Event]) -> list[Event]:
    """The family, each filing with the key; corrections of filings as well."""
    link = {"role": ROLE, "subject": f"{ROLE}:demo-{family[0]['id'][:16]}"}
    return [_with(event, link) if event["type"] == "case.filed" else event for event in family]


def told_again(events: list[Event], year: int) -> list[Event]:
    """The events of one case as those of another of that year, that rests on no other case."""
    found = []
    for event in events:
        kind, number = event["subject"].partition("）")[2], event["subject"].rstrip("号")
        last = re.search("[0-9]+$", number)
        assert last is not None
        name = f"（{year}）{kind.removesuffix(f'{last[0]}号')}{int(last[0]) + AGAIN_BLOCK}号"
        data = {key: value for key, value in event["data"].items() if key != "links"}
        found.append({**event, "id": f"{event['id']}-again", "subject": name, "data": data})
    return found


def _with(event: Event, link: dict[str, str]) -> Event:
    data = event["data"]
    return {**event, "data": {**data, "links": [*data.get("links", []), link]}}


def _is_named(family: list[Event]) -> bool:
    return any(link["role"] == ROLE for event in family for link in event["data"].get("links", []))
