"""Who asks, and what he may read: a bearer token, a role that reads, courts of his own subtree; anything
else does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

import fastapi
from fastapi.security import HTTPBearer

from plumbline import errors
from plumbline.courts import Court, CourtTree
from plumbline.store.dossier import Case
from plumbline.store.tokens import JUDGE, Doorkeeper, Principal
from services.api.problems import NotKnown, UnknownParameter

READERS: Final = frozenset({"reader", "office", "command", "decider", "operator"})
"""Roles that read the books. A feeder only pushes events."""
SEES_PERSONS: Final = frozenset({"office", "operator"})
"""Roles that are shown the pseudonymous keys of judges and other persons."""

bearer: Final = HTTPBearer(auto_error=False, description="A token made by `plumbline token create`.")
"""Only for OpenAPI: the header is read below, so that every failure is the same problem document."""


def holder(request: fastapi.Request) -> Principal:
    """The holder of the request's token, whatever his role; NotKnown without a token that holds."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise NotKnown("A token is needed", next="Send it as `Authorization: Bearer plk_…`.")
    keeper: Doorkeeper = request.app.state.doorkeeper
    found = keeper.find(token)
    if found is None:
        raise NotKnown(
            "The token is not known, has expired or was revoked",
            next="Ask who runs this service for a new one.",
        )
    return found


def principal(
    request: fastapi.Request, declared: Annotated[object, fastapi.Depends(bearer)] = None
) -> Principal:
    """The holder of the request's token, if his role reads and the address knows every parameter it was
    given.

    NotKnown without a token that holds; NotAllowed for a role that does not read; UnknownParameter.
    """
    found = holder(request)
    if found.role == JUDGE:
        raise errors.NotAllowed(
            "A judge's token does not read the books",
            why="It shows its holder the due dates of his own cases, and nothing else.",
            next="GET /v1/due lists them.",
        )
    if found.role not in READERS:
        raise errors.NotAllowed(
            f"The role {found.role} does not read the books",
            why="It pushes events.",
            next="Use a token of the role reader.",
        )
    known_parameters(request)
    return found


def judge(request: fastapi.Request, declared: Annotated[object, fastapi.Depends(bearer)] = None) -> Principal:
    """The judge who holds the request's token: `person` is his key, `courts` his one court.

    NotKnown without a token that holds; NotAllowed for every other role; UnknownParameter.
    """
    found = holder(request)
    if found.role != JUDGE or found.person is None or len(found.courts) != 1:
        raise errors.NotAllowed(
            f"The role {found.role} has no due dates of its own",
            why="This list is a judge's: the cases that stand with him.",
            next="GET /v1/cases?due_within=7d&court=&scope= lists what falls due in a court.",
        )
    known_parameters(request)
    return found


def known_parameters(request: fastapi.Request) -> None:
    """UnknownParameter unless the route declares every query parameter of the request, each given once."""
    route = request.scope["route"]
    declared = {parameter.alias for parameter in route.dependant.query_params}
    given = [name for name, _ in request.query_params.multi_items()]
    listed = f"It takes: {', '.join(sorted(declared)) or 'no parameters'}."
    for name in given:
        if name not in declared:
            raise UnknownParameter(f"{name[:60]!r} is no parameter of this address", next=listed)
        if given.count(name) > 1:
            raise UnknownParameter(f"{name!r} is given twice", next="Give each parameter once.")


def court(tree: CourtTree, who: Principal, code: str) -> Court:
    """The court, if it exists and is the reader's or below; else NotFound, the same for both."""
    found = tree.get(code)
    if found is None or not who.sees(code, tree):
        raise errors.NotFound(
            f"No court {code[:24]!r} is known here",
            why="It does not exist, or it is not yours to read.",
            next="GET /v1/courts lists the courts you may read.",
        )
    return found


def visible(tree: CourtTree, who: Principal, codes: Iterable[str]) -> tuple[str, ...]:
    """Those of the courts whose cases the reader may see listed."""
    return tuple(code for code in codes if who.sees(code, tree))


def sees_case(tree: CourtTree, who: Principal, case: Case, posted: Iterable[str], *, sealed: bool) -> bool:
    """Whether a case may be listed: not sealed, and its home court or a court it has stood with is the
    reader's.
    """
    return not sealed and any(who.sees(code, tree) for code in (case[0], *posted))


def sees_persons(who: Principal) -> bool:
    """Whether the reader is shown judges."""
    return who.role in SEES_PERSONS


Asker = Annotated[Principal, fastapi.Depends(principal)]
Judge = Annotated[Principal, fastapi.Depends(judge)]
