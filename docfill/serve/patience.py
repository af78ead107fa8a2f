"""How long the server waits for those who ask it, and how many of them it hears at once.

A connection on which nothing comes for `SILENT` seconds, while a request has begun or is still to
begin, is closed; so is one whose head takes longer than `HEAD`, or whose body comes more slowly than
`SLOWEST`.  Where there are `MOST` already, the one that has been silent longest makes room, so that who
only holds connections open keeps nobody out.  An upload over a slow line takes its time.  Of those
that begin TLS and do not end it in `HANDSHAKE` seconds no more than `MOST_BEGUN` are waited for.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Callable
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SILENT = 60.0
"""Seconds without a byte."""
HEAD = 60.0
"""Seconds for a head."""
SLOWEST = 128
"""Bytes a second of a body, after the first `SILENT` seconds of it."""
MOST = 400
"""Connections: fewer than the files that a process may have open (1024, as a rule)."""
HANDSHAKE = 30.0
"""Seconds for a TLS handshake."""
MOST_BEGUN = 100
"""Connections that are at their TLS handshake: an honest one is over in a moment."""


class Patient(H11Protocol):
    """A connection that is not waited for without end."""

    _heard = _begun = 0.0
    _came = 0
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._heard = self._begun = self.loop.time()
        self._look_later(SILENT)
        if len(self.connections) > MOST:
            self._least_missed().transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        now, was = self.loop.time(), self.conn.their_state
        if was is h11.IDLE and not self._came:
            self._begun = now
        self._heard, self._came = now, self._came + len(data)
        super().data_received(data)
        if self.conn.their_state is not was:  # a head is whole, or a body: what follows has its own time
            self._begun, self._came = now, 0

    def _least_missed(self) -> Patient:
        """The connection that has been silent longest where it is the client's turn to send, or else to take what is
        sent; this one where all others are being answered.
        """
        others = [c for c in self.connections if isinstance(c, Patient) and c is not self]
        waiting = [c for c in others if c._is_waited_for()] or [c for c in others if c._is_unread]
        return min(waiting, key=lambda c: c._heard, default=self)

    @property
    def _is_unread(self) -> bool:
        """Whether the client has not taken yet what was sent."""
        return self.transport.get_write_buffer_size() > 0

    def _is_waited_for(self) -> bool:
        """Whether the next byte is the client's to send."""
        is_reading = self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not self.flow.read_paused
        return is_reading and not self._is_unread and not self.transport.is_closing()

    def _most(self) -> float:
        """When the connection is closed, unless something comes before."""
        if self.conn.their_state is h11.IDLE:
            return min(self._heard + SILENT, self._begun + HEAD)
        return min(self._heard + SILENT, self._begun + SILENT + self._came / SLOWEST)

    def _look(self) -> None:
        """Closes the connection where its time is up, or looks again when it may be."""
        now = self.loop.time()
        if self._is_waited_for() and self._most() <= now:
            self.transport.abort()
        else:
            self._look_later(max(self._most() - now, SILENT / 10) if self._is_waited_for() else SILENT)

    def _look_later(self, seconds: float) -> None:
        self._watch = self.loop.call_later(seconds, self._look)


class Greeted(asyncio.Protocol):
    """A connection that begins with a TLS handshake, and then is another protocol's.

    Of those that have begun and not ended it, the one that came first makes room where there are too many.

    Args:
        context: what this server shows.
        begun: all whose handshakes are under way, in the order in which they came.
        then: makes the protocol of a connection that is secure.
        asked: what that is made with.
    """

    def __init__(
        self, context: ssl.SSLContext, begun: dict[Greeted, None], then: Callable[..., asyncio.Protocol], **asked: Any
    ) -> None:
        self._context, self._begun, self._then = context, begun, functools.partial(then, **asked)
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._begun[self] = None
        if len(self._begun) > MOST_BEGUN:
            self._begun.pop(first := next(iter(self._begun)))
            first._transport.abort()
        self._task = asyncio.get_running_loop().create_task(self._greet())

    def data_received(self, data: bytes) -> None:
        """Keeps what came together with the end of the handshake."""
        self._early.append(data)

    async def _greet(self) -> None:
        start = asyncio.get_running_loop().start_tls
        try:
            made = await start(self._transport, self, self._context, server_side=True, ssl_handshake_timeout=HANDSHAKE)
        except OSError:
            made = None
        finally:
            self._begun.pop(self, None)
        if made is None:  # it is gone, or speaks no TLS
            self._transport.abort()
            return
        protocol = self._then()
        made.set_protocol(protocol)
        protocol.connection_made(made)
        for data in self._early:
            protocol.data_received(data)


def protocol_of(context: ssl.SSLContext | None) -> type[asyncio.Protocol]:
    """What uvicorn makes for each connection: a `Patient`, behind a handshake where there is something to show."""
    if context is None:
        return Patient
    return cast("type[asyncio.Protocol]", functools.partial(Greeted, context, {}, Patient))
