"""One fact of many cases at once, as each was last folded."""

from __future__ import annotations

from collections.abc import Iterable

from plumbline.store.dossier import Case, Connection
from plumbline.store.statements import statement


def read_fact(connection: Connection, cases: Iterable[Case], fact: str) -> dict[Case, tuple[str | None, int]]:
    """By case: the text of the fact `<pack>.<name>` (None: unknown), and the number of the page that folded it last.
    Cases never folded are left out.
    """
    wanted = sorted(set(cases))
    binds = {
        "home_courts": [case[0] for case in wanted],
        "subjects": [case[1] for case in wanted],
        "fact": fact,
    }
    return {
        (row[0], row[1]): (row[2], int(row[3]))
        for row in connection.execute(statement("list_case_facts"), binds)
    }
