"""Files and standard output for small courts, heartbeats, and what a receiver inside may not be."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent import futures
from datetime import UTC, datetime, timedelta

import httpcore2
import prometheus_client
import pytest

from plumbline import errors
from plumbline.runtime import outward, sealing
from plumbline.runtime.settings import ConfigurationError
from plumbline.store import engine
from plumbline.store.deliveries import Pulse
from plumbline.store.deliveries import Receiver as To
from services.scoring.delivery import reminders, sink
from services.scoring.delivery.parcels import Parcel
from tests.services.delivery.conftest import Town, telling, wait
from tests.services.delivery.receiver import Receiver

Receivers = Callable[..., Receiver]


def test_a_file_holds_a_whole_line_for_each_change_in_order(town: Town) -> None:
    made = town.subscribe("court", kind="file")
    opened, _ = town.change(None, "opened")
    town.change(opened, "resolved")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 2})
    path = town.settings.state / sink.FOLDER / "court.ndjson"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [one["data"]["act"] for one in lines] == ["opened", "resolved"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_lines_written_at_the_same_time_stay_whole_and_a_torn_one_spoils_no_other(town: Town) -> None:
    import uuid

    folder = town.settings.state / sink.FOLDER
    folder.mkdir()
    (folder / "one.ndjson").write_bytes(b'{"id":"torn')
    to = To(uuid.uuid4(), "t", "file", "one", "both", "o", 1, 0)
    parcels = [Parcel(to, f"msg_{number}", datetime.now(UTC)) for number in range(60)]
    with futures.ThreadPoolExecutor(8) as crew:
        met = list(crew.map(sink.FileSender(folder).send, parcels))
    assert all(one.error is None for one in met)
    torn, *lines = (folder / "one.ndjson").read_text("utf-8").splitlines()
    assert torn == '{"id":"torn'
    assert {json.loads(line)["id"] for line in lines} == {one.message for one in parcels}


def test_standard_output_is_told_a_line(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    made = town.subscribe("", kind="stdout", language="en")
    town.change(None, "opened")
    with telling(town):
        wait(lambda: town.state(made) == {"delivered": 1})
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "deviation.opened" in one]
    assert set(json.loads(line)["data"]["text"]) == {"en"}


def test_the_heartbeat_goes_on_while_scoring_ticks_and_stays_away_when_it_does_not(
    town: Town, receiver: Receivers
) -> None:
    to = receiver()
    made = town.subscribe(to.url, heartbeat_s=1)
    why: list[str] = []
    with telling(town, stalled=lambda: why) as registry:
        wait(lambda: len(to.taken) >= 2)
        why.append("post-0 has stopped or fails")
        held = lambda: registry.get_sample_value(  # noqa: E731 - asked again and again
            "plumbline_delivery_heartbeats_total", {"result": "withheld"}
        )
        wait(lambda: (held() or 0) >= 1)
        heard = len(to.taken)
        wait(lambda: (held() or 0) >= 2)
        assert len(to.taken) == heard
    assert {got.said["type"] for got in to.taken} == {"heartbeat"}
    assert len(set(to.ids())) == len(to.ids())
    assert town.state(made) == {}, "a heartbeat is never owed"


def test_watches_that_have_not_looked_for_a_day_count_as_stopped(town: Town) -> None:
    now = datetime.now(UTC)
    assert reminders.late(Pulse(0, None), now) == []
    assert reminders.late(Pulse(2, now - timedelta(hours=25)), now) == []
    assert reminders.late(Pulse(2, now - timedelta(hours=27)), now) != []
    from plumbline.store import deliveries

    with engine.transaction(town.keeper.pool) as connection:
        connection.execute(
            "INSERT INTO watch_arming (watch, hash, backtest, armed_by, armed_at, why)"
            " SELECT w, 'h', 1, 'x', clock_timestamp() - interval '3 days', 'x' FROM unnest(ARRAY['a', 'b']) w"
        )
        connection.execute(
            "INSERT INTO watch_look (watch, hash, day, page, objects, beyond) VALUES ('a', 'h', now(), 1, 0, 0)"
        )
        found = deliveries.read_pulse(connection)
    assert found.armed == 2
    assert reminders.late(found, now) != [], "the other one has not looked since it was armed"


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2002:7f00:1::1", "2001:0:1::1", "192.0.0.1", "198.18.0.1", "240.0.0.1", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_connected_to(address: str) -> None:
    assert not outward.is_allowed(address, ())


def test_an_inner_network_is_reached_only_by_its_name_and_metadata_never() -> None:
    inner = outward.read_networks("10.1.0.0/16, 169.254.0.0/16, fd00::/16, 0.0.0.0/8")
    assert outward.is_allowed("10.1.9.9", inner)
    assert outward.is_allowed("::ffff:10.1.9.9", inner)
    assert not outward.is_allowed("10.2.0.1", inner)
    assert outward.is_allowed("8.8.8.8", ())
    assert outward.is_allowed("2606:4700::1111", ())
    for never in ("169.254.169.254", "0.0.0.0", "::ffff:169.254.169.254"):
        assert not outward.is_allowed(never, inner)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"],
)
def test_every_spelling_of_this_machine_is_refused_before_a_connection(
    receiver: Receivers, host: str
) -> None:
    to = receiver()
    client = outward.Client((), 1.0, plain=True)
    with pytest.raises((outward.Refused, httpcore2.ConnectError, httpcore2.UnsupportedProtocol)):
        client.post(f"http://{host}:{to.port}/", b"{}", {})
    time.sleep(0.05)
    assert not to.got


def test_a_name_that_changes_between_check_and_connection_reaches_nothing(receiver: Receivers) -> None:
    to = receiver()
    answers = iter([["203.0.113.7", "127.0.0.1"], ["93.184.216.34"], ["127.0.0.1"]])
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    client = outward.Client((), 0.3, plain=True, resolver=resolver)
    with pytest.raises(outward.Refused):
        client.post(f"http://rebind.example:{to.port}/", b"{}", {})
    with pytest.raises((httpcore2.ConnectError, httpcore2.TimeoutException, outward.Refused)):
        client.post(f"http://rebind.example:{to.port}/", b"{}", {})
    assert len(asked) == 2, "a request resolves once, and connects to what was checked"
    assert not to.got


@pytest.mark.parametrize(
    "url",
    ["http://a.example/", "ftp://a.example/", "https://u:p@a.example/", "https:///x", "https://a.example/#x",
     "https://a.example:0/", "https://a.example:99999/", "file:///etc/passwd", "gopher://a.example/",
     "https://a.example/\r\nX: y", "https://a.example/" + "x" * 600],
)  # fmt: skip
def test_an_address_that_could_mean_something_else_is_refused(url: str) -> None:
    with pytest.raises(errors.BadInput):
        outward.check_url(url, plain=False)
    assert outward.check_url("http://a.example/x?y=1", plain=True)


def test_a_sealed_secret_opens_only_for_its_own_subscription_and_key(town: Town) -> None:
    sealed = town.seal.close("whsec_x", "one")
    assert b"whsec" not in sealed
    assert sealing.open_seal(town.settings).open(sealed, "one") == "whsec_x"
    for purpose, seal in (("two", town.seal), ("one", sealing.Seal(b"k" * 32))):
        with pytest.raises(ConfigurationError):
            seal.open(sealed, purpose)


@pytest.mark.parametrize("text", ["", "changeme", "AAAA", "A" * 43 + "=", "c2VjcmV0" * 5])
def test_a_default_or_weak_key_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        sealing.read_key(text)


def test_what_is_owed_is_shown_as_numbers_of_health_and_nothing_of_what_it_says(
    town: Town, receiver: Receivers
) -> None:
    town.subscribe(receiver(lambda got, before: "500").url)
    town.change(None, "opened")
    with telling(town, only="none") as registry:
        shown = registry.get_sample_value
        assert shown("plumbline_delivery_waiting") == 1
        assert (shown("plumbline_delivery_oldest_seconds") or 0) > 0
        assert shown("plumbline_delivery_dead") == 0
        assert shown("plumbline_watch_armed") == 0
        assert shown("plumbline_watch_looked_timestamp_seconds") is None
        text = prometheus_client.generate_latest(registry).decode()
    assert "示" not in text
