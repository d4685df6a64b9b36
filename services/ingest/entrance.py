"""Who asks: the bearer token of a request, found in memory or in the database."""

from __future__ import annotations

from typing import Annotated

import fastapi
from fastapi.concurrency import run_in_threadpool

from plumbline import errors
from plumbline.store.tokens import JUDGE, Doorkeeper, Principal
from services.ingest.problems import NotKnown


async def principal(request: fastapi.Request) -> Principal:
    """The holder of the request's token; NotKnown without one that holds, NotAllowed with a judge's."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise NotKnown("A token is needed", next="Send it as Authorization: Bearer plk_…")
    keeper: Doorkeeper = request.app.state.doorkeeper
    found = keeper.recall(token) or await run_in_threadpool(keeper.find, token)
    if found is None:
        raise NotKnown("The token is not known, has expired or was revoked", next="Ask for a new one.")
    if found.role == JUDGE:
        raise errors.NotAllowed(
            "A judge's token opens nothing here",
            why="It shows its holder's own due dates.",
            next="GET /v1/due on the read service lists them.",
        )
    return found


def office(who: Annotated[Principal, fastapi.Depends(principal)]) -> Principal:
    """The same, and with a role that decides."""
    if not who.may_decide:
        raise errors.NotAllowed(
            f"The role {who.role} may not do this",
            next="Ask the trial management office (role office or operator).",
        )
    return who


Anyone = Annotated[Principal, fastapi.Depends(principal)]
Office = Annotated[Principal, fastapi.Depends(office)]
