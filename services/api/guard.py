"""Who may scrape `/metrics`: this machine, or an operator's token. They carry health, never a case, but
are not public.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import fastapi
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from plumbline import errors
from services.api import problems


class MetricsGuard:
    """Pure ASGI middleware: answers 404 on `/metrics` to anyone else."""

    def __init__(self, app: ASGIApp, state: Any) -> None:
        self.app = app
        self.state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/metrics" and not await self._may(scope):
            request = fastapi.Request(scope)
            refused = problems.document(
                request,
                "not_found",
                "There is nothing at this address",
                next_step="GET /v1/openapi.json lists the addresses.",
            )
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _may(self, scope: Scope) -> bool:
        if is_loopback(scope.get("client")):
            return True
        header = fastapi.Request(scope).headers.get("authorization", "")
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token:
            return False
        try:
            found = await run_in_threadpool(self.state.doorkeeper.find, token.strip())
        except errors.Unavailable:
            return False
        return found is not None and found.role == "operator"


def is_loopback(client: tuple[str, int] | None) -> bool:
    """Whether a peer is this machine."""
    try:
        return client is not None and ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
