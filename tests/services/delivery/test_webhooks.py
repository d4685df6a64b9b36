"""Webhooks to a hostile receiver: everything is delivered in the end, under one id, signed, in order, once where it can be."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
import pytest

from plumbline import retries, webhooks
from plumbline.store import deliveries, engine, subscriptions, tokens
from tests.keeper import ROOT, pack, record
from tests.services.delivery.conftest import Town, telling, wait
from tests.services.delivery.receiver import Receiver

Receivers = Callable[..., Receiver]


def test_a_message_is_signed_as_the_specification_says(town: Town, receiver: Receivers) -> None:
    to = receiver()
    made = town.subscribe(to.url)
    deviation, number = town.change(None, "opened")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 1})
    (got,) = to.taken
    (secret,) = town.secrets(made)
    stamp = int(got.headers["webhook-timestamp"])
    assert abs(stamp - time.time()) < 60
    assert webhooks.verify(secret, got.id, stamp, got.body, got.headers["webhook-signature"])
    assert not webhooks.verify(secret, got.id, stamp, got.body + b" ", got.headers["webhook-signature"])
    assert got.said["type"] == "deviation.opened"
    data = got.said["data"]
    assert (data["number"], data["deviation"], data["court"]) == (number, str(deviation), "示2401")
    assert data["text"]["zh"].endswith("请核查。")
    assert "document" not in data


def test_the_signature_is_that_of_the_specifications_test_vector() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = webhooks.sign([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_receiver_of_the_how_to_takes_what_is_signed_and_nothing_else(town: Town) -> None:
    text = (ROOT / "docs/how-to/be-told.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/told"
    made = town.subscribe(url)
    town.change(None, "opened")
    given = {**os.environ, "PLUMBLINE_SECRET": town.secrets(made)[0]}
    told = subprocess.Popen(
        [sys.executable, "-c", code.replace("8090", str(port))],
        env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        with telling(town):
            wait(lambda: town.state(made) == {"delivered": 1})
        assert told.stdout is not None
        assert re.match(r"msg_[0-9a-f]{32} \{'zh': '.*请核查。'", told.stdout.readline())
        forged = {
            "webhook-id": "x",
            "webhook-timestamp": str(int(time.time())),
            "webhook-signature": "v1,AAAA",
        }
        assert httpx2.post(url, content=b"{}", headers=forged, trust_env=False).status_code == 401
    finally:
        told.kill()
        told.communicate()


def test_without_the_key_webhooks_wait_with_the_reason_and_all_else_goes_on(
    town: Town, receiver: Receivers
) -> None:
    to = receiver()
    made, file = town.subscribe(to.url), town.subscribe("court", kind="file")
    town.change(None, "opened")
    lost = town.settings.state / "elsewhere"
    with telling(town, state=lost):
        wait(lambda: town.state(file) == {"delivered": 1})
        wait(lambda: town.keeper.query("SELECT 1 FROM outbox WHERE error LIKE '%%does not open%%'") != [])
    assert town.state(made) == {"waiting": 1}
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 1})


def test_while_a_secret_is_rotated_a_message_verifies_with_both(town: Town, receiver: Receivers) -> None:
    to = receiver()
    made = town.subscribe(to.url)
    old = town.secrets(made)
    for turn in range(2):
        with engine.transaction(town.keeper.pool) as connection:
            sealed = town.seal.close(webhooks.make_secret(), str(made))
            subscriptions.add_secret(connection, made, sealed, overlap_s=3600)
        assert len(town.secrets(made)) == 2
        if turn == 0:
            assert town.secrets(made)[1:] == old
    town.change(None, "opened")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 1})
    (got,) = to.taken
    stamp, signature = int(got.headers["webhook-timestamp"]), got.headers["webhook-signature"]
    for secret in town.secrets(made):
        assert webhooks.verify(secret, got.id, stamp, got.body, signature)
    assert not webhooks.verify(old[0], got.id, stamp, got.body, signature)
    assert len(signature.split()) == 2


@pytest.mark.parametrize("how", ["500", "429", "hang", "drip", "headers", "garbage", "close", "redirect"])
def test_a_receiver_that_misbehaves_at_first_is_told_in_the_end_under_one_id(
    town: Town, receiver: Receivers, how: str
) -> None:
    trap = receiver()
    said = f"redirect {trap.url}" if how == "redirect" else how
    to = receiver(lambda got, before: said if before < 2 else "ok")
    made = town.subscribe(to.url)
    town.change(None, "opened")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 1})
    assert len(to.got) == 3
    assert len({got.id for got in to.got}) == 1
    assert not trap.got
    with engine.transaction(town.keeper.pool) as connection:
        (found,) = deliveries.list_deliveries(connection, made)
    assert [one.error is None for one in found.tried] == [False, False, True]
    spans = [(one.ended_at - one.begun_at).total_seconds() for one in found.tried if one.ended_at]
    assert max(spans) < 2.5, "no attempt lasts longer than it may"


def test_an_endless_answer_is_cut_off_and_counts_by_its_status(town: Town, receiver: Receivers) -> None:
    to = receiver(lambda got, before: "huge")
    made = town.subscribe(to.url)
    town.change(None, "opened")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 1})
    assert len(to.got) == 1


def test_410_disables_the_subscription_and_what_is_owed_waits_for_its_return(
    town: Town, receiver: Receivers
) -> None:
    to = receiver(lambda got, before: "410" if before == 0 else "ok")
    made = town.subscribe(to.url)
    opened, _ = town.change(None, "opened")
    with telling(town):
        wait(lambda: standing(town, made) == "disabled")
        town.change(None, "opened")
        town.change(opened, "resolved")
        assert town.state(made) == {"waiting": 2}, (
            "not owed what it never heard of, but the end of what it did"
        )
        time.sleep(0.3)
        assert len(to.got) == 1
        with engine.transaction(town.keeper.pool) as connection:
            subscriptions.move(connection, made, "active", None)
        wait(lambda: town.state(made) == {"delivered": 2})
    assert [got.said["data"]["act"] for got in to.taken] == ["opened", "resolved"]


def test_down_for_an_hour_everything_arrives_and_no_end_is_lost(town: Town, receiver: Receivers) -> None:
    to = receiver()
    made = town.subscribe(to.url)
    to.down()
    begun = [town.change(None, "opened", court)[0] for court in ("示2401", "示2402") * 10]
    with telling(town):
        time.sleep(3600 * town.settings.delivery_scale)
        for one in begun:
            town.change(one, "resolved", "示2401" if begun.index(one) % 2 == 0 else "示2402")
        to.up()
        wait(lambda: town.state(made) == {"delivered": 40}, 60)
    acts: dict[str, list[str]] = {}
    for got in to.taken:
        acts.setdefault(got.said["data"]["deviation"], []).append(got.said["data"]["act"])
    assert acts == {str(one): ["opened", "resolved"] for one in begun}
    assert set(Counter(to.ids()).values()) == {1}


def test_a_message_is_tried_by_the_schedule_then_dead_until_it_is_replayed(
    town: Town, receiver: Receivers
) -> None:
    to = receiver(lambda got, before: "500" if before < 10 else "ok")
    made = town.subscribe(to.url)
    opened, _ = town.change(None, "opened")
    town.change(opened, "resolved")
    with telling(town, delivery_scale=0.00002):
        wait(lambda: town.state(made) == {"dead": 1, "delivered": 1})
        with engine.transaction(town.keeper.pool) as connection:
            dead = next(one for one in deliveries.list_deliveries(connection, made) if one.state == "dead")
        assert len(dead.tried) == retries.ATTEMPTS_MOST == 10
        with engine.transaction(town.keeper.pool) as connection:
            deliveries.replay(connection, dead.message)
        wait(lambda: town.state(made) == {"delivered": 2})
    by_id = Counter(got.id for got in to.got)
    assert sorted(by_id.values()) == [1, 11], "a replay goes under the same id"
    pauses = [
        (b.begun_at - a.begun_at).total_seconds()
        for a, b in zip(dead.tried[:-1], dead.tried[1:], strict=True)
    ]
    planned = [one * 0.00002 for one in retries.SCHEDULE_S]
    assert all(pause >= plan for pause, plan in zip(pauses, planned, strict=True))


def test_one_bad_receiver_does_not_delay_another(town: Town, receiver: Receivers) -> None:
    bad, good = receiver(lambda got, before: "hang"), receiver()
    first, second = town.subscribe(bad.url), town.subscribe(good.url)
    for _ in range(30):
        town.change(None, "opened")
    with telling(town, delivery_scale=1.0):
        began = time.monotonic()
        wait(lambda: town.state(second) == {"delivered": 30})
        assert time.monotonic() - began < 2
        assert town.state(first) == {"waiting": 30}
    assert len(bad.got) < 4


def test_a_storm_of_five_hundred_courts_is_told_whole(town: Town, receiver: Receivers) -> None:
    to = receiver(lambda got, before: "503" if before % 7 == 3 else "ok")
    made = town.subscribe(to.url)
    with engine.transaction(town.keeper.pool) as connection:
        connection.execute(
            "INSERT INTO court (code, parent, name_zh, name_en, level, valid_from, status, zone, position, pack)"
            " SELECT '示24' || n, '示24', 'x', 'x', 'basic', '1900-01-01', 'invented', 'Asia/Shanghai', n, 'test'"
            " FROM generate_series(100, 599) n"
        )
        connection.execute("UPDATE generation_head SET tree = tree + 1")
    for number in range(100, 600):
        town.change(None, "opened", f"示24{number}")
    with telling(town, delivery_scale=0.0005):
        wait(lambda: town.state(made) == {"delivered": 500}, 120)
    assert len(set(to.ids())) == 500
    assert {got.said["data"]["court"] for got in to.taken} == {f"示24{number}" for number in range(100, 600)}


def test_nothing_is_told_beyond_what_the_owner_sees_at_that_moment(town: Town, receiver: Receivers) -> None:
    wide = receiver()
    made = town.subscribe(wide.url, owner="basic", courts=("*",))
    town.change(None, "opened", "示2402")
    town.change(None, "opened", "示2401")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 1, "withheld": 1})
        with engine.transaction(town.keeper.pool) as connection:
            tokens.revoke_token(connection, town.tokens["basic"])
        town.change(None, "opened", "示2401")
        wait(lambda: standing(town, made) == "disabled")
    assert [got.said["data"]["court"] for got in wide.taken] == ["示2401"]


def test_a_sealed_case_is_named_in_no_message(town: Town, receiver: Receivers) -> None:
    sealed, open_case = "（2026）示2401刑初1号", "（2026）示2401刑初2号"
    to = receiver()
    made = town.subscribe(to.url)
    town.keeper.publish(pack("court-core"))
    town.keeper.scorer.forget()
    town.keeper.now = datetime.now(UTC)
    town.keeper.push(
        record(1, "case.filed", sealed, "2026-01-05", procedure="ordinary"),
        record(2, "case.sealed", sealed, "2026-01-06", ground="juvenile"),
        record(3, "case.filed", open_case, "2026-01-05", procedure="ordinary"),
    )
    town.keeper.settle()
    town.change(None, "opened", subject=sealed)
    town.change(None, "opened", subject=open_case)
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 2})
    texts = [got.body.decode() for got in to.taken]
    assert [got.said["data"]["subject"] for got in to.taken] == [None, open_case]
    assert sealed not in texts[0]
    assert "请核查" in texts[0]


def test_what_is_asked_for_is_told_and_the_end_of_it_always(town: Town, receiver: Receivers) -> None:
    red, node, own = (town.subscribe(receiver().url, **more) for more in (
        {"least": "red"}, {"kinds": ("node",)}, {"scope": "own"},
    ))  # fmt: skip
    grave, _ = town.change(None, "opened")
    assert (town.state(red), town.state(node), town.state(own)) == ({}, {}, {})
    town.change(grave, "worse", severity="red")
    town.change(grave, "escalated", severity="red", courts=("示24",))
    town.change(grave, "resolved")
    assert town.state(red) == {"waiting": 3}
    assert town.state(own) == {"waiting": 2}, "only from its escalation on"
    town.change(None, "opened", kind="node")
    assert town.state(node) == {"waiting": 1}


def standing(town: Town, made: object) -> str:
    (row,) = town.keeper.query("SELECT state FROM subscription WHERE id = %s", made)
    return str(row[0])
