"""The keys of what every figure can be taken by: causes (案由、罪名) and tags (特殊类别); and of code maps (代码表)."""

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
    "code_maps": {
        "id": Key("id", True, "its name; sources and mapping files call it <pack>.<id>"),
        "title": Key("title", True, "words for people"),
        "of": Key(
            "text",
            True,
            "what it is for: a field (case.closed.method), a closed list (METHOD), cause or court",
        ),
        "codes": Key("codes", True, "what each word of the other system means"),
        "source": Key("source", True, "where the words stand"),
    },
}
