"""The door for people: sign-up, sign-in and forgotten passwords."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, EmailStr, StringConstraints

from services.auth import reset_page
from services.auth.domain import Email, User, UserId, normal_email
from services.auth.use_cases import Auth
from services.auth.visitors import Visitor
from services.common.addresses import ascii_form
from services.common.http import Body, refusals
from services.common.session import Anyone
from services.common.validation_messages import InvalidValue

router = APIRouter(prefix="/api/users")


def _writable(email: Email) -> Email:
    try:
        ascii_form(email)
    except ValueError:
        raise InvalidValue("No letter could be sent to this address") from None
    return email


# Whoever signed up before we asked for more can still sign in.
Address = Annotated[EmailStr, AfterValidator(normal_email)]
NewAddress = Annotated[Address, AfterValidator(_writable)]
Text = Annotated[str, StringConstraints(strict=True, max_length=1_000)]


class Credentials(Body):
    email: Address
    password: Text


class NewCredentials(Body):
    email: NewAddress
    password: Text


class Forgotten(Body):
    email: Address


class NewPassword(Body):
    token: Text
    password: Text


class UserBody(Body):
    id: str
    email: str


class SessionBody(UserBody):
    iat: int
    exp: int


class CurrentUser(Body):
    current_user: SessionBody | None


async def _auth(request: Request) -> Auth:
    auth: Auth = request.app.state.auth
    return auth


async def _visitor(request: Request) -> Visitor:
    state = request.app.state
    return Visitor(state.clients.of(request), state.devices.read(request))


Door = Annotated[Auth, Depends(_auth)]
Who = Annotated[Visitor, Depends(_visitor)]


@router.post("/signup", status_code=201, responses=refusals(429))
async def sign_up(
    body: NewCredentials, request: Request, response: Response, auth: Door, who: Who
) -> UserBody:
    user = await auth.sign_up(Email(body.email), body.password, who)
    return _signed_in(request, response, user)


@router.post("/signin", responses=refusals(429))
async def sign_in(
    body: Credentials, request: Request, response: Response, auth: Door, who: Who
) -> UserBody:
    user = await auth.sign_in(Email(body.email), body.password, who)
    return _known(request, response, user)


@router.post("/signout")
async def sign_out(request: Request, response: Response) -> dict[str, str]:
    request.app.state.sessions.close(response)
    return {}


@router.get("/currentuser")
async def current_user(session: Anyone, auth: Door) -> CurrentUser:
    if session is None or await auth.current(UserId(session.id), session.epoch) is None:
        return CurrentUser(current_user=None)
    body = SessionBody(id=session.id, email=session.email, iat=session.iat, exp=session.exp)
    return CurrentUser(current_user=body)


@router.post("/forgot-password", status_code=202, responses=refusals(429))
async def forgot_password(body: Forgotten, auth: Door, who: Who) -> dict[str, str]:
    await auth.forgot_password(Email(body.email), who)
    return {}


@router.post("/reset-password", responses=refusals())
async def reset_password(
    body: NewPassword, request: Request, response: Response, auth: Door
) -> UserBody:
    user = await auth.reset_password(body.token, body.password)
    return _known(request, response, user)


def _known(request: Request, response: Response, user: User) -> UserBody:
    body = _signed_in(request, response, user)
    request.app.state.devices.remember(response, user)
    return body


@router.get("/reset-password", response_class=HTMLResponse)
async def reset_password_page() -> HTMLResponse:
    """The page to which the link in a letter leads."""
    return HTMLResponse(reset_page.PAGE, headers=dict(reset_page.HEADERS))


def _signed_in(request: Request, response: Response, user: User) -> UserBody:
    request.app.state.sessions.open(response, user.id, user.email, user.epoch)
    return UserBody(id=user.id, email=user.email)
