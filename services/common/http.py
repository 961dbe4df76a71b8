"""The door for people: one app factory and one way to say what went wrong.

Every error body is `{"errors": [{"message", "field"?}]}`, whatever went wrong and wherever.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from services.common import errors
from services.common.description import Described
from services.common.drivers import Drivers
from services.common.ids import is_object_id
from services.common.middleware import SAFE, BodyLimit, Heads, Observed, Safe, route_of
from services.common.outages import SERVER_ERRORS, passes
from services.common.session import Sessions
from services.common.spans import METHODS
from services.common.telemetry import Telemetry
from services.common.validation_messages import InvalidValue, message_for

STATUS: Final[Mapping[type[errors.Refusal], int]] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Declined: 402,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.LostRace: 409,
    errors.Stale: 412,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}

BY_THE_FRAMEWORK: Final[Mapping[int, str]] = {404: "Not Found", 405: "Method Not Allowed"}


class Body(BaseModel):
    """A request or response body: camelCase outside, snake_case inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Problem(Body):
    """One thing that is wrong."""

    message: str
    field: str | None = None


class Problems(Body):
    """The body of every error."""

    errors: list[Problem]


def _object_id(text: str) -> str:
    if not is_object_id(text):
        raise InvalidValue("This is not an id: 24 hexadecimal digits")
    return text


ObjectIdText = Annotated[str, AfterValidator(_object_id)]
# A list comes in pages: so many at most, and after this one.
Limit = Annotated[int, Query(ge=1, le=100)]
After = Annotated[ObjectIdText | None, Query()]


def next_page(path: str, limit: int, last: str) -> str:
    """Return the `Link` header that leads on from the last one of a page (RFC 8288)."""
    return f'<{path}?limit={limit}&after={last}>; rel="next"'


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may answer with these error statuses."""
    return {status: {"model": Problems} for status in sorted({400, 503, *statuses})}


def create_app(
    router: APIRouter, telemetry: Telemetry, drivers: Drivers, **state: object
) -> FastAPI:
    """Return the app of one service; `state` is what its routes find in `request.app.state`."""
    settings = drivers.settings
    # Including the router would build each of its routes anew, a third of what a small world costs.
    app = Described(title=telemetry.service, redirect_slashes=False, routes=router.routes)
    app.state.telemetry = telemetry
    app.state.ids = drivers.ids
    app.state.sessions = Sessions(
        settings.jwt_key.get_secret_value(), drivers.clock, settings.cookie_secure
    )
    for name, value in state.items():
        setattr(app.state, name, value)
    app.add_exception_handler(errors.Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _by_the_framework)
    for error in SERVER_ERRORS:
        app.add_exception_handler(error, _by_a_server)
    app.add_exception_handler(Exception, _our_mistake)
    app.add_middleware(BodyLimit)
    app.add_middleware(Heads)
    app.add_middleware(Safe)
    app.add_middleware(Observed, telemetry=telemetry)
    return app


def problem(status: int, message: str, field: str | None = None) -> JSONResponse:
    """Return an error response with one error."""
    return _problems(status, [Problem(message=message, field=field)])


def _problems(status: int, found: list[Problem]) -> JSONResponse:
    return JSONResponse(Problems(errors=found).model_dump(exclude_none=True), status, SAFE)


async def _refused(_: Request, refusal: Any) -> Response:
    response = problem(STATUS[type(refusal)], refusal.message, refusal.field)
    if isinstance(refusal, errors.TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    return response


async def _invalid(_: Request, error: Any) -> Response:
    found = [_as_problem(one) for one in error.errors()]
    unknown_path = any(one["loc"][0] == "path" for one in error.errors())
    # No aggregate has an id that is no id, so asking for one is asking for what is not there.
    return problem(404, "Not found") if unknown_path else _problems(400, found)


def _as_problem(error: Mapping[str, Any]) -> Problem:
    # Where JSON breaks off is said by a number, which names no field.
    names = [str(part) for part in error["loc"][1:] if not isinstance(part, int)]
    return Problem(message=message_for(error), field=names[-1] if names else None)


async def _by_the_framework(request: Request, error: Any) -> Response:
    message = BY_THE_FRAMEWORK.get(error.status_code, "The body cannot be read")
    response = problem(error.status_code, message)
    response.headers.update(error.headers or {})
    if error.status_code == 405:  # a route of a path knows its own methods, and not its neighbours'
        response.headers["Allow"] = ", ".join(_allowed(request))
    return response


def _allowed(request: Request) -> list[str]:
    routes = request.app.router.routes

    def is_served(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in routes)

    served = {method for method in METHODS if is_served(method)}
    return sorted(served | {"HEAD"} if "GET" in served else served)


async def _by_a_server(request: Request, error: Exception) -> Response:
    if not passes(error):
        raise error
    request.app.state.telemetry.outage(route_of(request.scope), error)
    return problem(503, "Something we depend on does not answer; try again later")


async def _our_mistake(request: Request, error: Exception) -> Response:
    request.app.state.telemetry.failed(route_of(request.scope), error)
    return problem(500, "Something went wrong")
