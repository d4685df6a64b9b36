"""The pages of packs: which there are and what stands in each, the same bytes every time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from plumbline.catalog import (
    page_book,
    page_clock,
    page_figure,
    page_frame,
    page_index,
    page_pack,
    page_picture,
)
from plumbline.catalog.collection import Collection
from plumbline.catalog.definitions import Pack
from plumbline.catalog.page_frame import LANGUAGES, Frame

#: The longest a page may be, in lines.
LINES_MAX = 200

Written = tuple[str, Callable[[], str]]
"""A file's path below the folder of pages, and what writes its text."""


def plan(collection: Collection, only: frozenset[str] = frozenset()) -> list[Written]:
    """Every file there is to write, in order; with `only`, those of these packs and no index."""
    found: list[Written] = []
    for pack in collection.packs.values():
        if not only or pack.id in only:
            found += _pack(collection, pack)
    if only:
        return found
    found.append(
        ("README.md", functools.partial(page_index.front, collection, page_frame.from_page("README.md")))
    )
    for lang in LANGUAGES:
        for name, render in (
            (page_index.DOCUMENTS, page_index.by_document),
            (page_index.EVENTS, page_index.by_event),
        ):
            path = f"{name}.{lang}.md"
            found.append((path, functools.partial(render, collection, _frame(lang, path))))
    return found


def _pack(collection: Collection, pack: Pack) -> Iterator[Written]:
    for lang in LANGUAGES:
        if pack.indicators:
            path = f"{pack.id}/picture.{lang}.svg"
            yield path, functools.partial(page_picture.draw, collection, pack, _frame(lang, path))
        path, picture = f"{pack.id}/README.{lang}.md", f"picture.{lang}.svg" if pack.indicators else None
        yield path, functools.partial(page_pack.render, collection, pack, _frame(lang, path), picture)
        for indicator in pack.indicators.values():
            path = f"{pack.id}/{indicator.id}.{lang}.md"
            yield path, functools.partial(page_figure.render, collection, pack, indicator, _frame(lang, path))
        for book in pack.rule_books.values():
            path = f"{pack.id}/books/{book.id}.{lang}.md"
            yield path, functools.partial(page_book.render, collection, pack, book, _frame(lang, path))
        for clock in pack.clocks.values():
            path = f"{pack.id}/clocks/{clock.id}.{lang}.md"
            yield path, functools.partial(page_clock.render, collection, pack, clock, _frame(lang, path))


def _frame(lang: str, path: str) -> Frame:
    return Frame(lang, page_frame.from_page(path))
