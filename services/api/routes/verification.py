"""The verification file of a scorecard, and the public keys by which it is checked."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import fastapi

from plumbline import errors, valuation, verification
from plumbline.catalog.definitions import Text
from plumbline.periods import Period
from plumbline.runtime import settings, signing
from plumbline.scorebooks import Inputs
from plumbline.valuation import Cell
from services.api import cards, covering, figures, parameters, scoring, verification_shapes
from services.api.access import Asker
from services.api.contract import described
from services.api.desk import AtDesk, Reading
from services.api.routes.scorecards import BookId

router = fastapi.APIRouter(tags=["scores"])


@router.get(
    "/v1/scorecards/{book}/verification",
    **described(
        "read_verification_file",
        "A scorecard to be checked without the books",
        verification_shapes.VerificationFile,
    ),
)
def read_verification_file(
    request: fastapi.Request,
    desk: AtDesk,
    book: BookId,
    court: parameters.CourtCode,
    period: parameters.PeriodText,
    known_at: parameters.KnownAt = None,
) -> fastapi.Response:
    """得分核验文件: points, definitions and every input, canonical and signed; `plumbline verify` checks it."""
    span = Period.parse(period)
    with desk.open(known_at) as reading:
        code = reading.court(court).code
        edition, gathering = cards.gather(reading, book, code, span)
        inputs = gathering.inputs(edition.book, code)
        _refuse_hidden(reading, inputs)
        title = figures.shape_court(reading, code)
        material = verification.Material(
            pack=edition.pack,
            book=edition.book,
            inputs=inputs,
            period=span,
            figures={name: one.pack for name, one in gathering.versions.items() if one is not None},
            coverage=tuple(_covered(reading, gathering, inputs)),
            page=reading.known.page,
            known_at=reading.known_at(code),
            court_name=Text(title.zh, title.en),
            demo=reading.know.is_demo(code),
            readings={},
            objected=gathering.without_objected(inputs.computed()),
        )
        file = verification.compose(material, reading.now)
    content = verification.seal(file, _ring(request).secret)
    return fastapi.Response(content, media_type="application/json", headers=_headers(material))


@router.get(
    "/v1/verification-keys",
    **described(
        "list_verification_keys",
        "The keys that sign verification files",
        verification_shapes.VerificationKeys,
    ),
)
def list_verification_keys(request: fastapi.Request, who: Asker) -> fastapi.Response:
    """Public keys with their dates; keep a copy, and check files by it."""
    found = verification_shapes.VerificationKeys(
        items=[
            verification_shapes.VerificationKey(
                id=verification.key_id(bytes.fromhex(one.public_key)),
                algorithm=verification.ALGORITHM,
                public_key=one.public_key,
                made_at=one.made_at,
                retired_at=one.retired_at,
            )
            for one in _ring(request).keys
        ]
    )
    return fastapi.Response(
        found.model_dump_json(), media_type="application/json", headers={"Cache-Control": "private, no-cache"}
    )


def _ring(request: fastapi.Request) -> signing.Ring:
    """The keys as they stand on disk now, so that a rotation holds at once; Unavailable where there are none."""
    state = request.app.state
    try:
        return signing.open_ring(state.settings.signing_keys_file, state.clock())
    except settings.ConfigurationError as away:
        # The place on this machine and the reason are for whoever runs the service: they stand in its log.
        raise errors.Unavailable(
            "The signing key of this service cannot be used",
            next="Ask who runs it; `plumbline verify --public-key` says there what is wrong.",
        ) from away


def _refuse_hidden(reading: Reading, inputs: Inputs) -> None:
    """A file holds figures of every court the card draws on, so each must be the reader's."""
    codes = tuple(one.court for one in verification.every_court(inputs))
    if len(reading.visible(codes)) < len(codes):
        raise errors.NotAllowed(
            "The file would hold figures of courts that are not yours to read",
            why="The score draws on every court that stood below in that period.",
            next="Ask the court above for the file.",
        )


def _covered(
    reading: Reading, gathering: scoring.Gathering, inputs: Inputs
) -> Iterator[verification.Covered]:
    """The coverage of each court's own cases, and of its district's where a figure of its district was read."""
    for one in verification.every_court(inputs):
        for scope in sorted({scope for _, scope in one.figures}, reverse=True):
            cell = Cell(one.court, scope, valuation.ALL, gathering.span)
            courts = gathering.shelf.courts(cell)
            found = covering.of_courts(reading, courts, gathering.span, gathering.today).tally
            yield verification.Covered(
                court=one.court,
                scope=scope,
                declared=found.declared,
                received=found.received,
                days_declared=found.days_declared,
                days=found.days,
            )


def _headers(material: verification.Material) -> dict[str, str]:
    """An attachment named for court, book and period; kept by nobody on the way."""
    inputs = material.inputs
    name = f"{inputs.court}-{material.book.id}-{material.period.text}.verification.json"
    plain = urllib.parse.quote(name, safe="")
    return {
        "Content-Disposition": f"attachment; filename=\"{plain.replace('%', '_')}\"; filename*=UTF-8''{plain}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
