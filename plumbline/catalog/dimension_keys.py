"""The keys of what every figure can be taken by: causes (案由、罪名) and tags (特殊类别)."""

from __future__ import annotations

from collections.abc import Mapping

from plumbline.catalog.keyed import CATEGORIES, Key, choice

DIMENSION_KEYS: Mapping[str, Mapping[str, Key]] = {
    "causes": {
        "id": Key("name", True, "its code, as `cause` of an event carries it"),
        "title": Key("title", True, "words for people"),
        "parent": Key("name", False, "the code of the cause it belongs to; none: the first level"),
        "category": choice(CATEGORIES, False, "whose list it is; needed on the first level, only there"),
        "from": Key("day", False, "the first day it stands in the list so; earlier than all if left out"),
        "until": Key("day", False, "the first day it no longer does"),
        "source": Key("source", False, "where it stands; if left out, where its parent does"),
    },
    "tags": {
        "id": Key("id", True, "its code, as `tags` of an event carries it"),
        "title": Key("title", True, "words for people"),
        "carried": Key("name", True, "the measure, a stock, of the cases that carry it"),
        "source": Key("source", True, "where the category stands"),
    },
}
