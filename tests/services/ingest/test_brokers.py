"""Both brokers behind one interface: acknowledged after the commit, delivered again as duplicates, poison held at our
door. NATS is a real server; Kafka's consumer runs over a log in memory."""

from __future__ import annotations

import asyncio
import builtins
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from plumbline import errors, streams
from plumbline.streams import Stream
from services.ingest import brokers, telling
from services.ingest.brokers import consumer
from services.ingest.pulling.puller import Ear
from services.ingest.sender import Refused, Sender, TurnedAway
from tests.services.ingest.brokering import Kafka, Nats
from tests.services.ingest.conftest import furnish
from tests.services.ingest.doorproxy import proxied
from tests.services.ingest.pulling import Stand, events, standing
from tests.services.ingest.test_process import running

Lab = Nats | Kafka


@pytest.fixture(scope="module")
def shared_stand(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with standing(module_database, tmp_path_factory.mktemp("state")) as one:
        yield one


@pytest.fixture
def stand(shared_stand: Stand, tmp_path: Path) -> Stand:
    shared_stand.folder = tmp_path
    shared_stand.fresh()
    return shared_stand


@pytest.fixture(params=[Nats, Kafka], ids=["nats", "kafka"])
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    one: Lab = request.param(tmp_path)
    try:
        yield one
    finally:
        one.kill()


def stream_of(stand: Stand, lab: Lab, **more: Any) -> Stream:
    given: dict[str, Any] = {"batch": 10, "wait_s": 1, "ack_s": 2, "give_back_s": 1, "patience_s": 1} | more
    return Stream(
        stand.source,
        "cases",
        lab.name,
        (lab.url,),
        "CASES",
        "plumbline",
        **({"content": "cloudevents"} | given),
    )


def consumed(
    stand: Stand, lab: Lab, url: str = "", key: str = "", **more: Any
) -> tuple[consumer.Consumer, list[str], list[Refused]]:
    """Everything that waits, taken in this process; what was said, and what was refused."""
    stream = stream_of(stand, lab, **more)
    said: list[str] = []
    refused: list[Refused] = []
    ear = Ear(said.append, lambda counts: None, refused.append)
    client = Sender(url or stand.url, key or stand.key, say=said.append, patience_s=stream.patience_s)
    teller = telling.teller(stream.source, stream.name, stream.content, stream.mapping)
    taking = consumer.Consumer(stream, lab.broker(stream), teller, client, ear)
    try:
        asyncio.run(asyncio.wait_for(taking.run(once=True), 60))
    finally:
        client.close()
    return taking, said, refused


def bodies(records: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(one, ensure_ascii=False).encode() for one in records]


def test_every_message_is_in_the_journal_before_it_is_acknowledged_and_taken_once(
    stand: Stand, lab: Lab
) -> None:
    rows = events(stand.source, 37)
    lab.publish(bodies(rows))
    taking, _, _ = consumed(stand, lab)
    assert (taking.total.accepted, taking.total.duplicates, lab.waiting()) == (37, 0, 0)
    assert stand.journal() == stand.directly(rows)
    assert consumed(stand, lab)[0].total.rows == 0


def test_what_was_committed_but_not_acknowledged_comes_again_as_duplicates(stand: Stand, lab: Lab) -> None:
    rows = events(stand.source, 25)
    lab.publish(bodies(rows))
    broker_settle = "settle"

    class Forgetful:
        """Ends, as if killed, between the service's answer and the acknowledgement."""

        def __init__(self, inner: brokers.Broker) -> None:
            self.inner = inner

        def __getattr__(self, name: str) -> Any:
            return self._killed if name == broker_settle else getattr(self.inner, name)

        async def _killed(self, batch: object) -> None:
            raise SystemExit(9)

    class Forgetting:
        name, url = lab.name, lab.url

        def broker(self, stream: Stream) -> Any:
            return Forgetful(lab.broker(stream))

    with pytest.raises(SystemExit):
        consumed(stand, Forgetting())  # type: ignore[arg-type]  # a lab whose broker forgets
    assert len(stand.journal()) == 10
    assert lab.waiting() == 25
    taking, _, _ = consumed(stand, lab, wait_s=3)
    assert (taking.total.accepted, taking.total.duplicates, lab.waiting()) == (15, 10, 0)
    assert stand.journal() == stand.directly(rows)


def test_poison_is_in_quarantine_and_acknowledged_and_the_good_ones_pass(stand: Stand, lab: Lab) -> None:
    rows = events(stand.source, 3)
    pretty = json.dumps(rows[1], ensure_ascii=False, indent=2).encode()
    poison = [b'{"id": "cut', b"", b"\xff\xfe\xfd", b"[1, 2]", b'{"id": "x",\r\n "source": 7}']
    before = len(stand.ask("GET", "/v1/quarantine?limit=1000").json()["records"])
    lab.publish([bodies(rows)[0], *poison, pretty, bodies(rows)[2]])
    taking, _, refused = consumed(stand, lab)
    assert (taking.total.accepted, taking.total.refused, lab.waiting()) == (3, 5, 0)
    assert stand.journal() == stand.directly(rows)
    held = stand.ask("GET", "/v1/quarantine?limit=1000").json()["records"]
    assert len(held) + sum(one["times"] - 1 for one in held) >= before + 5
    assert all(one.id for one in refused)


def test_an_event_whose_attributes_stand_in_headers_is_put_together(stand: Stand, lab: Lab) -> None:
    row = events(stand.source, 1)[0]
    headers = {
        f"ce-{name}": str(value) for name, value in row.items() if name != "data" and str(value).isascii()
    }
    if lab.name == "kafka":
        headers["ce-subject"] = row["subject"]
    else:
        headers["ce-subject"] = "(2019)\u540924".encode("ascii", "ignore").decode() or "x"
        headers["ce-subject"] = "CN-1"
    lab.publish([(json.dumps(row["data"]).encode(), headers)])
    taking, _, refused = consumed(stand, lab)
    if lab.name == "kafka":
        assert stand.journal() == stand.directly([row])
    else:  # headers of NATS hold no Chinese: the subject is refused by the door, which shows it was put together
        assert [one.id for one in refused] == [row["id"]]
    assert (taking.total.rows, lab.waiting()) == (1, 0)


def test_a_record_by_a_mapping_is_told_and_a_classified_one_stays_out(stand: Stand, lab: Lab) -> None:
    mapping = stand.folder / "m.yaml"
    mapping.write_text(
        "mapping: 1\nclassified: secret\nevents:\n"
        "  - {type: case.filed, id: '{no}/filed', subject: '{no}', time: on}\n"
    )
    lab.publish(
        [
            '{"no": "（2019）吉2401民初1号", "on": "2019-05-02"}'.encode(),
            '{"no": "（2019）吉2401民初2号", "on": "2019-05-02", "secret": "1"}'.encode(),
        ]
    )
    taking, _, refused = consumed(stand, lab, content="mapping", mapping=mapping)
    assert [one[0] for one in stand.journal()] == ["（2019）吉2401民初1号/filed"]
    assert (taking.total.withheld, lab.waiting()) == (1, 0)
    assert "民初2号" not in str(refused)


def test_while_the_service_is_busy_messages_are_given_back_and_come_again(
    database: str, tmp_path: Path, lab: Lab
) -> None:
    key = furnish(database)["operator"]
    with running(database, tmp_path, PLUMBLINE_MARKS_MAX="1") as process:
        stand = Stand(process.url, key, database, tmp_path)
        stand.fresh()
        rows = events(stand.source, 12)
        stand.push(rows[:1])
        media = {"Content-Type": "application/x-ndjson"}
        while stand.ask("POST", "/v1/events", content=bodies(rows)[0], headers=media).status_code != 429:
            time.sleep(0.2)  # until the service has looked at what waits
        lab.publish(bodies(rows))
        said: list[str] = []

        async def work() -> consumer.Consumer:
            stream = stream_of(stand, lab)
            ear = Ear(said.append, lambda counts: None, lambda one: None)
            client = Sender(stand.url, key, say=said.append, patience_s=1)
            teller = telling.teller(stream.source, stream.name, stream.content, None)
            taking = consumer.Consumer(stream, lab.broker(stream), teller, client, ear)
            running_ = asyncio.create_task(taking.run(once=False))
            while not any("429" in one for one in said):
                await asyncio.sleep(0.1)
            assert await asyncio.to_thread(lab.waiting) == 12
            with psycopg.connect(database, autocommit=True) as connection:
                while taking.total.rows < 12:
                    connection.execute("DELETE FROM dirty_case")
                    await asyncio.sleep(0.05)
            taking.stopping.set()
            await running_
            client.close()
            return taking

        taking = asyncio.run(asyncio.wait_for(work(), 90))
        assert (taking.total.accepted, taking.total.duplicates, lab.waiting()) == (11, 1, 0)
        assert len(stand.journal()) == 12


def test_a_token_that_does_not_hold_ends_the_consumer_and_every_message_stays(stand: Stand, lab: Lab) -> None:
    lab.publish(bodies(events(stand.source, 5)))
    with pytest.raises(TurnedAway, match="401"):
        consumed(stand, lab, key="plk_000000000000_" + "A" * 43)
    assert lab.waiting() == 5
    assert consumed(stand, lab)[0].total.accepted == 5


def test_a_message_the_service_cannot_take_in_at_all_stays_with_the_broker(
    database: str, tmp_path: Path, lab: Lab
) -> None:
    key = furnish(database)["operator"]
    with running(database, tmp_path, PLUMBLINE_INGEST_BODY_BYTES_MAX="2048") as process:
        stand = Stand(process.url, key, database, tmp_path)
        stand.fresh()
        lab.publish([b'{"id": "' + b"x" * 4000 + b'"}'])
        with pytest.raises(consumer.NotHeld, match="larger than the service takes"):
            consumed(stand, lab)
        assert lab.waiting() == 1


def test_a_lost_answer_makes_duplicates_and_no_loss(stand: Stand, lab: Lab) -> None:
    rows = events(stand.source, 20)
    lab.publish(bodies(rows))
    with proxied(stand.url) as proxy:
        proxy.hook = lambda verb, when, count: when == "after" and count == 1
        taking, _, _ = consumed(stand, lab, url=proxy.url, patience_s=20)
    assert (taking.total.accepted + taking.total.duplicates, lab.waiting()) == (20, 0)
    assert stand.journal() == stand.directly(rows)


def test_kafka_away_at_first_or_rebalanced_is_asked_again(stand: Stand, tmp_path: Path) -> None:
    lab = Kafka(tmp_path)
    rows = events(stand.source, 15)
    lab.publish(bodies(rows))
    lab.log.away = 1
    taking, said, _ = consumed(stand, lab)
    assert taking.total.accepted == 15
    assert "KafkaConnectionError" in said[0]
    lab.publish(bodies(events(stand.source, 5, 15)))
    real, refusing = lab.broker, [True]

    class Rebalanced(Kafka):
        def broker(self, stream: Stream) -> brokers.Broker:
            made = real(stream)
            commit = made.settle

            async def settle(batch: Any) -> None:
                if refusing:
                    refusing.clear()
                    lab.log.away = 1
                await commit(batch)

            made.settle = settle  # type: ignore[method-assign]  # the one call that fails
            return made

    again = Rebalanced(tmp_path)
    again.log = lab.log
    taking, said, _ = consumed(stand, again)
    assert any("CommitFailedError" in one for one in said)
    assert (taking.total.duplicates, lab.waiting()) == (5, 0)


def test_without_its_package_a_broker_names_the_extra(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stream_of(stand, Kafka(tmp_path))
    real = builtins.__import__

    def absent(name: str, *more: Any) -> Any:
        if name.partition(".")[0] == "aiokafka":
            raise ModuleNotFoundError("No module named 'aiokafka'", name="aiokafka")
        return real(name, *more)

    monkeypatch.delitem(__import__("sys").modules, "services.ingest.brokers.kafka", raising=False)
    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(brokers.Missing, match=r"requirements-brokers\.txt"):
        brokers.broker(stream, tmp_path)


FILE = """consume: 1
source: s
feed: cases
broker: nats
servers: [nats://127.0.0.1:4222]
stream: CASES
consumer: plumbline
events: cloudevents
"""


@pytest.mark.parametrize(
    ("instead", "by", "words"),
    [
        ("broker: nats", "broker: rabbit", "rabbit is not known here"),
        ("nats://127", "nats://me:secret@127", "without a secret"),
        ("nats://127", "127", "no address of nats"),
        ("consumer: plumbline", "consumer: plumbline\nmechanism: PLAIN", "says nothing to nats"),
        ("consumer: plumbline", "consumer: plumbline\nuser: me", "belong together"),
        ("consumer: plumbline", "consumer: plumbline\nbatch: 0", "whole number from 1"),
        ("stream: CASES\n", "", "stream is missing here"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(
    tmp_path: Path, instead: str, by: str, words: str
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(FILE)
    assert streams.read(path).subject == ""
    path.write_text(FILE.replace(instead, by))
    with pytest.raises(errors.BadDefinition, match=words):
        streams.read(path)
