"""What every page is written with: one language, links to other pages, and Markdown that no title can break."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from plumbline.catalog.definitions import Source, Text
from plumbline.catalog.tracing import Thing

LANGUAGES = ("zh", "en")
#: Where the page of a thing is written, below the folder of pages; of other kinds there is none.
_FOLDERS = {"indicator": "", "rule_book": "books/", "clock": "clocks/"}
PROVENANCE = {
    "seed": Text("给定文件", "a document given"),
    "sourced": Text("公开出处", "found and cited"),
    "project": Text("本项目自拟", "our own"),
}

Linking = Callable[[Thing, str], str | None]
"""From a thing and a language to the address of its page; None where it has none."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One page being written: its language, and how it addresses other pages."""

    lang: str
    linking: Linking

    def say(self, text: Text) -> str:
        """A text in the page's language."""
        return text.zh if self.lang == "zh" else text.en

    def pick(self, zh: str, en: str) -> str:
        """One of two texts."""
        return zh if self.lang == "zh" else en

    def link(self, thing: Thing) -> str:
        """A thing's title, leading to its page where it has one."""
        address = self.linking(thing, self.lang)
        title = plain(self.say(thing.title))
        return title if address is None else f"[{title}]({address})"

    def links(self, things: Iterable[Thing]) -> str:
        """Several titles in a row."""
        return self.pick("、", ", ").join(self.link(thing) for thing in things)

    def source(self, source: Source | None) -> str:
        """A source with its provenance."""
        if source is None:
            return "—"
        known = PROVENANCE.get(source.provenance)
        return f"{plain(source.document)} {plain(source.clause)}" + (
            self.pick(f"（{known.zh}）", f" ({known.en})") if known else ""
        )

    def table(self, heads: Sequence[Text], rows: Iterable[Sequence[str]]) -> list[str]:
        """A table; nothing where it has no rows."""
        listed = [[cell(each) for each in row] for row in rows]
        if not listed:
            return []
        return [
            "| " + " | ".join(self.say(head) for head in heads) + " |",
            "|" + "---|" * len(heads),
            *("| " + " | ".join(row) + " |" for row in listed),
            "",
        ]

    def section(self, title: Text, lines: Sequence[str]) -> list[str]:
        """A section with its heading; nothing where it has no lines."""
        if not any(lines):
            return []
        body = list(lines)
        while body and not body[-1]:
            body.pop()
        return [f"## {self.say(title)}", "", *body, ""]


def path_of(thing: Thing, lang: str) -> str | None:
    """Where the page of a thing is written, below the folder of pages; None where it has none."""
    if thing.kind == "pack":
        return f"{thing.id}/README.{lang}.md"
    if thing.kind not in _FOLDERS:
        return None
    pack, _, name = thing.id.partition(".")
    return f"{pack}/{_FOLDERS[thing.kind]}{name}.{lang}.md"


def from_page(here: str) -> Linking:
    """Links between the pages of a folder, relative to the page `here`."""

    def address(thing: Thing, lang: str) -> str | None:
        path = path_of(thing, lang)
        return None if path is None else quote(posixpath.relpath(path, posixpath.dirname(here) or "."))

    return address


def plain(text: str) -> str:
    """A text on one line, in which nothing reads as Markdown."""
    for sign in "\\`*[]<>":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def cell(text: str) -> str:
    """A text in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def whole(lines: Iterable[str]) -> str:
    """The page as text: no two blank lines together, one line end at the end."""
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line.rstrip())
    return "\n".join(out).strip("\n") + "\n"
