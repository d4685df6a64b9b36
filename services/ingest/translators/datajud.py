"""DataJud records (Brazil, CNJ) as docket events: one docket a degree and number, filed once, with its
movements and its units.

A docket that changed its unit stands in the file once for each unit, so a record cannot know whether it is
the first, and the other may be in another file. Hence nothing is decided here. Every filing and every
movement is told once without a unit (the same event whoever tells it), and once more by each record that
holds it, as an edition of that event which names the record's unit. The older the record (`millisInsercao`),
the higher its revision, so a movement belongs to the unit of the oldest record that holds it, whatever was
read first. The pack reads the unit as a track that never returns: filed in the unit of the oldest record,
moved on the day of the earliest movement that only a later record holds.
"""

from __future__ import annotations

import csv
import hashlib
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO, NamedTuple, TextIO

from services.ingest.translators import Translated, datajud_records

ZONE = zoneinfo.ZoneInfo("America/Sao_Paulo")
SCHEME = "cnj-tpu"
LOCAL_SCHEME = "cnj-local"
INSTANCES = {"G1": "first", "JE": "first", "G2": "second", "TR": "second", "TRU": "second"}
AMOUNT_LAST = 10**15
REVISION_LAST = 10**9
TICK_MS = 3_000
"""A revision counts down in ticks of three seconds since 1970: one second would leave its range in 2001."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COURT = re.compile(r"[A-Z][A-Z0-9-]{1,14}")
_DEGREE = re.compile(r"[A-Z][A-Z0-9]{0,3}")
_CALENDAR = re.compile(r"(?:19|20|21)[0-9]{6}(?:[0-9]{6})?")
_MOVEMENT_CODE = re.compile(r"[0-9A-Za-z_.:-]{1,32}")
_TABLED = re.compile(r"\s*([0-9]{1,9})\s*:[^:;]*:\s*([0-9]{1,9})\s*")
_PERSONAL = re.compile(
    r"\b(?:Gab|Gabinete|Juiz|Ju[ií]za|Des|Desa|Desembargador|Desembargadora|Min|Ministr[oa]|Dra?)\b", re.I
)
_COLUMNS = ("code", "parent", "name_zh", "name_en", "level", "from", "until", "status", "zone")


class Docket(NamedTuple):
    """What a record says of its docket. `unit` is a court code or None; `born` milliseconds since 1970, None
    if unknown.
    """

    court: str
    degree: str
    number: str
    unit: str | None
    filed: datetime | None
    born: int | None

    @property
    def subject(self) -> str:
        return f"{self.court}:docket:{self.degree}/{self.number}"


class _Bad(Exception):
    """Why one item cannot be told."""


def translate(stream: BinaryIO, *, source: str) -> Iterator[Translated]:
    """The events of every record, or the problem of a record or movement; the others of the file go on."""
    return tell(datajud_records.read(stream), source)


def tell(records: Iterable[datajud_records.Read], source: str) -> Iterator[Translated]:
    """The same of records that were read already, from whatever they were written in."""
    for place, record, problem in records:
        if record is None:
            yield Translated(place, problem=f"Record {place}: {problem}.")
            continue
        key = _shown_number(record)
        try:
            docket = _docket(record)
            if level := _secrecy(record.get("dadosBasicos")):
                # Nothing of a classified case leaves its file, not even its number.
                yield Translated(
                    place, problem=f"Record {place}: classified (nivelSigilo {level}), not sent."
                )
                continue
            yield from _events(place, docket, record, source)
        except _Bad as bad:
            yield Translated(place, problem=f"Record {place}: {bad}.", key=key)


def write_units(stream: BinaryIO, out: TextIO) -> int:
    """Write the court file of the units a file names (tribunal, degree, unit); returns how many courts it
    holds.

    A cabinet bears its judge's name, so units whose name may hold a person's are called by their number.
    """
    courts: dict[str, tuple[str, str, str]] = {}
    for _, record, _ in datajud_records.read(stream):
        try:
            docket = _docket(record or {})
        except _Bad:
            continue
        courts.setdefault(docket.court, ("", docket.court, "high"))
        degree = f"{docket.court}-{docket.degree}"
        courts.setdefault(degree, (docket.court, degree, "intermediate"))
        if docket.unit is not None:
            name = str(
                _mapping(_mapping((record or {}).get("dadosBasicos")).get("orgaoJulgador")).get("nomeOrgao")
                or ""
            )
            plain = (
                f"Unidade {docket.unit.rpartition('-')[2]}"
                if not name or _PERSONAL.search(name)
                else name[:100]
            )
            courts.setdefault(docket.unit, (degree, plain, "basic"))
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for code, (parent, name, level) in sorted(
        courts.items(), key=lambda one: (one[1][2] == "basic", one[1][0], one[0])
    ):
        lines.writerow((code, parent, name, name, level, "", "", "real", ZONE.key))
    return len(courts)


def _docket(record: Mapping[str, Any]) -> Docket:
    basic = _mapping(record.get("dadosBasicos"))
    court = str(record.get("siglaTribunal") or "").strip().upper()
    degree = str(record.get("grau") or "").strip().upper()
    number = re.sub(r"[^0-9]", "", str(basic.get("numero") or ""))
    if not _COURT.fullmatch(court):
        raise _Bad(f"siglaTribunal is {court[:20]!r}, it should name the tribunal, such as TJMMG")
    if not _DEGREE.fullmatch(degree):
        raise _Bad(f"grau is {degree[:20]!r}, it should be the degree, such as G1")
    if not 1 <= len(number) <= 30 or not int(number):
        raise _Bad("dadosBasicos.numero holds no number, it should hold the 20 digits of the case")
    unit = _integer(_mapping(basic.get("orgaoJulgador")).get("codigoOrgao"))
    born = _integer(record.get("millisInsercao"))
    return Docket(
        court, degree, number.zfill(20),
        f"{court}-{unit}" if unit is not None and 0 < unit < 10**9 else None,
        _instant(basic.get("dataAjuizamento")),
        born if born is not None and 0 < born < 4 * 10**12 else None,
    )  # fmt: skip


def _events(place: int, docket: Docket, record: Mapping[str, Any], source: str) -> Iterator[Translated]:
    def told(event: dict[str, Any]) -> Translated:
        return Translated(place, record=event, key=docket.subject)

    if docket.filed is None:
        given = _mapping(record.get("dadosBasicos")).get("dataAjuizamento")
        yield Translated(
            place, key=docket.subject,
            problem=f"Record {place}: dataAjuizamento is {given!r:.40}, it should be a date of 1900 to 2200; "
            "the docket has no filing, its movements are sent",
        )  # fmt: skip
    else:
        plain = {"category": "other", "instance": INSTANCES.get(docket.degree, "other")}
        yield from map(
            told,
            _told_twice(docket, source, "case.filed", docket.filed, "", plain, _filing(record), unit=True),
        )
    movements = record.get("movimento")
    if movements is not None and not isinstance(movements, list):
        yield Translated(
            place,
            problem=f"Record {place}: movimento is no list, it should be one or null",
            key=docket.subject,
        )
        return
    seen: set[str] = set()
    for index, movement in enumerate(movements or (), 1):
        try:
            instant, identity, data = _movement(movement)
        except _Bad as bad:
            yield Translated(place, problem=f"Record {place}, movement {index}: {bad}.", key=docket.subject)
            continue
        if identity in seen:
            continue  # an exact duplicate inside one record
        seen.add(identity)
        # A movement dated before the filing cannot have brought the docket to a unit.
        placing = docket.filed is None or instant >= docket.filed
        yield from map(
            told, _told_twice(docket, source, "docket.moved", instant, identity, data, {}, unit=placing)
        )


def _told_twice(
    docket: Docket,
    source: str,
    kind: str,
    instant: datetime,
    identity: str,
    plain: dict[str, Any],
    more: dict[str, Any],
    *,
    unit: bool,
) -> Iterator[dict[str, Any]]:
    """The event as anyone would tell it, then this record's edition of it."""
    original = _id(docket.subject, kind, str(int(instant.timestamp())), identity)
    common = {
        "specversion": "1.0",
        "source": source,
        "type": kind,
        "subject": docket.subject,
        "time": instant.astimezone(ZONE).isoformat(timespec="seconds"),
    }
    yield {**common, "id": original, "data": plain}
    edition: dict[str, Any] = {
        **common,
        "id": _id(original, docket.unit or "", str(docket.born or "")),
        "replaces": original,
        "revision": 1 if docket.born is None else max(REVISION_LAST - docket.born // TICK_MS, 1),
        "data": {**plain, **more, **({"court": docket.unit} if unit and docket.unit else {})},
    }
    if docket.born is not None:
        born = _EPOCH + timedelta(milliseconds=docket.born)
        edition["recordedtime"] = born.isoformat(timespec="milliseconds")
    yield edition


def _filing(record: Mapping[str, Any]) -> dict[str, Any]:
    """The optional fields of a filing: subject matter, amount in centavos, and the class as an extra."""
    basic = _mapping(record.get("dadosBasicos"))
    data: dict[str, Any] = {}
    subjects = basic.get("assunto")
    listed = [one for one in subjects if isinstance(one, dict)] if isinstance(subjects, list) else []
    for one in sorted(listed, key=lambda entry: entry.get("principal") is not True):
        code = _integer(one.get("codigoNacional", one.get("codigoPaiNacional")))
        if code is not None and 0 <= code < 10**9:
            data["cause"] = str(code)
            break
    try:
        amount = Decimal(str(basic.get("valorCausa"))) * 100
        if amount.is_finite() and 0 < amount <= AMOUNT_LAST:
            data["amount"] = int(amount.to_integral_value())
    except InvalidOperation:
        pass  # an amount is optional: one that is no number is left out
    kind = _integer(basic.get("classeProcessual"))
    if kind is not None and 0 <= kind < 10**9:
        data["ext"] = {"classe": kind}
    return data


def _movement(movement: object) -> tuple[datetime, str, dict[str, Any]]:
    """When, its identity within the docket, and its data. A code is the national one, or the national parent
    of a local one.
    """
    if not isinstance(movement, dict):
        raise _Bad("it is no object, it should hold dataHora and a code")
    if level := _secrecy(movement):
        raise _Bad(f"classified (nivelSigilo {level}), not sent")
    instant = _instant(movement.get("dataHora"))
    if instant is None:
        raise _Bad(f"dataHora is {movement.get('dataHora')!r:.40}, it should be a date of 1900 to 2200")
    local = _mapping(movement.get("movimentoLocal"))
    national = _code(_mapping(movement.get("movimentoNacional")).get("codigoNacional"))
    parent, own = _code(local.get("codigoPaiNacional")), _code(local.get("codigoMovimento"))
    code = national or parent or own
    if code is None:
        raise _Bad("it has no code, it should have a movimentoNacional.codigoNacional or a codigoPaiNacional")
    data: dict[str, Any] = {"scheme": SCHEME if national or parent else LOCAL_SCHEME, "code": code}
    if not national:
        data["local"] = True
    identifier = str(movement.get("identificadorMovimento") or "").strip()
    if _MOVEMENT_CODE.fullmatch(identifier):
        data["movement"] = identifier
    written = _mapping(movement.get("movimentoNacional")).get("complemento")
    if complement := _complement(movement.get("complementoNacional"), written):
        data["complement"] = complement
    return instant, f"{data['scheme']}/{code}/{identifier}/{int(instant.timestamp())}", data


def _complement(given: object, written: object) -> str:
    """The codes of the tabled complements, told apart or as text (`18:motivo_da_remessa:38`), never their words: those may
    hold names or contents.
    """
    listed = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    pairs = [(_code(one.get("codComplemento")), _code(one.get("codComplementoTabelado"))) for one in listed]
    texts = written if isinstance(written, list) else [written]
    parts = (part for one in texts if isinstance(one, str) for part in one.split(";"))
    pairs += [(_code(found[1]), _code(found[2])) for part in parts if (found := _TABLED.fullmatch(part))]
    return " ".join(dict.fromkeys(f"{name}:{value}" for name, value in pairs if name and value))[:200]


def _instant(given: object) -> datetime | None:
    """An instant from 20200318104406 or 20200318 (local), milliseconds since 1970, or ISO 8601; in whole
    seconds.
    """
    text = str(given).strip() if isinstance(given, int | str) and not isinstance(given, bool) else ""
    try:
        if _CALENDAR.fullmatch(text):
            found = datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=ZONE)
        elif re.fullmatch(r"-?[1-9][0-9]{6,12}", text):  # 0 and the like stand for no date
            found = _EPOCH + timedelta(seconds=int(text) // 1000)
        else:
            found = datetime.fromisoformat(text).replace(microsecond=0)
            found = found if found.tzinfo else found.replace(tzinfo=ZONE)
        local = found.astimezone(ZONE)
    except (ValueError, OverflowError):
        return None
    return local if 1900 <= local.year < 2200 else None


def _secrecy(holder: object) -> int:
    """nivelSigilo above 0 means classified; one that cannot be read is believed to be."""
    given = _mapping(holder).get("nivelSigilo")
    if given is None:
        return 0
    level = _integer(given)
    return 1 if level is None or level < 0 else level


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _integer(value: object) -> int | None:
    """A whole number, also one written as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,18}\s*", value):
        return int(value)
    return None


def _code(value: object) -> str | None:
    number = _integer(value)
    return str(number) if number is not None and 0 <= number < 10**9 else None


def _shown_number(record: Mapping[str, Any]) -> str | None:
    number = _mapping(record.get("dadosBasicos")).get("numero")
    return (
        str(number)[:40]
        if isinstance(number, str | int) and not _secrecy(record.get("dadosBasicos"))
        else None
    )


def _id(*parts: str) -> str:
    return "dj-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:40]
