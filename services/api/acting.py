"""How an act of supervision comes in and goes out: its body, who may do it, one transaction, its answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, Final, TypeVar

import fastapi
import psycopg
import pydantic
from fastapi import Path, Query
from fastapi.exceptions import RequestValidationError

from plumbline import errors, refusals, strictjson
from plumbline.proceedings import Act
from plumbline.store import engine, supervision
from plumbline.store.supervision import Matter
from plumbline.store.tokens import Principal
from services.api import access, contract, cursors, supervision_shapes
from services.api.desk import Desk, Reading

BODY_MAX: Final = 256 * 1024
OFFICES: Final[Mapping[str, str]] = {"office": "management_office", "command": "enforcement_command"}
"""By role, the office that verifies: 审判管理办公室, 执行指挥中心."""
MatterId = Annotated[uuid.UUID, Path(description="the id its opening answered")]
State = Annotated[str | None, Query(description="only those in this state", max_length=40)]
Court = Annotated[str | None, Query(description="only those of this court", max_length=24)]

Model = TypeVar("Model", bound=pydantic.BaseModel)
T = TypeVar("T")


def body_of(model: type[Model], most: int = BODY_MAX) -> Callable[..., Coroutine[Any, Any, Model]]:
    """The dependency that reads a body as `model`, only for one who may ask; BadInput or a validation fault otherwise."""

    async def read(request: fastapi.Request, who: access.Asker) -> Model:
        return await read_body(request, model, most)

    return read


async def read_body(request: fastapi.Request, model: type[Model], most: int = BODY_MAX) -> Model:
    """The body of a request, at most `most` bytes, each key once."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise errors.BadInput(f"The body is longer than {most:,} bytes", next="Send less.")
    found = strictjson.parse_json(body)
    if isinstance(found, refusals.Refusal):
        raise errors.BadInput("The body cannot be read", why=found.detail, next="Send one JSON object.")
    try:
        return model.model_validate(found)
    except pydantic.ValidationError as bad:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in bad.errors(include_context=False)]
        raise RequestValidationError(faults) from None


def acted(
    operation: str,
    summary: str,
    answer: type[pydantic.BaseModel],
    body: type[pydantic.BaseModel] | None = None,
) -> dict[str, Any]:
    """The keyword arguments of the decorator of an act: as `described`, with 409 and the body's schema."""
    found = contract.described(operation, summary, answer)
    found["responses"][409] = contract.problem(409)
    if body is not None:
        schema = {"$ref": f"#/components/schemas/{body.__name__}"}
        found["openapi_extra"] = {
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}
        }
    return found


def act(desk: Desk, work: Callable[[engine.Connection], T]) -> T:
    """Do `work` in one transaction, again where the database chose it as a victim; what it raises undoes all of it."""

    def once() -> T:
        try:
            with engine.transaction(desk.request.app.state.pool) as connection:
                return work(connection)
        except psycopg.errors.LockNotAvailable as held:
            raise errors.Unavailable(
                "Somebody else is acting on the same", next="Try again in a few seconds."
            ) from held

    return engine.retrying(once)


def role(who: Principal, *roles: str) -> None:
    """errors.NotAllowed unless the principal has one of the roles."""
    if who.role not in roles:
        raise errors.NotAllowed(
            f"The role {who.role} may not do this", next=f"It takes a token of the role {' or '.join(roles)}."
        )


def own(reading: Reading, code: str) -> None:
    """errors.NotFound for a court the reader may not see; errors.NotAllowed unless he is of the court itself."""
    reading.court(code)
    if code not in reading.who.courts or reading.who.role == "decider":
        raise errors.NotAllowed(f"Only {code} itself may do this", next="Use a reader's token of that court.")


def presiding(reading: Reading, code: str) -> None:
    """errors.NotAllowed unless the reader stands above the court: no basic court verifies or decides for itself."""
    row = reading.court(code)
    above = reading.know.tree.parent(code, reading.today(code))
    if row.level == "basic" and above is not None and not reading.who.sees(above, reading.know.tree):
        raise errors.NotAllowed(
            f"{code} does not verify or decide for itself", next="Leave it to the court above."
        )


def visible(reading: Reading) -> tuple[str, ...]:
    """Every court the reader may see."""
    return reading.visible(reading.know.tree.codes())


def find(reading: Reading, kind: str, matter_id: uuid.UUID) -> Matter:
    """A matter that speaks of a court the reader may see; errors.NotFound, the same for any other."""
    found = supervision.read_matter(reading.connection, kind, matter_id)
    if found is None or not reading.visible(found.courts):
        raise errors.NotFound(
            f"There is no such {kind}",
            why="It does not exist, or it is not yours to read.",
            next=f"GET /v1/{kind}s lists them.",
        )
    return found


def listed(
    desk: Desk,
    reading: Reading,
    kind: str,
    court: str | None,
    state: str | None,
    cursor: str | None,
    limit: int,
) -> tuple[list[Matter], str | None]:
    """A page of matters the reader may see, newest first, and the cursor after it."""
    (before,) = cursors.read(desk.question, cursor, (supervision.LAST,))
    codes = visible(reading) if court is None else (reading.court(court).code,)
    found = supervision.list_matters(
        reading.connection, kind, codes, state=state, before=before, limit=limit + 1
    )
    chosen = found[:limit]
    after = cursors.write(desk.question, chosen[-1].page) if len(found) > limit else None
    return chosen, after


def request_key(given: str | None) -> str:
    """The key under which a matter is opened: the one the opener chose, else one nobody will choose again."""
    return given or uuid.uuid4().hex


def shape_act(one: Act) -> supervision_shapes.Act:
    """An act as it is sent."""
    assert one.at is not None
    return supervision_shapes.Act(
        act=one.name, principal=one.who, at=one.at, page=one.page, detail=dict(one.detail)
    )
