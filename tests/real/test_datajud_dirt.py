"""What other DataJud files hold: each fault costs its own record or movement, never the file."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from services.ingest.translators import Translated, datajud


def record(**changes: Any) -> dict[str, Any]:
    """A sound record, with changes; `basic_x` changes x inside dadosBasicos, None takes it away."""
    made: dict[str, Any] = {
        "millisInsercao": 1601057221974,
        "siglaTribunal": "TJMMG",
        "grau": "G1",
        "movimento": [movement()],
        "dadosBasicos": {
            "numero": "20002767520209130001",
            "dataAjuizamento": "20200318104406",
            "classeProcessual": 1733,
            "nivelSigilo": 0,
            "orgaoJulgador": {"nomeOrgao": "1ª Auditoria", "codigoOrgao": 14141},
        },
    }
    for name, value in changes.items():
        holder = made["dadosBasicos"] if name.startswith("basic_") else made
        holder[name.removeprefix("basic_")] = value
    return made


def movement(**changes: Any) -> dict[str, Any]:
    return {
        "identificadorMovimento": "711585158378204727565920509286",
        "movimentoNacional": {"codigoNacional": 51},
        "dataHora": "20200325144903",
        **changes,
    }


def translate(*records: Any) -> list[Translated]:
    return raw(json.dumps(list(records)).encode())


def raw(text: bytes) -> list[Translated]:
    return list(datajud.translate(io.BytesIO(text), source="s"))


def events(told: list[Translated]) -> list[dict[str, Any]]:
    return [one.record for one in told if isinstance(one.record, dict)]


def problems(told: list[Translated]) -> list[str]:
    return [one.problem for one in told if one.problem is not None]


def kinds(told: list[Translated]) -> list[str]:
    return [event["type"] for event in events(told) if "replaces" in event]


def test_every_event_is_told_once_for_all_and_once_by_the_record() -> None:
    told = events(translate(record()))
    assert [event["type"] for event in told] == ["case.filed", "case.filed", "docket.moved", "docket.moved"]
    plain, edition = told[2], told[3]
    assert edition["replaces"] == plain["id"]
    assert "court" not in plain["data"]
    assert edition["data"]["court"] == "TJMMG-14141"
    assert edition["time"] == "2020-03-25T14:49:03-03:00"
    assert edition["recordedtime"] == "2020-09-25T18:07:01.974+00:00"


def test_an_older_record_has_the_higher_revision() -> None:
    older, later = (
        events(translate(record(millisInsercao=born)))[1] for born in (1593468886236, 1601057269756)
    )
    assert older["revision"] > later["revision"] >= 1


def test_no_movements_leave_the_filing() -> None:
    assert kinds(translate(record(movimento=None))) == ["case.filed"]
    assert problems(translate(record(movimento={"dataHora": "x"}))) != []


def test_an_exact_duplicate_movement_is_told_once() -> None:
    assert kinds(translate(record(movimento=[movement(), movement(), movement()]))) == [
        "case.filed",
        "docket.moved",
    ]


def test_a_movement_before_the_filing_keeps_its_date_and_brings_the_docket_nowhere() -> None:
    told = events(translate(record(movimento=[movement(dataHora="20190101000000")])))
    assert told[3]["time"] == "2019-01-01T00:00:00-02:00"
    assert "court" not in told[3]["data"]


@pytest.mark.parametrize(
    "written",
    [
        "20200325144903",
        20200325144903,
        1585158543000,
        "1585158543000",
        "2020-03-25T14:49:03",
        "2020-03-25T17:49:03.000Z",
    ],
)
def test_a_date_may_be_written_in_many_ways(written: object) -> None:
    assert (
        events(translate(record(movimento=[movement(dataHora=written)])))[2]["time"]
        == "2020-03-25T14:49:03-03:00"
    )


@pytest.mark.parametrize(
    "absurd", ["", None, "20201399000000", "00000000000000", "never", 99999999999999999, -9e15, True, []]
)
def test_an_absurd_date_costs_only_its_movement(absurd: object) -> None:
    told = translate(record(movimento=[movement(dataHora=absurd), movement()]))
    assert kinds(told) == ["case.filed", "docket.moved"]
    assert "movement 1" in problems(told)[0]


def test_an_absurd_filing_date_leaves_the_movements() -> None:
    told = translate(record(basic_dataAjuizamento="30200318104406"))
    assert kinds(told) == ["docket.moved"]
    assert len(problems(told)) == 1


def test_a_local_movement_counts_by_its_national_parent() -> None:
    local = movement(
        movimentoNacional=None, movimentoLocal={"codigoMovimento": 12278, "codigoPaiNacional": 246}
    )
    orphan = movement(movimentoNacional=None, movimentoLocal={"codigoMovimento": 246})
    assert events(translate(record(movimento=[local])))[3]["data"] | {} == {
        "scheme": "cnj-tpu", "code": "246", "local": True, "movement": "711585158378204727565920509286",
        "court": "TJMMG-14141",
    }  # fmt: skip
    assert events(translate(record(movimento=[orphan])))[3]["data"]["scheme"] == "cnj-local"


def test_a_record_without_a_unit_stays_with_the_tribunal() -> None:
    told = translate(record(basic_orgaoJulgador=None))
    assert problems(told) == []
    assert all("court" not in event["data"] for event in events(told))


def test_classified_records_and_movements_never_leave_the_file() -> None:
    told = translate(
        record(basic_nivelSigilo=1),
        record(basic_nivelSigilo="odd"),
        record(movimento=[movement(nivelSigilo=2)]),
    )
    assert kinds(told) == ["case.filed"]
    assert [("classified" in text, "20002767520209130001" in text) for text in problems(told)] == [
        (True, False)
    ] * 3
    assert [one.key for one in told[:2]] == [None, None]


def test_words_of_complements_are_left_out() -> None:
    table = [{"codComplemento": 3, "codComplementoTabelado": 9, "descricaoComplemento": "a name"}]
    assert (
        events(translate(record(movimento=[movement(complementoNacional=table)])))[3]["data"]["complement"]
        == "3:9"
    )


@pytest.mark.parametrize(
    "broken",
    [
        *(5, None, "x", [], {}, {"grau": 7}),
        record(siglaTribunal=None),
        record(grau="first degree"),
        record(basic_numero="none"),
        record(dadosBasicos=None),
        record(dadosBasicos=[1]),
        record(basic_orgaoJulgador="x", movimento=[5, None, [], {}]),
    ],
)
def test_a_broken_record_costs_only_itself(broken: object) -> None:
    told = translate(record(), broken, record(basic_numero="1"))
    sound = [
        event
        for event in events(told)
        if event["subject"].endswith(("20002767520209130001", "/" + "1".zfill(20)))
    ]
    assert len(sound) >= 8
    assert broken == [] or problems(told)
    assert all(text.startswith("Record ") for text in problems(told))


def test_a_damaged_line_costs_only_itself() -> None:
    lines = [json.dumps(record(basic_numero=str(number))).encode() for number in (1, 2, 3)]
    lines[1] = lines[1][:100]
    told = raw(b"\n".join(lines))
    assert len(problems(told)) == 1
    assert {event["subject"][-1] for event in events(told)} == {"1", "3"}


def test_a_file_cut_short_gives_what_it_holds() -> None:
    whole = json.dumps([record(basic_numero=str(number)) for number in (1, 2)]).encode()
    told = raw(whole[:-40])
    assert {event["subject"][-1] for event in events(told)} == {"1"}
    assert len(problems(told)) == 1
    assert raw(b"") == []
    assert raw(b"\x1f\x8b") == []


def test_bytes_that_are_no_utf8_cost_nothing() -> None:
    text = json.dumps([record()], ensure_ascii=False).encode("latin-1")
    assert kinds(raw(text)) == ["case.filed", "docket.moved"]


def test_a_long_file_is_read_piece_by_piece() -> None:
    many = [record(basic_numero=str(number), movimento=[movement()] * 40) for number in range(1, 400)]
    told = translate(*many)
    assert len(events(told)) == 399 * 4
    assert [one.line for one in told][::4] == list(range(1, 400))


def test_the_court_file_of_a_files_units_names_no_person() -> None:
    cabinet = record(
        basic_orgaoJulgador={"nomeOrgao": "Gabinete do Juiz Dr. Fulano", "codigoOrgao": 27343}, grau="G2"
    )
    out = io.StringIO()
    count = datajud.write_units(io.BytesIO(json.dumps([record(), cabinet, {}]).encode()), out)
    assert count == 5
    assert "Fulano" not in out.getvalue()
    assert out.getvalue().splitlines()[1:3] == [
        "TJMMG,,TJMMG,TJMMG,high,,,real,America/Sao_Paulo",
        "TJMMG-G1,TJMMG,TJMMG-G1,TJMMG-G1,intermediate,,,real,America/Sao_Paulo",
    ]
