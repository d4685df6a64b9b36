"""DataJud records in XML (MTD, the model of transfer that tribunals send to the CNJ), read as the JSON ones are.

`<processo siglaTribunal="TJMMG" grau="G1"><dadosBasicos numero="…" …/><movimento dataHora="…" …/></processo>`: each such
element is cut out by itself, so that a damaged one costs only itself. What is an attribute or an element in it becomes a
field of the same name; the fields are those of the JSON form, and datajud.py judges them.
"""

from __future__ import annotations

import codecs
import re
import xml.parsers.expat
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from services.ingest.translators import Translated, datajud, datajud_records
from services.ingest.translators.datajud_records import RECORD_CHARACTERS_MAX, Read

DEEPEST: Final = 32
LISTS: Final = frozenset({"assunto", "movimento", "complementoNacional", "complemento"})
"""Elements that may stand several times."""
CHARSETS: Final = ("utf-8", "iso-8859-1", "windows-1252", "us-ascii")

_BEGINS: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?processo(?=[\s/>])")
_ENDS: Final = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?processo\s*>")
_EMPTY: Final = re.compile(r"<[^<>]*/>")
_DECLARED: Final = re.compile(r"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_TAIL: Final = 200
"""Characters kept while no element begins: more than the longest beginning of one."""


def translate(stream: BinaryIO, *, source: str) -> Iterator[Translated]:
    """The events of every `processo`, or the problem of one or of its movement; the others of the file go on."""
    return datajud.tell(read(stream), source)


def read(stream: BinaryIO) -> Iterator[Read]:
    """Every record in the order of the file; a damaged one is told and passed over. Never raises for the content."""
    text, place, ended = "", 0, False
    pieces = _pieces(stream)
    while True:
        begins = _BEGINS.search(text)
        ends = None
        if begins is not None:
            ends = _EMPTY.match(text, begins.start()) or _ENDS.search(text, begins.end())
        if begins is not None and (ends is not None or ended or len(text) > RECORD_CHARACTERS_MAX):
            place += 1
            upto = ends.end() if ends is not None else len(text)
            again = _BEGINS.search(text, begins.end(), upto)
            if again is not None:  # the end of this one is lost: it is the next that ends there
                upto = again.start()
            yield _record(place, text[begins.start() : upto])
            text = text[upto:]
        elif ended:
            if not place and text.strip():
                yield Read(1, None, "no element processo stands in the file: send the XML of the MTD")
            return
        else:
            more = next(pieces, None)
            ended = more is None
            text = (text if begins is not None else text[-_TAIL:]) + (more or "")


def _pieces(stream: BinaryIO) -> Iterator[str]:
    """The text as its declaration says (UTF-8 without one), a mark for each byte that is none."""
    whole = datajud_records.unpacked(stream)
    head = next(whole, b"")
    declared = _DECLARED.search(head[:1024].decode("latin-1"))
    named = declared[1].lower() if declared else ""
    decoder = codecs.getincrementaldecoder(named if named in CHARSETS else "utf-8")("replace")
    yield decoder.decode(head)
    for data in whole:
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def _record(place: int, text: str) -> Read:
    """One element by itself. It has no document type, so no entity can be smuggled in; a prefix is left away."""
    nodes: list[dict[str, Any]] = []
    texts: list[list[str]] = []
    found: list[Any] = []

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if len(nodes) >= DEEPEST:
            raise ValueError(f"elements stand more than {DEEPEST} deep")
        nodes.append({_plain(name): value.strip() for name, value in attributes.items()})
        texts.append([])

    def end(tag: str) -> None:
        node, written, name = nodes.pop(), "".join(texts.pop()).strip(), _plain(tag)
        value: Any = node or written or None
        if not nodes:
            found.append(node)
        elif name in LISTS:
            nodes[-1].setdefault(name, []).append(value)
        elif name not in nodes[-1]:
            nodes[-1][name] = value

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = lambda given: texts[-1].append(given) if texts else None
    try:
        parser.Parse(text.encode(), True)
    except (xml.parsers.expat.ExpatError, ValueError) as bad:
        return Read(place, None, f"no well-formed XML ({bad}): send the record again, whole")
    record: dict[str, Any] = found[0]
    _mend(record)
    return Read(place, record, "")


def _mend(record: dict[str, Any]) -> None:
    """What XML cannot say is said: which subject is the main one, and that a movement without content is null."""
    basic = record.get("dadosBasicos")
    for one in basic.get("assunto", ()) if isinstance(basic, dict) else ():
        if isinstance(one, dict) and isinstance(one.get("principal"), str):
            one["principal"] = one["principal"].lower() in ("true", "1", "s")
    listed = record.get("movimento")
    if isinstance(listed, list) and not any(listed):
        record["movimento"] = None  # <movimento/>: the record has none


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2]
