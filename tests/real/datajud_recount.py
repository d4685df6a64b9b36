"""Counts a DataJud file again from its raw JSON, with the standard library alone: the figures every other way
must give.

    python tests/real/datajud_recount.py samples/datajud/processos-tjmmg_3.json.gz

Imports nothing of Plumbline.
"""

from __future__ import annotations

import gzip
import json
import pathlib
import sys
import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

ARCHIVING = {"22", "246"}
ZONE = zoneinfo.ZoneInfo("America/Sao_Paulo")
FIGURES = ("filed", "archived", "pending", "days")

Counts = dict[str, dict[str, Any]]


def load(path: str) -> list[dict[str, Any]]:
    data = pathlib.Path(path).read_bytes()
    records: list[dict[str, Any]] = json.loads(gzip.decompress(data) if path.endswith(".gz") else data)
    return records


def recount(records: Iterable[dict[str, Any]]) -> Counts:
    """By unit, by degree (G1, G2) and in all: filed, archived, pending, days, and the numbers behind filed,
    archived, pending.
    """
    dockets: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        dockets.setdefault(f"{record['grau']}/{record['dadosBasicos']['numero']}", []).append(record)
    counts: Counts = {}
    for number, told in dockets.items():
        told.sort(key=lambda record: int(record["millisInsercao"]))
        filed = _day(told[0]["dadosBasicos"]["dataAjuizamento"])
        stays = _stays(told, filed)
        archived = min(
            (day for record in told for day, code in _movements(record) if code in ARCHIVING), default=None
        )
        degree = number.partition("/")[0]
        for name, on in (("filed", filed), ("archived", archived)):
            if on is not None:
                for place in (_unit_on(stays, on), degree, "all"):
                    _add(counts, place, name, number)
        if archived is None:
            for place in (stays[-1][1], degree, "all"):
                _add(counts, place, "pending", number)
        else:
            for place in (_unit_on(stays, archived), degree, "all"):
                _place(counts, place)["days"] += (archived - filed).days
    return counts


def _stays(told: list[dict[str, Any]], filed: date) -> list[tuple[date, str]]:
    """The units in turn with their first days; a later one from the earliest movement only it holds."""
    stays = [(filed, _unit(told[0]))]
    held = {_identity(movement) for movement in told[0]["movimento"] or ()}
    for record in told[1:]:
        new = [movement for movement in record["movimento"] or () if _identity(movement) not in held]
        held |= {_identity(movement) for movement in new}
        if new and _unit(record) != stays[-1][1]:
            stays.append((max(min(_day(movement["dataHora"]) for movement in new), filed), _unit(record)))
    return stays


def _unit_on(stays: list[tuple[date, str]], day: date) -> str:
    return [unit for since, unit in stays if since <= day][-1] if stays[0][0] <= day else stays[0][1]


def _movements(record: dict[str, Any]) -> list[tuple[date, str]]:
    return [(_day(movement["dataHora"]), _code(movement)) for movement in record["movimento"] or ()]


def _identity(movement: dict[str, Any]) -> tuple[str, str, str]:
    return _code(movement), str(_moment(movement["dataHora"])), str(movement.get("identificadorMovimento"))


def _code(movement: dict[str, Any]) -> str:
    national, local = movement.get("movimentoNacional"), movement.get("movimentoLocal")
    return str(national["codigoNacional"] if national else local["codigoPaiNacional"] if local else "")


def _unit(record: dict[str, Any]) -> str:
    return str(record["dadosBasicos"]["orgaoJulgador"]["codigoOrgao"])


def _moment(given: str | int) -> datetime:
    text = str(given)
    if len(text) == 14:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=ZONE)
    return datetime.fromtimestamp(int(text) / 1000, ZONE)


def _day(given: str | int) -> date:
    return _moment(given).date()


def _place(counts: Counts, place: str) -> dict[str, Any]:
    return counts.setdefault(
        place, {**dict.fromkeys(FIGURES, 0), "numbers": {name: set() for name in FIGURES[:3]}}
    )


def _add(counts: Counts, place: str, name: str, number: str) -> None:
    at = _place(counts, place)
    at[name] += 1
    at["numbers"][name].add(number)


if __name__ == "__main__":
    for place, at in sorted(recount(load(sys.argv[1])).items()):
        print(f"{place:>8}", *(f"{name} {at[name]:,}" for name in FIGURES), sep="  ")
