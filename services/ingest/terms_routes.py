"""The routes of how sources write: change a source, what nobody has mapped, and trying refused records again."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import fastapi
from fastapi import Path, Query

from plumbline import errors, source_terms, vocabulary
from plumbline.courts import CourtTree
from plumbline.refusals import Unmapped
from plumbline.source_terms import Settings
from plumbline.store import engine, quarantine, sources, tokens, worklist
from plumbline.store.sources import Source
from plumbline.store.tokens import Principal
from services.ingest import decisions, entrance, replays, shapes, terms_shapes
from services.ingest.admission import Admission

router: Final = fastapi.APIRouter(prefix="/v1")
GAPS_SHOWN: Final = 10


def checked(admission: Admission, who: Principal, source: Source) -> Source:
    """The source, if its settings hold and the principal sees its courts; errors.BadInput, errors.NotAllowed."""
    source_terms.check(source.settings, admission.codes(), vocabulary.Vocabulary.shipped())
    tree = admission.tree()
    for code in source.courts:
        if code != "*" and tree.get(code) is None:
            raise errors.BadInput(
                f"No loaded court file holds the court {code}", next="Load one by `plumbline court load`."
            )
        if not _sees(who, code, tree):
            raise errors.NotAllowed(
                f"The token does not see the court {code}", next="Ask an office above it."
            )
    return source


def _sees(who: Principal, code: str, tree: CourtTree) -> bool:
    return "*" in who.courts or (code != "*" and who.sees(code, tree))


def shown(connection: engine.Connection, source: Source) -> dict[str, Any]:
    """A source as it is answered, with the numbers of its records where it promises an order."""
    numbers = None
    if source.settings.sequence != source_terms.NONE:
        numbers = worklist.read_numbers(connection, source.id, GAPS_SHOWN)
    return {**asdict(source), "numbers": None if numbers is None else asdict(numbers)}


@router.patch(
    "/sources/{source_id}",
    operation_id="change_source",
    summary="Change a source: its title, courts, rhythm, or how it writes",
    response_model=shapes.SourceShape,
    responses={200: shapes.example(shapes.SOURCE), **shapes.described(401, 403, 404, 409, 422, 503)},
    openapi_extra={"requestBody": {"content": {"application/json": {"example": terms_shapes.CHANGE}}}},
    tags=["sources"],
)
def change_source(
    request: fastapi.Request,
    who: entrance.Office,
    source_id: Annotated[str, Path(min_length=1, max_length=128)],
    change: shapes.SourceChange,
) -> dict[str, Any]:
    """Role office or operator that sees its courts, those it has and those it is to have. What was admitted before
    stays as it is; the change is in the audit, with why, as it was and as it is."""
    admission: Admission = request.app.state.admission
    tree = admission.tree()
    with engine.transaction(request.app.state.pool) as connection:
        before = sources.get_source(connection, source_id)
        if before is None or not all(_sees(who, code, tree) for code in before.courts):
            raise errors.NotFound(f"There is no source {source_id!r}", next="GET /v1/sources lists them.")
        after = checked(admission, who, _changed(before, change))
        before = sources.change_source(connection, after)
        detail = {"why": change.why, "before": asdict(before), "after": asdict(after)}
        quarantine.note(connection, who.name, "source.change", f"source/{source_id}", detail)
        answer = shown(connection, after)
    admission.forget()
    return answer


def _changed(before: Source, change: shapes.SourceChange) -> Source:
    given: dict[str, Any] = {}
    if change.title is not None:
        given["title"] = change.title
    if change.courts is not None:
        given["courts"] = tuple(change.courts)
    if "rhythm_minutes" in change.model_fields_set:
        given["rhythm_minutes"] = change.rhythm_minutes
    if change.settings is not None:
        told = change.settings.model_dump()
        if "sandbox" not in change.settings.model_fields_set:
            told["sandbox"] = before.settings.sandbox
        given["settings"] = Settings(**told)
    return replace(before, **given)


@router.get(
    "/quarantine/worklist",
    operation_id="list_unmapped",
    summary="The words in refused records that no code map knows",
    response_model=terms_shapes.Worklist,
    responses={
        200: shapes.example({"items": [terms_shapes.WORD], "more": False}),
        **shapes.described(401, 422, 503),
    },
    tags=["quarantine"],
)
def list_unmapped(
    request: fastapi.Request,
    who: entrance.Anyone,
    source: Annotated[str | None, Query(max_length=128, description="only this source")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Of the sources whose refused records the token sees; records that were decided no longer count."""
    admission: Admission = request.app.state.admission
    seen = decisions.visible(who, admission)
    with engine.transaction(request.app.state.pool) as connection:
        found = worklist.list_waiting(connection, sources=seen, source=source, limit=limit + 1)
    known = admission.sources.all()
    items = [
        {**asdict(one), "mapped": _mapped(admission, known.get(one.source), one)} for one in found[:limit]
    ]
    return {"items": items, "more": len(found) > limit}


def _mapped(admission: Admission, source: Source | None, word: worklist.Waiting) -> bool:
    return source is not None and replays.is_mapped(
        admission, source, Unmapped(word.map, word.field, word.value)
    )


@router.post(
    "/quarantine/replay",
    operation_id="replay_quarantined",
    summary="Try undecided records again, once maps, courts or settings have changed",
    response_model=terms_shapes.Replayed,
    responses={
        200: shapes.example(terms_shapes.REPLAYED),
        **shapes.described(401, 403, 404, 422, 503),
    },
    openapi_extra={"requestBody": {"content": {"application/json": {"example": terms_shapes.REPLAY}}}},
    tags=["quarantine"],
)
def replay_quarantined(
    request: fastapi.Request, who: entrance.Office, wanted: terms_shapes.Replay
) -> dict[str, Any]:
    """At most `limit` records a call, in the order they came; each is decided by itself with who and why, and stays
    undecided where it is refused again. Call again with `after` until `next` is null."""
    told = replays.Wanted(**wanted.model_dump())
    tried = replays.replay(request.app.state.pool, request.app.state.admission, who, told, datetime.now(UTC))
    return {
        "tried": tried.tried,
        "accepted": tried.results["accepted"],
        "duplicates": tried.results["duplicate"],
        "refused": tried.reasons.total(),
        "reasons": dict(sorted(tried.reasons.items())),
        "next": tried.next,
    }


@router.post(
    "/quarantine",
    status_code=202,
    operation_id="deposit_unmapped",
    summary="Hold back records with words nobody has mapped",
    response_model=terms_shapes.Deposited,
    responses={202: shapes.example({"kept": 1}), **shapes.described(401, 403, 422, 503)},
    openapi_extra={"requestBody": {"content": {"application/json": {"example": terms_shapes.DEPOSIT}}}},
    tags=["quarantine"],
)
def deposit_unmapped(
    request: fastapi.Request, who: entrance.Anyone, given: terms_shapes.Deposit
) -> dict[str, Any]:
    """For the feeder of the sources named, whose own code map (of a mapping file) lacks a word: the records are in
    quarantine as `unmapped_code`, on the worklist, and are tried again when the source's map knows the word."""
    if who.role not in tokens.FEEDS:
        raise errors.NotAllowed(
            "A reader's token may not hand records in", next="Ask for a token with the role feeder."
        )
    records = [
        (dict(one.record), [Unmapped(word.map, word.field, word.value) for word in one.unmapped])
        for one in given.records
    ]
    kept = replays.deposit(request.app.state.pool, request.app.state.admission, who, records)
    return {"kept": kept}
