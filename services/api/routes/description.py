"""The service's description of itself, for those who hold a token."""

from __future__ import annotations

import fastapi

from services.api import contract
from services.api.access import Asker

router = fastapi.APIRouter(tags=["service"])


@router.get(
    "/v1/openapi.json",
    operation_id="read_description",
    summary="This description (OpenAPI 3.1)",
    response_model=dict[str, object],
    responses={
        200: {"content": {"application/json": {"example": {"openapi": "3.1.0"}}}},
        **{status: contract.problem(status) for status in contract.COMMON},
    },
)
def read_description(request: fastapi.Request, who: Asker) -> fastapi.Response:
    """Every operation with its parameters, its answer, an example, and the problems it may answer with."""
    return fastapi.responses.JSONResponse(
        request.app.openapi(), headers={"Cache-Control": "private, max-age=3600"}
    )
