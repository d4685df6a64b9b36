"""Pages from definitions: whole, the same every time, readable on their own, and those committed are the current ones."""

from __future__ import annotations

import re
import urllib.parse
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plumbline.catalog import examples, page_figure, page_frame, pages
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Pack
from services.commands import catalog
from services.commands import pages as command
from tests.unit.catalog import folders

COMMITTED = folders.CHECKOUT / "docs" / "indicators"
RANKING = re.compile(
    r"排名|名次|百分位|\b(rank|ranked|ranking|percentile|top \d|bottom \d|best|worst)\b", re.IGNORECASE
)
BLAMING = re.compile(r"违规|造假|错案|消极|不力|最差")
DEFINED = """
measures:
  - id: mediated
    title: {zh: 撤诉与|调解, en: Withdrawn or | mediated}
    lever: outcome
    flow: closed_on
    where: "closing_method in ('withdrawal','deemed_withdrawal') and not is_enforcement"
  - id: altered
    title: {zh: 改判, en: Altered}
    lever: outcome
    each: appeal.decided
    on: appealed
    where: "outcome = 'altered'"
indicators:
  - id: shown
    number: 7
    title: {zh: 示范指标, en: Shown}
    formula: (mediated + altered) / (at_start(pending) + filed)
    unit: percent
    direction: higher
    nature: binding
    origin: created
    domain: reform
    meaning: {zh: 说明价值, en: What it is for}
    source: {document: 某中院〔2024〕1号, clause: 第六条, provenance: project}
    minimum: 12
    dimension: {zh: 某维度, en: some dimension}
    key_points: [{zh: 要点一, en: point one}]
    department: {zh: 审管办, en: office}
    in_force_from: 2024-07-01
targets:
  - indicator: shown
    courts: [示2401, 示24*]
    scope: own
    period: 2024
    target: {at_least: prior, more: {points: 0.5}}
    source: {document: 某中院〔2024〕1号, clause: 附件2, provenance: project}
"""
SPEC = {
    "title": {"zh": "样例", "en": "An example"},
    "pack": "tested",
    "events": "2020-01-06 case.filed （2020）示2401民初1号 procedure=ordinary\n"
    "c1 2020-02-10T09:30 case.closed （2020）示2401民初1号 method=withdrawal # gone\n"
    "2020-03-01 case.filed （2020）示24民终1号 appealed->（2020）示2401民初1号\n",
    "questions": "# one of two\nshown 示2401 own 2020 = 1/2\nshown 示2401 own 2019 = none: zero_denominator\n",
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return folders.pack_of(tmp_path_factory.mktemp("packs"), {"definitions.yaml": DEFINED})


@pytest.fixture(scope="module")
def small(pack: Pack) -> Collection:
    return Collection.of([pack], [examples.read("example", SPEC)])


@pytest.fixture(scope="module")
def shipped() -> Collection:
    return command.collection()


@pytest.fixture(scope="module")
def written(shipped: Collection) -> dict[str, str]:
    """Every file of the shipped packs, rendered."""
    return {path: render() for path, render in pages.plan(shipped)}


def page(collection: Collection, pack: Pack, lang: str) -> str:
    frame = page_frame.Frame(lang, page_frame.from_page(f"{pack.id}/shown.{lang}.md"))
    return page_figure.render(collection, pack, pack.indicators["shown"], frame)


@pytest.mark.parametrize(
    "said",
    [
        "# 示范指标\n",
        "第 7 项 · `tested.shown` · [测试](README.zh.md) · 版本 1 · 2024-07-01 起施行",
        "**指标价值**：说明价值",
        "（「撤诉与|调解」加「改判」）除以（「诉讼案件未结」的期初数加「诉讼案件新收」），以百分比表示。",
        "`(mediated + altered) / (at_start(pending) + filed)`",
        "分母不足 12 的",
        "| 方向 | 宜高 |\n| 属性 | 约束性 |\n| 类别 | 创设指标 |\n| 领域 | 司法改革 |",
        "| 评价维度 | 某维度 |\n| 关键点 | 要点一 |",
        "| 统计部门 | 审管办 |\n| 来源 | 某中院〔2024〕1号 第六条（本项目自拟） |",
        "- 条件：结案方式为撤诉或按撤诉处理，且不符合「执行实施案件」。",
        "- 归属：被上诉案件所在的法院、条线、庭室和法官",
        "没有注明「被上诉案件」的，不归给任何法院",
        "| 结案方式 | `closing_method` | 最近一次「结案」所载结案方式；此后发生「撤销报结、恢复审理」的，前者作废 |",
        "| 示2401、代码以 示24 开头的法院 | 本院 | 2024 | 不低于上年同期加上 0.5 个百分点 | — | 某中院〔2024〕1号 附件2",
        "二审裁判 `appeal.decided`",
        "### 样例 `example`",
        "| 2020-01-06 | （2020）示2401民初1号 | 立案 | 审理程序：普通程序 |",
        "| 2020-02-10 09:30 | （2020）示2401民初1号 | 结案（c1） | 结案方式：撤诉 |",
        "| 2020-03-01 | （2020）示24民终1号 | 立案 | 被上诉案件：（2020）示2401民初1号 |",
        "| 示2401 | 本院 | 2020 | 1/2 | one of two |\n| 示2401 | 本院 | 2019 | 无数值：分母为零 | one of two |",
    ],
)
def test_a_page_says_what_the_definition_says(small: Collection, pack: Pack, said: str) -> None:
    assert said in page(small, pack, "zh")


@pytest.mark.parametrize(
    "said",
    [
        "no. 7 · `tested.shown` · [Test](README.en.md) · version 1 · in force from 2024-07-01",
        "(“Withdrawn or | mediated” plus “Altered”) divided by (“Litigation cases pending” at the period's start plus",
        "- condition: “closing method” is withdrawal or deemed withdrawal, and “enforcement” does not hold.",
        "- lever: outcome: a decision of law; no single case is ever advised on.",
        "| 示2401, courts whose code begins with 示24 | own cases | 2024 | at least last year's plus 0.5 percentage points |",
        "| 2020-02-10 09:30 | （2020）示2401民初1号 | closed (c1) | closing method: withdrawal |",
        "| 示2401 | own cases | 2019 | no value: the denominator is 0 | one of two |",
    ],
)
def test_a_page_says_the_same_in_english(small: Collection, pack: Pack, said: str) -> None:
    assert said in page(small, pack, "en")


def test_a_title_with_a_bar_breaks_no_table(small: Collection, pack: Pack) -> None:
    for line in page(small, pack, "zh").splitlines():
        if line.startswith("|"):
            assert re.sub(r"\\\|", "", line).count("|") in (3, 4, 5, 6, 7)


def test_the_committed_pages_are_those_of_the_definitions(written: dict[str, str]) -> None:
    wrong = [
        path
        for path, text in written.items()
        if not (COMMITTED / path).is_file() or (COMMITTED / path).read_text(encoding="utf-8") != text
    ]
    gone = command.stale(COMMITTED, written, [])
    assert not wrong, f"{len(wrong)} pages differ, such as {wrong[0]}. Run `plumbline catalog pages`."
    assert not gone, f"{len(gone)} pages are of nothing, such as {gone[0]}. Run `plumbline catalog pages`."


def test_the_same_definitions_give_the_same_bytes(shipped: Collection, written: dict[str, str]) -> None:
    turned = Collection.of(reversed(shipped.packs.values()), shipped.examples)
    again = {path: render() for path, render in pages.plan(turned)}
    assert [path for path in written if again[path] != written[path]] == []
    assert list(again) == list(written)


def test_every_page_is_compact_and_has_both_languages(written: dict[str, str]) -> None:
    for path, text in written.items():
        if path.endswith(".md"):
            assert text.count("\n") <= pages.LINES_MAX, path
            assert text.startswith("# "), path
            assert text.endswith("\n"), path
        other = path.replace(".zh.", ".en.") if ".zh." in path else path.replace(".en.", ".zh.")
        assert other in written


def test_every_indicator_book_clock_and_pack_has_a_page(shipped: Collection, written: dict[str, str]) -> None:
    for pack in shipped.packs.values():
        paths = [f"{pack.id}/README.zh.md", *(f"{pack.id}/{name}.zh.md" for name in pack.indicators)]
        paths += [f"{pack.id}/books/{name}.zh.md" for name in pack.rule_books]
        paths += [f"{pack.id}/clocks/{name}.zh.md" for name in pack.clocks]
        assert set(paths) <= set(written)


def test_every_link_leads_to_a_page(written: dict[str, str]) -> None:
    for path, text in written.items():
        for address in re.findall(r"(?<!\\)\]\(([^)]+)\)", text):
            target = (Path(path).parent / urllib.parse.unquote(address)).as_posix()
            normal = Path(*_steps(target)).as_posix()
            assert normal in written, (path, address)


def _steps(path: str) -> list[str]:
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            steps.pop()
        elif step != ".":
            steps.append(step)
    return steps


def test_no_page_ranks_or_blames(written: dict[str, str]) -> None:
    for path, text in written.items():
        quoted = re.sub(r"`[^`]*`", "", re.split(r"## (?:手算样例|Worked by hand)", text)[0])
        assert not BLAMING.search(quoted), (path, BLAMING.search(quoted))
        assert not RANKING.search(quoted), (path, RANKING.search(quoted))


def test_every_picture_is_well_formed_and_black_on_white(written: dict[str, str]) -> None:
    pictures = {path: text for path, text in written.items() if path.endswith(".svg")}
    assert pictures
    for text in pictures.values():
        root = ET.fromstring(text)
        assert root.tag.endswith("svg")
        assert "Noto Sans CJK" in root.attrib["font-family"]
        assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', text)) <= {"#fff", "#000", "#999", "none"}


def test_every_event_type_stands_on_the_index_as_read_or_as_not_yet_read(
    shipped: Collection, written: dict[str, str]
) -> None:
    index = written["events.zh.md"]
    read, _, unread = index.partition("## 尚无定义读取")
    waiting = {event.id for event in shipped.trace.unread()}
    for event in shipped.trace.of("event"):
        assert (f"`{event.id}`" in unread) is (event.id in waiting)
        assert (f"`{event.id}` |" in read) is (event.id not in waiting)


def test_the_command_writes_what_changed_and_removes_what_is_gone(tmp_path: Path) -> None:
    first = CliRunner().invoke(catalog.app, ["pages", "--out", str(tmp_path), "--pack", "datajud"])
    assert first.exit_code == 0, first.output
    assert "0 removed" in first.output
    stale = tmp_path / "datajud" / "gone.zh.md"
    stale.write_text("# gone\n", encoding="utf-8")
    kept = tmp_path / "datajud" / "notes.md"
    kept.write_text("mine\n", encoding="utf-8")
    (tmp_path / "datajud" / "README.zh.md").write_text("changed\n", encoding="utf-8")
    second = CliRunner().invoke(catalog.app, ["pages", "--out", str(tmp_path), "--pack", "datajud"])
    assert "1 changed, 1 removed" in second.output
    assert not stale.exists()
    assert kept.exists()


def test_the_command_traces_both_ways(capfd: pytest.CaptureFixture[str]) -> None:
    found = CliRunner().invoke(catalog.app, ["trace", "service.made"])
    assert found.exit_code == 0, found.output
    assert "案件事件 service.made「送达」" in found.output
    assert "法定审限内结案率 court-core.closed_within_limit" in found.output
    assert "条款 吉林法院审判绩效考核" in found.output
