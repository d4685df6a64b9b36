"""The door: what is admitted, and what is refused and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plumbline import casenumbers, envelope, events, subjects
from plumbline.events import Event, Link
from plumbline.vocabulary import Vocabulary

NOW = datetime(2019, 1, 10, 4, 0, tzinfo=UTC)
KNOWN = {"吉", "吉24", "吉2401", "TJMMG", "粤0111"}
APPEAL = "（2018）吉24民终77号"
FIRST = "（2018）吉2401民初12号"


class Jilin:
    """A source that speaks for the courts of Jilin."""

    id = "jilin-ecourt"

    def may_speak_for(self, court: str) -> bool:
        return court.startswith("吉")


DOOR = envelope.Door(
    Vocabulary.shipped(), subjects.SubjectParser(casenumbers.CaseTypes.shipped()), KNOWN.__contains__
)


def record(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "specversion": "1.0",
        "id": "a2",
        "source": "jilin-ecourt",
        "type": "appeal.decided",
        "subject": APPEAL,
        "time": "2018-06-20T00:00:00+08:00",
        "data": {"outcome": "altered", "reason": "law"},
    }
    made.update(changes)
    return {name: value for name, value in made.items() if value is not ...}


def admitted(**changes: Any) -> Event:
    found = DOOR.admit(record(**changes), source=Jilin(), now=NOW)
    assert isinstance(found, Event), found
    return found


def refused(**changes: Any) -> tuple[str, str]:
    found = DOOR.admit(record(**changes), source=Jilin(), now=NOW)
    assert isinstance(found, envelope.Refusal), found
    assert found.reason in envelope.REASONS
    assert found.detail
    return found.reason, found.pointer


def filed(**data: Any) -> dict[str, Any]:
    return {"type": "case.filed", "data": data}


EXAMPLES = """
{"specversion":"1.0","id":"a1","source":"jilin-ecourt","type":"case.filed","subject":"（2018）吉24民终77号","time":"2018-05-02T09:10:00+08:00","data":{"procedure":"ordinary","links":[{"role":"appealed","subject":"（2018）吉2401民初12号"}]}}
{"specversion":"1.0","id":"a2","source":"jilin-ecourt","type":"appeal.decided","subject":"（2018）吉24民终77号","time":"2018-06-20T00:00:00+08:00","data":{"outcome":"altered","reason":"law"}}
{"specversion":"1.0","id":"a3","source":"jilin-ecourt","type":"appeal.decided","subject":"（2018）吉24民终77号","time":"2018-06-20T00:00:00+08:00","replaces":"a2","revision":1,"data":{"outcome":"remanded","reason":"procedure"}}
{"specversion":"1.0","id":"a4","source":"jilin-ecourt","type":"event.retracted","subject":"（2018）吉24民终77号","time":"2018-06-20T00:00:00+08:00","replaces":"a2","revision":2,"data":{"reason":"wrong_case"}}
{"specversion":"1.0","id":"b1","source":"jilin-ecourt","type":"figure.reported","subject":"吉2401","time":"2019-01-05T08:00:00+08:00","captured":"hand","data":{"measure":"enforcement_staff","from":"2018-12-31","until":"2018-12-31","value":17,"unit":"persons"}}
{"specversion":"1.0","id":"c1","source":"jilin-ecourt","type":"source.day_closed","subject":"吉2401","time":"2018-06-21T00:30:00+08:00","data":{"day":"2018-06-20","counts":{"case.filed":31,"case.closed":28}}}
"""


@pytest.mark.parametrize("line", EXAMPLES.strip().splitlines())
def test_every_example_of_the_vocabulary_is_admitted_whole(line: str) -> None:
    found = DOOR.admit(envelope.parse_json(line.encode()), source=Jilin(), now=NOW)
    assert isinstance(found, Event), found
    assert found.unknown == ()


def test_an_event_is_normalised_and_its_links_stand_apart() -> None:
    found = admitted(
        type="case.filed",
        subject="(2018) 吉24民终 077 号",
        sequence="0012",
        recordedtime="2018-06-21T08:00:00.5Z",
        captured="hand",
        data={"amount": 5, "links": [{"role": "appealed", "subject": "(2018)吉2401民初12号"}]},
    )
    assert (found.subject, found.home_court) == (APPEAL, "吉24")
    assert found.time == datetime(2018, 6, 19, 16, tzinfo=UTC)
    assert found.time.tzinfo is UTC
    assert found.data == {"amount": 5}
    assert found.links == (Link("appealed", FIRST, "吉2401"),)
    assert (found.sequence, found.by_hand) == (12, True)
    assert found.recorded == datetime(2018, 6, 21, 8, 0, 0, 500000, tzinfo=UTC)
    sent = {"amount": 5, "links": [{"role": "appealed", "subject": FIRST}]}
    assert found.digest == events.digest("case.filed", APPEAL, found.time, sent)


def test_two_spellings_of_one_record_have_one_digest() -> None:
    one = admitted(data={"outcome": "altered", "reason": "law"})
    two = admitted(
        subject="(2018)吉24民终77号",
        time="2018-06-19T16:00:00Z",
        data={"reason": "law", "outcome": "altered"},
    )
    assert one.digest == two.digest
    assert admitted(data={"outcome": "upheld"}).digest != one.digest
    assert admitted(time="2018-06-20T00:00:01+08:00").digest != one.digest


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"specversion": ...}, "missing_attribute", "/specversion"),
        ({"specversion": "0.3"}, "out_of_range", "/specversion"),
        ({"specversion": 1}, "wrong_type", "/specversion"),
        ({"id": ...}, "missing_attribute", "/id"),
        ({"id": ""}, "missing_attribute", "/id"),
        ({"id": 7}, "wrong_type", "/id"),
        ({"id": "x" * 129}, "too_long", "/id"),
        ({"id": "a\n"}, "out_of_range", "/id"),
        ({"id": "a\0"}, "nul_character", "/id"),
        ({"source": ...}, "missing_attribute", "/source"),
        ({"source": "someone-else"}, "not_your_source", "/source"),
        ({"type": ...}, "missing_attribute", "/type"),
        ({"type": "case.filled"}, "unknown_type", "/type"),
        ({"type": ["case.filed"]}, "wrong_type", "/type"),
        ({"subject": ...}, "missing_attribute", "/subject"),
        ({"subject": 7}, "wrong_type", "/subject"),
        ({"subject": "（2018）吉24民终号"}, "bad_subject", "/subject"),
        ({"subject": "吉24"}, "bad_subject", "/subject"),
        ({"subject": "（2018）吉25民终1号"}, "unknown_court", "/subject"),
        ({"subject": "（2012）延中民二终字第12号"}, "unknown_court", "/subject"),
        ({"subject": "（2018）粤0111民初1号"}, "not_your_court", "/subject"),
        ({"time": ...}, "missing_attribute", "/time"),
        ({"time": 1529424000}, "wrong_type", "/time"),
        ({"time": "2018-06-20"}, "bad_time", "/time"),
        ({"time": "2018-06-20T00:00:00"}, "bad_time", "/time"),
        ({"time": "2018-06-20 00:00:00+08:00"}, "bad_time", "/time"),
        ({"time": "2018-06-31T00:00:00+08:00"}, "bad_time", "/time"),
        ({"time": "2018-06-20T00:00:60Z"}, "bad_time", "/time"),
        ({"time": "2018-06-20T00:00:00+99:00"}, "bad_time", "/time"),
        ({"time": "２０18-06-20T00:00:00Z"}, "bad_time", "/time"),
        ({"time": "1899-12-31T23:59:59+08:00"}, "bad_time", "/time"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "bad_time", "/time"),
        ({"time": "2019-01-11T12:00:01+08:00"}, "from_the_future", "/time"),
        ({"time": "9999-12-31T23:59:59-12:00"}, "from_the_future", "/time"),
        ({"sequence": "x"}, "out_of_range", "/sequence"),
        ({"sequence": "1" * 19}, "out_of_range", "/sequence"),
        ({"sequence": True}, "wrong_type", "/sequence"),
        ({"revision": "1"}, "wrong_type", "/revision"),
        ({"revision": -1}, "out_of_range", "/revision"),
        ({"revision": 10**9 + 1}, "out_of_range", "/revision"),
        ({"replaces": "a1"}, "missing_attribute", "/revision"),
        ({"replaces": "a1", "revision": 0}, "out_of_range", "/revision"),
        ({"replaces": "a2", "revision": 1}, "replaces_a_correction", "/replaces"),
        ({"replaces": 1, "revision": 1}, "wrong_type", "/replaces"),
        ({"type": "event.retracted", "data": {}}, "missing_attribute", "/replaces"),
        ({"recordedtime": "yesterday"}, "bad_time", "/recordedtime"),
        ({"captured": "robot"}, "out_of_range", "/captured"),
        ({"data": []}, "wrong_type", "/data"),
        ({"Replaces": "a1"}, "unknown_field", "/Replaces"),
        ({"replace": "a1"}, "unknown_field", "/replace"),
        ({"data_base64": "e30="}, "unknown_field", "/data_base64"),
    ],
)
def test_a_bad_attribute_is_refused(changes: dict[str, Any], reason: str, pointer: str) -> None:
    assert refused(**changes) == (reason, pointer)


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"data": ...}, "missing_field", "/data/outcome"),
        ({"data": {"outcome": None}}, "missing_field", "/data/outcome"),
        ({"data": {"outcome": 1}}, "wrong_type", "/data/outcome"),
        ({"data": {"outcome": "won"}}, "out_of_range", "/data/outcome"),
        ({"data": {"outcome": "altered", "outcom": "x"}}, "unknown_field", "/data/outcom"),
        ({"data": {"outcome": "altered", "court": "吉99"}}, "unknown_court", "/data/court"),
        ({"data": {"outcome": "altered", "court": 24}}, "wrong_type", "/data/court"),
        ({"data": {"outcome": "altered", "court": "粤0111"}}, "not_your_court", "/data/court"),
        (filed(ext={"Key": 1}), "unknown_field", "/data/ext"),
        (filed(ext={"key": 1.5}), "wrong_type", "/data/ext"),
        (filed(ext={"key": True}), "wrong_type", "/data/ext"),
        (filed(ext={"key": "x" * 201}), "too_long", "/data/ext"),
        (filed(ext={"key": 10**15 + 1}), "out_of_range", "/data/ext"),
        (filed(ext={f"k{n}": n for n in range(21)}), "too_long", "/data/ext"),
        (filed(ext=[]), "wrong_type", "/data/ext"),
        (filed(ext={"key": "a\0b"}), "nul_character", "/data"),
        (filed(ext={"classified": True}), "classified", "/data/ext"),
        (filed(ext={"secrecy": "秘密"}), "classified", "/data/ext"),
        (filed(ext={"key": "\ud800"}), "not_json", "/data"),
        ({"type": "payment.received", "data": {"amount": 10**15 + 1}}, "out_of_range", "/data/amount"),
        ({"type": "payment.received", "data": {"amount": 1.0}}, "wrong_type", "/data/amount"),
        ({"type": "payment.received", "data": {"amount": True}}, "wrong_type", "/data/amount"),
        ({"type": "case.assigned", "data": {"judge": "张三"}}, "out_of_range", "/data/judge"),
        ({"type": "case.transferred", "data": {"to_court": "x" * 25}}, "too_long", "/data/to_court"),
        ({"type": "four_kinds.flagged", "data": {"kind": 5, "by": "rule"}}, "out_of_range", "/data/kind"),
        ({"type": "hearing.scheduled", "data": {"on": "2018-02-30"}}, "out_of_range", "/data/on"),
        ({"type": "hearing.scheduled", "data": {"on": "20180203"}}, "out_of_range", "/data/on"),
        ({"type": "hearing.scheduled", "data": {"on": "1899-12-31"}}, "out_of_range", "/data/on"),
        (
            {"type": "clock.extended", "data": {"clock": "trial_limit", "approver": "president"}},
            "missing_field",
            "/data",
        ),
        (
            {
                "type": "clock.extended",
                "data": {"clock": "trial_limit", "approver": "president", "months": 1, "days": 1},
            },
            "out_of_range",
            "/data",
        ),
    ],
)
def test_bad_data_is_refused(changes: dict[str, Any], reason: str, pointer: str) -> None:
    assert refused(**changes) == (reason, pointer)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("amount", "5", "wrong_type"),
        ("amount", None, "wrong_type"),
        ("parties", 10**6 + 1, "out_of_range"),
        ("detained", 1, "wrong_type"),
        ("procedure", "speedy", "out_of_range"),
        ("cause", "", "out_of_range"),
        ("cause", "x" * 33, "too_long"),
        ("tags", ["a", 1], "wrong_type"),
        ("tags", ["a"] * 51, "too_long"),
        ("tags", {"a": 1}, "wrong_type"),
    ],
)
def test_an_ill_typed_optional_field_becomes_unknown_and_stays_in_the_digest(
    name: str, value: object, reason: str
) -> None:
    found = admitted(**filed(**{"opening_stock": True, name: value}))
    assert found.unknown == ((name, reason),)
    assert found.data == {"opening_stock": True}
    assert found.digest != admitted(**filed(opening_stock=True)).digest


@pytest.mark.parametrize(
    ("data", "reason", "pointer"),
    [
        (
            {"measure": "staff", "from": "2018-12-31", "until": "2018-12-30", "value": 1, "unit": "n"},
            "out_of_range",
            "/data/until",
        ),
        (
            {"measure": "staff", "from": "2018-12-31", "until": "2018-12-31", "value": "1", "unit": "n"},
            "wrong_type",
            "/data/value",
        ),
    ],
)
def test_a_figure_has_days_that_go_forward(data: dict[str, Any], reason: str, pointer: str) -> None:
    assert refused(type="figure.reported", subject="吉2401", data=data) == (reason, pointer)


def test_a_closed_day_counts_known_types() -> None:
    def closing(counts: object) -> dict[str, Any]:
        return {
            "type": "source.day_closed",
            "subject": "吉2401",
            "data": {"day": "2018-06-20", "counts": counts},
        }

    assert admitted(**closing({"case.filed": 31})).data["counts"] == {"case.filed": 31}
    assert refused(**closing({"case.fled": 1})) == ("unknown_type", "/data/counts")
    assert refused(**closing({"case.filed": -1})) == ("out_of_range", "/data/counts")
    assert refused(**closing([])) == ("wrong_type", "/data/counts")


def test_an_event_of_a_court_needs_a_court_and_one_of_a_case_needs_a_case() -> None:
    data = {"day": "2018-06-20", "counts": {}}
    assert refused(type="source.day_closed", data=data) == ("bad_subject", "/subject")
    assert refused(subject="吉24") == ("bad_subject", "/subject")
    assert admitted(type="rating.given", subject="吉2401", data={"score": 5}).home_court == "吉2401"


@pytest.mark.parametrize(
    "link",
    [
        "x",
        {},
        {"role": "appealed"},
        {"role": "loves", "subject": FIRST},
        {"role": ["appealed"], "subject": FIRST},
        {"role": "appealed", "subject": FIRST, "why": "x"},
        {"role": "appealed", "subject": 7},
        {"role": "appealed", "subject": "nonsense here"},
        {"role": "appealed", "subject": "吉2401"},
        {"role": "appealed", "subject": APPEAL},
        {"role": "dispute", "subject": FIRST},
        {"role": "dispute", "subject": "dispute:"},
    ],
)
def test_a_bad_link_is_refused(link: object) -> None:
    reason, pointer = refused(**filed(links=[link]))
    assert reason == "bad_link"
    assert pointer.startswith("/data/links/0")


def test_links_are_at_most_twenty_and_each_counts_once() -> None:
    one = {"role": "appealed", "subject": FIRST}
    assert len(admitted(**filed(links=[one] * 20)).links) == 1
    assert refused(**filed(links=[one] * 21)) == ("bad_link", "/data/links")
    assert refused(**filed(links=one)) == ("bad_link", "/data/links")
    assert admitted(**filed(links=[{"role": "dispute", "subject": "dispute:k1"}])).links == (
        Link("dispute", "dispute:k1", ""),
    )


def test_a_link_to_an_old_number_of_an_unknown_court_is_kept_as_unknown() -> None:
    found = admitted(**filed(links=[{"role": "effective", "subject": "（2012）延中民二终字第12号"}]))
    assert found.links == ()
    assert found.unknown == (("links/0", "unknown_court"),)


def test_foreign_extensions_pass_and_null_means_absent() -> None:
    found = admitted(
        traceparent="00-x",
        datacontenttype="application/json",
        dataschema="x",
        sequencetype="Integer",
        sequence=None,
        replaces=None,
        revision=None,
        recordedtime=None,
        captured=None,
    )
    assert (found.sequence, found.replaces, found.revision, found.recorded, found.by_hand) == (
        None,
        None,
        0,
        None,
        False,
    )
    assert found.digest == admitted().digest


def test_the_clock_of_the_receiver_allows_a_day() -> None:
    assert admitted(time="2019-01-11T12:00:00+08:00").time == NOW + timedelta(hours=24)
    assert admitted(time="1900-01-01T00:00:00+08:00").time.year == 1899
    assert admitted(time="2018-06-20t00:00:00z").time == datetime(2018, 6, 20, tzinfo=UTC)


@pytest.mark.parametrize("given", [None, 7, "x", [], True])
def test_only_an_object_is_a_record(given: object) -> None:
    found = DOOR.admit(given, source=Jilin(), now=NOW)
    assert isinstance(found, envelope.Refusal)
    assert found.reason == "not_an_object"


def test_a_refusal_names_the_record_where_it_can() -> None:
    found = DOOR.admit(record(type="case.filled"), source=Jilin(), now=NOW)
    assert isinstance(found, envelope.Refusal)
    assert found.id == "a2"
    assert "case.filed" in found.detail


def test_the_record_handed_in_is_left_as_it_was() -> None:
    given = record(**filed(amount="5", links=[{"role": "appealed", "subject": "(2018)吉2401民初12号"}]))
    before = json.dumps(given)
    DOOR.admit(given, source=Jilin(), now=NOW)
    assert json.dumps(given) == before
