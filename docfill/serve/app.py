"""The application: the doors as routes, what stands before and behind each, the static files.

Every answer forbids scripts, styles and pictures but the server's own, and to be shown in a frame of another page:
what a returned file holds can run nothing even where it came through.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docfill import files
from docfill.batch.work import FULL
from docfill.problems import DocfillError, InvalidData, say, speaking
from docfill.serve import api, pages  # the doors, each made where its module is read
from docfill.serve.assets import Assets
from docfill.serve.auth import COOKIE
from docfill.serve.doors import DOORS, Answer, Call, Door, Refusal, Role, User
from docfill.serve.server import Server
from docfill.serve.shapes import from_form, parsed

LARGEST_JSON = 8 * 2**20
"""Bytes of a JSON body or of a page's form."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""No inline script, nothing from elsewhere.  Style attributes are let in: the document view has widths in them, and
they can run nothing and load nothing (img-src)."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}

log = logging.getLogger("docfill.serve")


def application(server: Server) -> ASGIApp:
    """The server's ASGI application."""
    assert api and pages
    fixed_first = sorted(DOORS, key=lambda d: [step.startswith("{") for step in d.path.split("/")])
    routes: list[Any] = [Route(d.path, _endpoint(d, server), methods=[d.method]) for d in fixed_first]
    routes.append(Mount("/static/{edition}", Assets()))
    app = Starlette(routes=routes, exception_handlers={HTTPException: _http_error, 500: _fault})
    app.router.redirect_slashes = False
    app.state.server = server
    return _Headers(app)


class _Headers:
    """Adds the headers that every answer has; a door may have set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, sent)


def _endpoint(door: Door, server: Server) -> Any:
    async def answered(request: Request) -> Response:
        call = Call(request, server, User("", Role.nobody))
        try:
            if started := _started(request, server):
                return started
            call.user = await run_in_threadpool(server.guard.admit, request, door)
            given = await _body(door, call)
            arguments = (call,) if given is None else (call, given)
            with speaking(call.lang):
                if door.is_async:
                    return _response(door, await door.handler(*arguments))
                return _response(door, await run_in_threadpool(door.handler, *arguments))
        except ClientDisconnect:
            return Response(status_code=499)
        except DocfillError as error:
            return _refused(door, call, error)
        except OSError as error:
            if error.errno not in FULL:
                raise
            zh, en = "磁盘已满，没有收下；腾出空间后重试", "the disk is full; make room and try again"
            return _refused(door, call, Refusal(507, zh, en))

    return answered


def _started(request: Request, server: Server) -> Response | None:
    """What the address with the start token leads to: the same without it, in a session."""
    token = request.query_params.get("start")
    if token is None or request.method != "GET":
        return None
    server.guard.check_origin(request)
    cookie = server.guard.start(token)
    answer = RedirectResponse(request.url.path, 303)
    if cookie:
        keep(answer, server, cookie)
    return answer


def keep(answer: Response, server: Server, cookie: str) -> None:
    """Gives the browser its session."""
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(server.guard.lasts),
        httponly=True,
        samesite="strict",
        secure=server.guard.is_secure,
    )


async def _body(door: Door, call: Call) -> Any:
    """What was sent, in the door's shape; None where it takes nothing, or takes it itself."""
    if door.takes is None:
        server, request = call.server, call.request
        server.guard.check_csrf(request, call.user, "")
        return None
    is_form = not call.request.headers.get("content-type", "").startswith("application/json")
    if is_form and door.is_api:
        raise Refusal(415, "请发送 application/json", "send application/json")
    limited = _limited(call.request)
    if is_form:
        async with limited.form(max_files=0, max_part_size=LARGEST_JSON) as form:
            sent = {k: v for k, v in form.items() if isinstance(v, str)}
        call.server.guard.check_csrf(call.request, call.user, sent.pop("csrf", ""))
        return parsed(door.takes, from_form(door.takes, sent))
    call.server.guard.check_csrf(call.request, call.user, "")
    data = bytearray()  # it grows in place, however small the pieces are
    async for piece in limited.stream():
        data += piece
    return parsed(door.takes, _json(bytes(data)))


def _limited(request: Request) -> Request:
    """A request, of which no more is read than the limit, whether it says how long it is or not.

    Raises:
        Refusal: it says that it is longer; and once it turns out to be, whoever reads it gets the same.
    """
    too_much = Refusal(413, "发来的数据过大", "too much was sent")
    left = LARGEST_JSON

    async def received() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise too_much
        return message

    if int(request.headers.get("content-length") or 0) > left:
        raise too_much
    return Request(request.scope, received)


def _json(data: bytes) -> Any:
    try:
        return files.json_from(data.decode(), say("发来的数据", "what was sent"))
    except UnicodeDecodeError:
        raise Refusal(400, "发来的不是 JSON", "what was sent is no JSON") from None
    except DocfillError as error:
        raise Refusal(400, error.zh, error.en) from None


def _response(door: Door, made: Any) -> Response:
    if isinstance(made, Response):
        return made
    answer = made if isinstance(made, Answer) else Answer(made)
    if answer.status == 204:
        return Response(status_code=204)
    return JSONResponse(answer.value, answer.status, dict(answer.headers))


def _refused(door: Door, call: Call, error: DocfillError) -> Response:
    status = error.status if isinstance(error, Refusal) else 422
    if door.is_api:
        return refusal_as_json(error, call)
    if status == 401:
        path = call.request.url.path
        return RedirectResponse(f"/login?next={quote(path)}" if not call.server.guard.local_user else "/start", 303)
    return pages.refused(call, status, error)


def refusal_as_json(error: DocfillError, call: Call) -> Response:
    """A refusal as programs get it: both languages, and the problems with their codes where there are some."""
    status = error.status if isinstance(error, Refusal) else 422
    body: dict[str, Any] = {"status": status, "zh": error.zh, "en": error.en, "message": call.say(error.zh, error.en)}
    if isinstance(error, Refusal):
        body |= error.more
    if isinstance(error, InvalidData):
        body["problems"] = [p.to_dict() for p in error.problems]
    headers: Mapping[str, str] = {"www-authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, headers)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    call = Call(request, request.app.state.server, User("", Role.nobody))
    said = {404: ("没有这个页面", "there is no such page"), 405: ("不支持这种请求", "this method is not allowed")}
    zh, en = said.get(error.status_code, (str(error.detail), str(error.detail)))
    refusal = Refusal(error.status_code, zh, en)
    if request.url.path.startswith("/api/"):
        answer = refusal_as_json(refusal, call)
    else:
        answer = await run_in_threadpool(pages.refused, call, error.status_code, refusal)
    answer.headers.update(error.headers or {})
    return answer


async def _fault(request: Request, error: Exception) -> Response:
    call = Call(request, request.app.state.server, User("", Role.nobody))
    refusal = Refusal(
        500,
        f"程序出错了（{type(error).__name__}），没有保存这一步；请重试，仍不行请把日志发给维护人员",
        f"docfill failed ({type(error).__name__}) and kept nothing of this step; try again, or report the log",
    )
    if request.url.path.startswith("/api/"):
        return refusal_as_json(refusal, call)
    return await run_in_threadpool(pages.refused, call, 500, refusal)
