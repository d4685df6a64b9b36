"""The two annexes of 延中法〔2019〕14号, read from the text of the document itself."""

from __future__ import annotations

from pathlib import Path

TEXT = Path(__file__).resolve().parents[2] / "samples" / "yanbian" / "annexes.txt"
ALL = "总计"
COURTS = {
    "延边中院": "吉24",
    "延吉法院": "吉2401",
    "图们法院": "吉2402",
    "敦化法院": "吉2403",
    "龙井法院": "吉2405",
    "珲春法院": "吉2404",
    "和龙法院": "吉2406",
    "汪清法院": "吉2424",
    "安图法院": "吉2426",
}
# The printed header of annex 2 repeats two columns; only this reading adds up.
ANNEX_2 = ("appeal_altered", "appeal_remanded", "retrial_altered", "retrial_remanded", "retrial_ordered")
ANNEX_2_SUMS = ("total", "change", "ceiling")
ANNEX_3 = (
    "retrial_ordered",
    "retrial_own_decision",
    "retrial_elevated",
    "appeals_filed",
    "applications_filed",
    "applications_closed",
)
MEASURES = tuple(dict.fromkeys((*ANNEX_2, *ANNEX_3)))


def read() -> dict[str, dict[str, int]]:
    """By court code, and 总计: each column's number. A court's numbers of both annexes stand together."""
    found: dict[str, dict[str, int]] = {}
    columns: tuple[str, ...] = ()
    for line in TEXT.read_text(encoding="utf-8").splitlines():
        if line.startswith("附件"):
            columns = (*ANNEX_2, *ANNEX_2_SUMS) if "2" in line else ANNEX_3
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        name = next((cell for cell in cells if cell in COURTS or cell == ALL), None)
        if name is not None:
            numbers = [int(cell) for cell in cells[cells.index(name) + 1 :] if cell]
            row = found.setdefault(COURTS.get(name, name), {})
            row.update(zip(columns, numbers, strict=True))
    return found
