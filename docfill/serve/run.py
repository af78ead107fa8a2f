"""Runs the server until it is stopped."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import uvicorn

from docfill.problems import DocfillError, reason_of
from docfill.serve import addresses
from docfill.serve.addresses import Addresses
from docfill.serve.app import application
from docfill.serve.patience import protocol_of
from docfill.serve.server import Server, Settings


def run(
    settings: Settings,
    executor: Executor | None = None,
    begun: Callable[[Addresses], None] | None = None,
    cert: Path | None = None,
    key: Path | None = None,
) -> None:
    """Serves until the process is told to stop.

    Args:
        settings: how.
        executor: who does the work of the queue, instead of processes of our own.
        begun: told the addresses when they can be opened.
        cert: the certificate, for TLS.
        key: its private key.

    Raises:
        DocfillError: the certificate is none, or not that of the key; the address is taken, or another server has the
            folder; or there is no account to log in with.
    """
    context = _context(cert, key) if cert and key else None
    bound = _bound(settings)
    settings = replace(settings, port=bound.getsockname()[1])
    server = Server(settings, executor)
    try:
        if not settings.is_local and not server.users.all():
            raise DocfillError(
                "别的电脑也能打开这个地址，所以要有账号：先运行 docfill user add 用户名",
                "other machines can open this address, so accounts are needed: run docfill user add NAME first",
            )
        config = uvicorn.Config(
            application(server),
            http=protocol_of(context),
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=3,
        )
        if begun:
            begun(addresses.of(settings, server.guard.start_token))
        uvicorn.Server(config).run(sockets=[bound])
    finally:
        server.close()


def _context(cert: Path, key: Path) -> ssl.SSLContext:
    """What the server shows over TLS; DocfillError where it could not begin with these."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        raise DocfillError(
            f"证书 {cert} 与私钥 {key} 不能用（{error.reason or error}）：要 PEM 格式、成对、不带密码",
            f"{cert} and {key} are no certificate and key ({error.reason or error}): PEM, of one pair, no password",
        ) from None
    except OSError as error:
        missing = next((p for p in (cert, key) if not p.is_file()), cert)
        why = reason_of(error)
        raise DocfillError(f"{missing}：打不开（{why}）", f"{missing} cannot be opened ({why.en})") from None
    return context


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # named as TCP, or asyncio does not switch Nagle's algorithm off: an answer would wait 40 ms for the browser's word
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # "::" is everywhere, as Linux has it
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        why = reason_of(error)
        raise DocfillError(
            f"端口 {settings.port} 不能用（{why}）；用 --port 换一个，或 --port 0 任选",
            f"port {settings.port} cannot be used ({why.en}); choose another with --port, or 0 for any",
        ) from None
    bound.listen(128)
    return bound
