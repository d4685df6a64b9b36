"""Checks a verification file offline: form, signature, digests, definitions, and the points computed again.

Total: whatever bytes are handed in, the answer is a report that names what agrees and what does not.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import exceptions
from cryptography.hazmat.primitives.asymmetric import ed25519

from plumbline import errors, refusals, scorebooks, strictjson, transcripts, verification
from plumbline.catalog import documents, reading
from plumbline.catalog.definitions import Pack, Text
from plumbline.catalog.ratios import Ratio
from plumbline.periods import Period
from plumbline.scorebooks import Book, Inputs
from plumbline.verification import File
from plumbline.verification_report import Report

LARGEST_FILE = 64 * 1024 * 1024
DEEPEST = 64
#: By the public key in hexadecimal: when the key was retired, None while it signs.
Trusted = Mapping[str, datetime | None]

_HEX = re.compile(r"[0-9a-f]+")
_LINE = re.compile(r"\w+\.lines\[([^\]]*)\]")
_NAMES = {
    "about": Text("概要", "about"),
    "definitions": Text("定义", "definitions"),
    "inputs": Text("数据", "inputs"),
    "scorecard": Text("得分表", "scorecard"),
    "adjusted": Text("单独评分后的得分表", "scorecard as decided"),
    "objected": Text("剔除异议案件后的得分表", "scorecard without cases objected to"),
}
_KEY = Text(
    "请用 --key 或 --trust 指明发文法院公布的公钥", "give the court's published key with --key or --trust"
)


def check(content: bytes, trusted: Trusted) -> Report:
    """Everything that can be checked of a file without the books; never raises."""
    report = Report()
    file = _parsed(content, report)
    if file is None:
        report.readable = False
        return report
    _form(content, file, report)
    _signature(file, trusted, report)
    _digests(file, report)
    try:
        whole = transcripts.read(File, file)
    except transcripts.BadTranscript as bad:
        report.add(bad.path, f"形状不符：{bad.what}", f"wrong shape: {bad.what}", agrees=False)
        return report
    _retired(whole, trusted, report)
    packs = _packs(whole, report)
    if packs is not None:
        _recomputed(whole, file, packs, report)
    return report


def _parsed(content: bytes, report: Report) -> dict[str, Any] | None:
    """The file as plain data, or None with the reason where it is none."""
    if len(content) > LARGEST_FILE:
        report.add("file", "文件过大，无法读取", "the file is too large to be one", agrees=False)
        return None
    found = strictjson.parse_json(content, DEEPEST)
    if isinstance(found, refusals.Refusal):
        report.add(
            "file", f"不是严格的 JSON：{found.detail}", f"no strict JSON: {found.detail}", agrees=False
        )
        return None
    assert isinstance(found, dict)
    if found.get("format") != verification.FORMAT:
        said = str(found.get("format"))[:60]
        report.add(
            "format",
            f"不是本程序能读的核验文件：{said}",
            f"no format this program reads: {said}",
            agrees=False,
        )
        return None
    return found


def _form(content: bytes, file: dict[str, Any], report: Report) -> None:
    """Canonical bytes (a line break at the end is no harm), and neither fractions nor empty values outside
    documents.
    """
    try:
        same = transcripts.canonical(file) == content.removesuffix(b"\n")
    except transcripts.BadTranscript:
        same = False
    if same:
        report.add(
            "file", "文件是规范 JSON（RFC 8785）", "the file is canonical JSON (RFC 8785)", agrees=True
        )
    else:
        report.add(
            "file",
            "文件不是规范 JSON（RFC 8785）：顺序、空白或写法被改动",
            "the file is not canonical JSON (RFC 8785): its order, blanks or spelling were changed",
            agrees=False,
        )


def _signature(file: Mapping[str, Any], trusted: Trusted, report: Report) -> None:
    """Whether the signature holds for these bytes, and whether its key is one the reader trusts."""
    said = file.get("signature")
    try:
        one = transcripts.read(verification.Signature, said, "signature")
        if one.algorithm != verification.ALGORITHM:
            raise ValueError(f"algorithm {one.algorithm[:20]}")
        if not _HEX.fullmatch(one.public_key) or not _HEX.fullmatch(one.value):
            raise ValueError("lower-case hexadecimal is needed")
        public = bytes.fromhex(one.public_key)
        if verification.key_id(public) != one.key:
            raise ValueError(f"key {one.key[:20]} is not the id of public_key")
        key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        key.verify(bytes.fromhex(one.value), verification.signed_part(file))
    except (exceptions.InvalidSignature, ValueError, errors.PlumblineError) as bad:
        why = f": {bad}" if str(bad) else ""
        report.add(
            "signature",
            f"签名无效，内容与签名时不同{why}",
            f"the signature is not valid for this content{why}",
            agrees=False,
        )
        return
    report.signed, report.trusted = True, one.public_key in trusted
    report.add(
        "signature", f"签名有效（密钥 {one.key}）", f"the signature is valid (key {one.key})", agrees=True
    )
    if report.trusted:
        report.add("signature.key", "签名密钥可信", "the signing key is trusted", agrees=True)
    else:
        report.add(
            "signature.key",
            f"签名有效，但密钥 {one.key} 未列入可信密钥，不能证明由谁签发；{_KEY.zh}",
            f"the signature is valid, but key {one.key} is not trusted, so nothing says who signed: {_KEY.en}",
            agrees=False,
        )


def _digests(file: Mapping[str, Any], report: Report) -> None:
    """Whether each section has the digest the file states for it."""
    given = file.get("digests")
    stated: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    for name in verification.SECTIONS:
        if name in verification.CARDS[1:] and name not in file and name not in stated:
            continue
        try:
            agrees = name in file and stated.get(name) == transcripts.digest(file[name])
        except transcripts.BadTranscript:
            agrees = False
        zh, en = _NAMES[name].zh, _NAMES[name].en
        if agrees:
            report.add(name, f"{zh}部分与其摘要一致", f"{en}: agrees with its digest", agrees=True)
        elif not isinstance(stated.get(name), str):
            report.add(f"digests.{name}", "缺少摘要", "there is no digest", agrees=False)
        else:
            report.add(name, f"{zh}部分与其摘要不一致", f"{en}: does not agree with its digest", agrees=False)
    for name in sorted(set(stated) - set(verification.SECTIONS)):
        report.add(f"digests.{name}", "多出的摘要", "a digest of nothing", agrees=False)


def _retired(whole: File, trusted: Trusted, report: Report) -> None:
    """A file written after its key was retired was not written by the keeper of the key."""
    retired = trusted.get(whole.signature.public_key)
    if report.trusted and retired is not None and whole.about.generated_at > retired:
        day = retired.isoformat()
        report.add(
            "about.generated_at",
            f"文件生成于签名密钥停用（{day}）之后",
            f"the file says it was written after its key was retired ({day})",
            agrees=False,
        )


def _packs(whole: File, report: Report) -> dict[str, Pack] | None:
    """The packs of the file by hash, read anew from their documents; None where one is not what it says."""
    stated = {one.hash: one for one in whole.definitions.packs}
    wrong = 0
    for one in whole.definitions.packs:
        if not isinstance(one.document, dict) or documents.digest(one.document) != one.hash:
            wrong += 1
            report.add(
                f"definitions.packs[{one.id}].document",
                f"指标包 {one.id} 的内容与其哈希不符",
                f"the document of pack {one.id} does not have the hash {one.hash[:12]}",
                agrees=False,
            )
    built: dict[str, Pack] = {}
    try:
        for one in () if wrong else whole.definitions.packs:
            built[one.hash] = _built(one.hash, stated, built)
    except (
        Exception
    ) as bad:  # a document of a stranger may be wrong in any way, and the answer stays a report
        wrong += 1
        said = str(bad)[:300]
        report.add(
            "definitions.packs", f"指标包不能读取：{said}", f"a pack cannot be read: {said}", agrees=False
        )
    if not wrong:
        count = len(built)
        report.add(
            "definitions.packs",
            f"{count} 个指标包的内容与其哈希一致",
            f"the documents of {count} packs have the hashes stated",
            agrees=True,
        )
        return built
    report.add(
        "scorecard",
        "定义不符，得分未重算",
        "the points were not computed again, because the definitions are not as stated",
        agrees=False,
    )
    return None


def _built(wanted: str, stated: Mapping[str, verification.Document], built: dict[str, Pack]) -> Pack:
    if wanted in built:
        return built[wanted]
    if wanted not in stated:
        raise errors.BadInput(f"the pack {wanted[:12]} is not in the file")
    document = stated[wanted].document
    used = {name: _built(one, stated, built) for name, one in document.get("used", {}).items()}
    built[wanted] = _pack(_Hashed(wanted, document, used))
    return built[wanted]


@dataclass(frozen=True, slots=True, eq=False)
class _Hashed:
    """A document that has its hash, with the packs it names by theirs: the hash stands for all of it."""

    hash: str
    document: dict[str, Any]
    used: Mapping[str, Pack]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)


@functools.lru_cache(maxsize=16)
def _pack(one: _Hashed) -> Pack:
    return reading.pack_from_document(one.document, one.used)


def _recomputed(whole: File, file: Mapping[str, Any], packs: Mapping[str, Pack], report: Report) -> None:
    """The hashes, the words about it, and every line, from the documents and the inputs alone."""
    try:
        pack = packs[whole.about.pack_hash]
        book = scorebooks.bind(pack, whole.about.book)
        figures = {one.id: packs[one.pack] for one in whole.definitions.figures}
        material = verification.Material(
            pack=pack,
            book=book,
            inputs=whole.inputs.court,
            period=Period.parse(whole.about.period),
            figures=figures,
            coverage=whole.inputs.coverage,
            page=whole.inputs.page,
            known_at=whole.inputs.known_at,
            court_name=whole.about.court_name,
            demo=whole.about.demo == "yes",
            readings=whole.inputs.readings,
            objected=whole.inputs.objected,
        )
        again = verification.compose(material, whole.about.generated_at)
    except Exception as bad:  # inputs of a stranger may be wrong in any way, and the answer stays a report
        said = str(bad)[:300] or type(bad).__name__
        report.add(
            "scorecard", f"得分不能重算：{said}", f"the points cannot be computed again: {said}", agrees=False
        )
        return
    for name in ("about", "definitions", "inputs"):
        _compare(name, again[name], file[name], {}, report)
    lines = {item.id: item.title for item in book.items(whole.inputs.court.level)}
    for name in verification.CARDS:
        if name in again or name in file:
            _compare(name, again.get(name), file.get(name), lines, report)
    _consistent(whole, book, report)


def _compare(name: str, expected: Any, found: Any, lines: Mapping[str, Text], report: Report) -> None:
    """A section as it follows from the rest of the file against the one that stands there."""
    many = list(transcripts.differences(expected, found, name))
    for path, one, two in many:
        at = _LINE.match(path)
        title = lines.get(at[1]) if at else None
        zh, en = (f"（{title.zh}）", f" ({title.en})") if title else ("", "")
        report.add(
            path,
            f"{path}{zh}：文件中为 {_shown(two)}，重算为 {_shown(one)}，请核查",
            f"{path}{en}: the file says {_shown(two)}, computed again it is {_shown(one)}",
            agrees=False,
        )
    if many:
        return
    if name in verification.CARDS:
        count = sum(1 for _ in _every_line(expected["lines"]))
        report.add(
            name,
            f"{_NAMES[name].zh}：{count} 行得分由数据重算，逐行一致",
            f"{_NAMES[name].en}: {count} lines computed again from the inputs agree, one by one",
            agrees=True,
        )
    elif name == "definitions":
        count = len(expected["rule_books"]) + sum(1 + len(one["measures"]) for one in expected["figures"])
        report.add(
            name,
            f"{count} 个定义的哈希由文件内的指标包重算，一致",
            f"{count} hashes of definitions computed again from the packs agree",
            agrees=True,
        )


def _consistent(whole: File, book: Book, report: Report) -> None:
    """What no recomputing shows: figures without a definition, and a file written before it was known."""
    known = {one.id for one in whole.definitions.figures}
    read = {name for one in verification.every_court(whole.inputs.court) for name in _read(one)}
    for name in sorted(read - known):
        report.add(
            f"definitions.figures[{name}]",
            f"{name} 有数值而无定义",
            f"{name} has a figure and no definition",
            agrees=False,
        )
    for name in sorted(known - {about.name for one in _books(book) for about in one.figures.values()}):
        report.add(
            f"definitions.figures[{name}]",
            f"{name} 不是考核办法所用的指标",
            f"{name} is no figure of the rule book",
            agrees=False,
        )
    if whole.about.generated_at < whole.inputs.known_at:
        report.add(
            "about.generated_at",
            "文件生成早于数据已知时点",
            "the file says it was written before its figures were known",
            agrees=False,
        )


def _books(book: Book) -> list[Book]:
    return list(verification.every_book(book))


def _read(inputs: Inputs) -> Iterator[str]:
    """The figures of a court that have a value."""
    for (name, _), figure in inputs.figures.items():
        if isinstance(figure.now, Ratio):
            yield name


def _every_line(lines: list[Any]) -> Iterator[Any]:
    for line in lines:
        yield line
        yield from _every_line(line["parts"])


def _shown(value: object) -> str:
    if value is None:
        return "（无）/ nothing"
    text = value if isinstance(value, str) else transcripts.canonical(value).decode()
    return f"「{text[:120]}{'…' if len(text) > 120 else ''}」"
