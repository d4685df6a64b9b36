"""Subscriptions: who may make and see them, a secret shown once, what is owed, and sending anew what was given up."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from plumbline import webhooks
from plumbline.runtime import sealing
from plumbline.store import engine, subscriptions, tokens
from tests.services.api.conftest import Api
from tests.services.delivery.conftest import told

ASKED: dict[str, Any] = {
    "kind": "webhook", "title": "审管办", "address": "https://oa.example/told?key=hidden", "courts": ["示24"],
    "scope": "all", "least": "amber", "kinds": [], "language": "both", "heartbeat_s": None,
}  # fmt: skip
CHANGED = {name: one for name, one in ASKED.items() if name != "kind"}


@pytest.fixture
def offices(fresh: Api) -> Api:
    """The readers of the courts, an office of 示24 and another beside it, and one of 示25."""
    staff = {
        "office": ("office", ("示24",)), "second": ("office", ("示24",)), "command": ("command", ("示24",)),
        "elsewhere": ("office", ("示25",)),
    }  # fmt: skip
    with engine.transaction(fresh.keeper.pool) as connection:
        for name, (role, courts) in staff.items():
            fresh.tokens[name] = tokens.create_token(connection, name, role, courts)
    return fresh


def make(api: Api, who: str = "office", **more: Any) -> Any:
    answer = api.suppose("/v1/subscriptions", {**ASKED, **more}, who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_secret_is_shown_once_and_kept_sealed(offices: Api) -> None:
    made = make(offices)
    secret, known = made["secret"], made["subscription"]
    assert len(webhooks.read_secret(secret)) == 32
    path = f"/v1/subscriptions/{known['id']}"
    offices.suppose(f"{path}/test", {}, "office")
    for answer in (
        offices.ask("/v1/subscriptions", "office"), offices.ask(path, "office"),
        offices.ask(f"{path}/deliveries", "office"), offices.suppose(f"{path}/change", CHANGED, "office"),
    ):  # fmt: skip
        assert answer.status_code == 200, answer.text
        assert "whsec_" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    rows = offices.keeper.query("SELECT sealed FROM subscription_secret")
    assert secret[6:].encode() not in bytes(rows[0][0])
    audit = repr(offices.keeper.query("SELECT act, object, detail FROM audit"))
    assert "subscription.make" in audit
    assert "subscription.change" in audit
    assert "whsec_" not in audit
    assert "hidden" not in audit


def test_rotation_keeps_two_secrets_and_ends_any_older_one(offices: Api) -> None:
    made = make(offices)
    found = made["subscription"]["id"]
    said = [made["secret"]]
    for overlap in (3600, 3600, 0):
        answer = offices.suppose(f"/v1/subscriptions/{found}/rotate", {"overlap_s": overlap}, "office").json()
        said.append(answer["secret"])
        assert len(answer["subscription"]["secrets"]) == (2 if overlap else 1)
    assert len(set(said)) == 4
    seal = sealing.open_seal(offices.client.app.state.settings)  # type: ignore[attr-defined]
    with engine.transaction(offices.keeper.pool) as connection:
        (held,) = subscriptions.held_secrets(connection, found)
    assert seal.open(held.sealed, found) == said[-1]


def test_it_is_made_by_the_roles_for_it_and_for_courts_they_see(offices: Api) -> None:
    def ask(who: str, **more: Any) -> int:
        return int(offices.suppose("/v1/subscriptions", {**ASKED, **more}, who).status_code)

    assert ask("middle") == 403
    assert ask("feeder") == 403
    assert ask("command") == 200
    assert ask("office", courts=["示24", "示25"]) == 404
    assert ask("office", courts=["示2499"]) == 404
    assert ask("office", courts=["*"]) == 403
    assert ask("office", kind="file", address="court") == 403
    assert ask("all", kind="file", address="court", courts=["*"]) == 200
    assert ask("all", kind="stdout", address="") == 200
    for wrong in ("../court", "a/b", ".hidden", "", "a.ndjson"):
        assert ask("all", kind="file", address=wrong) == 400
    for wrong in ("http://oa.example/", "https://u:p@oa.example/", "ftp://oa.example/", "court", ""):
        assert ask("office", address=wrong) == 400
    assert ask("office", heartbeat_s=1) == 400
    assert ask("office", secret="whsec_chosen") == 400
    assert ask("office", least="green") == 400


def test_it_is_seen_by_those_who_see_its_courts_and_changed_by_who_made_it(offices: Api) -> None:
    found = make(offices)["subscription"]["id"]
    path = f"/v1/subscriptions/{found}"
    assert offices.get(path, "office")["address"] == ASKED["address"]
    assert offices.get(path, "second")["address"] == "https://oa.example/…"
    assert offices.get(path, "all")["address"] == ASKED["address"]
    assert offices.ask(path, "elsewhere").status_code == 404
    assert offices.ask(path, "middle").status_code == 403
    assert [one["id"] for one in offices.get("/v1/subscriptions", "second")["items"]] == [found]
    assert offices.get("/v1/subscriptions", "elsewhere")["items"] == []
    acts: dict[str, Any] = {
        "change": CHANGED, "pause": {"why": "x"}, "disable": {"why": "x"}, "resume": {}, "rotate": {}, "test": {},
    }  # fmt: skip
    for act, body in acts.items():
        assert offices.suppose(f"{path}/{act}", body, "second").status_code == 403, act
        assert offices.suppose(f"{path}/{act}", body, "elsewhere").status_code == 404, act
    wide = {**CHANGED, "courts": ["示"]}
    assert offices.suppose(f"{path}/change", wide, "office").status_code == 404
    assert offices.suppose(f"{path}/change", wide, "all").status_code == 400, "beyond what its owner sees"
    assert offices.suppose(f"{path}/change", {**CHANGED, "least": "red"}, "all").json()["least"] == "red"


def test_pausing_disabling_and_resuming_are_said_with_their_reason(offices: Api) -> None:
    path = f"/v1/subscriptions/{make(offices)['subscription']['id']}"
    paused = offices.suppose(f"{path}/pause", {"why": "系统升级"}, "office").json()
    assert (paused["state"], paused["why"]) == ("paused", "系统升级")
    assert offices.suppose(f"{path}/test", {}, "office").status_code == 409
    assert offices.suppose(f"{path}/pause", {"why": "x"}, "office").status_code == 409
    assert offices.suppose(f"{path}/disable", {"why": "停用"}, "office").json()["state"] == "disabled"
    assert offices.suppose(f"{path}/resume", {}, "office").json() | {"why": None, "state": "active"} == (
        offices.get(path, "office")
    )


def test_what_is_owed_is_listed_and_only_what_is_dead_is_sent_anew(offices: Api) -> None:
    found = make(offices)["subscription"]["id"]
    with engine.transaction(offices.keeper.pool) as connection:
        deviation, number = told(connection, None, "opened")
        told(connection, None, "opened", "示2501")
    offices.suppose(f"/v1/subscriptions/{found}/test", {}, "office")
    path = f"/v1/subscriptions/{found}/deliveries"
    test, owed = offices.get(path, "office")["items"]
    assert (test["number"], owed["number"], owed["deviation"]) == (None, number, str(deviation))
    page = offices.get(path, "office", limit=1)
    assert offices.get(path, "office", limit=1, cursor=page["next"])["items"] == [owed]
    replay = f"/v1/deliveries/{owed['id']}/replay"
    assert offices.suppose(replay, {}, "office").status_code == 409
    with engine.transaction(offices.keeper.pool) as connection:
        connection.execute(
            "UPDATE outbox SET state = 'dead', attempts = 10 WHERE message = %s", (owed["id"],)
        )
    assert offices.suppose(replay, {}, "second").status_code == 403
    assert offices.suppose(replay, {}, "elsewhere").status_code == 404
    assert [one["id"] for one in offices.get(path, "office", state="dead")["items"]] == [owed["id"]]
    assert offices.suppose(replay, {}, "office").json()["state"] == "waiting"


def test_credentials_of_an_alertmanager_are_kept_sealed_and_never_shown(offices: Api) -> None:
    login = {"scheme": "basic", "user": "plumbline", "secret": "open-sesame"}
    asked = {"kind": "alertmanager", "address": "https://alerts.example:9093"}
    made = make(offices, **asked, credentials=login)
    assert made["secret"] is None
    path = f"/v1/subscriptions/{made['subscription']['id']}"
    shown = "Basic " + base64.b64encode(b"plumbline:open-sesame").decode()

    def held() -> list[str]:
        seal = sealing.open_seal(offices.client.app.state.settings)  # type: ignore[attr-defined]
        with engine.transaction(offices.keeper.pool) as connection:
            kept = subscriptions.held_secrets(connection, made["subscription"]["id"])
        return [seal.open(one.sealed, made["subscription"]["id"]) for one in kept]

    assert held() == [shown]
    turned = {"credentials": {"scheme": "bearer", "secret": "sesame.2"}}
    for answer in (
        offices.ask("/v1/subscriptions", "all"), offices.ask(path, "office"),
        offices.suppose(f"{path}/test", {}, "office"), offices.ask(f"{path}/deliveries", "office"),
        offices.suppose(f"{path}/rotate", turned, "office"),
    ):  # fmt: skip
        assert answer.status_code == 200, answer.text
        assert "sesame" not in answer.text
        assert shown[6:] not in answer.text
    assert held() == ["Bearer sesame.2"]
    assert "sesame" not in repr(offices.keeper.query("SELECT act, object, detail FROM audit"))
    same = {**CHANGED, "address": asked["address"], "title": "另一名称"}
    assert offices.suppose(f"{path}/change", same, "office").status_code == 200
    assert held() == ["Bearer sesame.2"]
    elsewhere = {**same, "address": "https://elsewhere.example:9093"}
    assert offices.suppose(f"{path}/change", elsewhere, "all").json()["secrets"] == []
    assert held() == [], "they were given for the other address"


def test_credentials_go_with_an_alertmanager_alone_and_must_fit_a_header(offices: Api) -> None:
    bearer = {"scheme": "bearer", "secret": "sesame"}
    here = {"kind": "alertmanager", "address": "https://alerts.example:9093"}
    for more in (
        {"credentials": bearer}, {**here, "credentials": {**bearer, "secret": "open sesame"}},
        {**here, "credentials": {**bearer, "scheme": "digest"}}, {**here, "credentials": {"scheme": "basic", "secret": "sesame"}},
        {**here, "credentials": {**bearer, "secret": "sesame" * 400}},
    ):  # fmt: skip
        answer = offices.suppose("/v1/subscriptions", {**ASKED, **more}, "office")
        assert answer.status_code == 400, more
        assert "sesame" not in answer.text
    assert offices.keeper.query("SELECT 1 FROM subscription_secret") == []
    found = make(offices, **here)["subscription"]["id"]
    assert offices.suppose(f"/v1/subscriptions/{found}/rotate", {}, "office").status_code == 409
