"""Logging in and out, one's account, and the page that says how to begin on this machine."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from docfill.serve.auth import COOKIE, digest
from docfill.serve.doors import Call, Refusal, Role, door
from docfill.serve.pages.render import render
from docfill.serve.shapes import Nothing


@dataclass(frozen=True, slots=True)
class Login:
    """Name and password, and where to go then."""

    name: str
    password: str
    next: str = "/"


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a program's token is called."""

    label: str


@door("GET", "/start", "怎样打开 / how to begin", role=Role.nobody)
def start(call: Call) -> Response:
    return render(call, "start.html", 401)


@door("GET", "/login", "登录 / log in", role=Role.nobody)
def login(call: Call) -> Response:
    if call.server.guard.local_user:
        return RedirectResponse("/start", 303)
    return render(call, "login.html", wrong=None, next=_inside(call.query("next", "/")), name="")


@door("POST", "/login", "登录 / log in", role=Role.nobody, takes=Login)
def log_in(call: Call, given: Login) -> Response:
    from docfill.serve.app import keep

    client = call.request.client
    try:
        cookie = call.server.guard.log_in(given.name, given.password, client.host if client else "")
    except Refusal as error:
        call.server.users.note(given.name[:100], "login.refused")
        return render(call, "login.html", error.status, wrong=error, next=_inside(given.next), name=given.name)
    call.server.users.note(given.name, "login")
    answer = RedirectResponse(_inside(given.next), 303)
    keep(answer, call.server, cookie)
    return answer


@door("POST", "/logout", "退出 / log out", takes=Nothing)
def log_out(call: Call, given: Nothing) -> Response:
    if call.user.session:
        call.server.users.end_session(call.user.session)
        call.server.returns.release_all(call.user.name)
        call.server.changed()
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@door("GET", "/account", "我的账号 / my account")
def account(call: Call) -> Response:
    return _account(call, "")


def _account(call: Call, token: str) -> Response:
    return render(
        call,
        "account.html",
        tokens=call.server.users.tokens_of(call.user.name),
        token=token,
        notes=call.server.users.notes() if call.user.role >= Role.data else [],
    )


@door("POST", "/account/tokens", "给程序一个令牌 / a token for a program", takes=NewToken)
def add_token(call: Call, given: NewToken) -> Response:
    token = secrets.token_urlsafe(32)
    call.server.users.add_token(digest(token), call.user, given.label.strip()[:100])
    call.server.users.note(call.user.name, "token.add", "", "", given.label)
    return _account(call, token)


@door("POST", "/account/tokens/{token}/end", "收回令牌 / end a token", takes=Nothing)
def end_token(call: Call, given: Nothing) -> Response:
    call.server.users.remove_token(call.user.name, call["token"])
    call.server.users.note(call.user.name, "token.end")
    return RedirectResponse("/account", 303)


def _inside(address: str) -> str:
    """An address of ours: no other site, no scheme."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours else "/"
