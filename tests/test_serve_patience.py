"""Connections that only wait: each is closed in its time, and none keeps others out; slow ones that go on are served.

The seconds are hundredths here; what is asserted is what is closed and what is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest

pytest.importorskip("uvicorn")
from uvicorn import Config
from uvicorn.server import ServerState

from docfill.serve import patience
from docfill.serve.patience import Patient

SILENT = 0.2
HEAD = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
LONG = 16 * 2**20

T = TypeVar("T")
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("SILENT", "HEAD"):
        monkeypatch.setattr(patience, name, SILENT)
    monkeypatch.setattr(patience, "MOST", 5)
    yield


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Tells how long the body was; of /long, so many bytes; of /busy, nothing."""
    if scope["path"] == "/busy":
        await asyncio.sleep(60)
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": b"." * LONG if scope["path"] == "/long" else b"%d" % length})


def run(tried: Coroutine[Any, Any, T]) -> T:
    """What comes of it in a thread of its own: a browser in another test leaves a loop behind in this one."""
    with ThreadPoolExecutor(1) as own:
        return own.submit(asyncio.run, tried).result()


@asynccontextmanager
async def listening() -> AsyncIterator[Callable[[], Awaitable[Ends]]]:
    """A server; gives what opens a connection to it."""
    config, state = Config(echo, log_level="critical"), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Patient(config, state, {}), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    opened: list[Ends] = []

    async def connected() -> Ends:
        opened.append(await asyncio.open_connection("127.0.0.1", port))
        await asyncio.sleep(0.01)
        return opened[-1]

    try:
        yield connected
    finally:
        for _, writer in opened:
            writer.transport.abort()
        server.close()
        for task in state.tasks:
            task.cancel()


async def answer(reader: asyncio.StreamReader) -> bytes:
    """What is sent until the connection is closed; b"" where nothing is."""
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""


async def dribbled(writer: asyncio.StreamWriter, pieces: int, piece: bytes) -> None:
    """Sends pieces one after another, three in the time of silence."""
    try:
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(SILENT / 3)
    except ConnectionError:
        return


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nhost:", HEAD % 9 + b"12"])
def test_a_connection_on_which_nothing_comes_is_closed(begun: bytes) -> None:
    async def tried() -> bytes:
        async with listening() as connected:
            reader, writer = await connected()
            writer.write(begun)
            return await answer(reader)

    assert run(tried()) == b""


@pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\nhost: ", HEAD % 10_000], ids=["head", "body"])
def test_what_comes_a_byte_at_a_time_without_end_is_closed(begun: bytes) -> None:
    async def tried() -> bytes:
        async with listening() as connected:
            reader, writer = await connected()
            writer.write(begun)
            sending = asyncio.create_task(dribbled(writer, 100, b"a"))
            try:
                return await answer(reader)
            finally:
                sending.cancel()

    assert run(tried()) == b""


def test_an_upload_over_a_slow_line_is_taken_whole() -> None:
    async def tried() -> bytes:
        async with listening() as connected:
            reader, writer = await connected()
            writer.write(HEAD % 900)
            await dribbled(writer, 9, b"a" * 100)
            return await answer(reader)

    assert run(tried()).endswith(b"900\r\n0\r\n\r\n")


def test_a_download_that_is_taken_late_is_not_cut() -> None:
    async def tried() -> int:
        async with listening() as connected:
            reader, writer = await connected()
            writer.write(GET.replace(b"/ ", b"/long "))
            await asyncio.sleep(3 * SILENT)
            return len(await answer(reader))

    assert run(tried()) > LONG


def test_who_only_holds_connections_keeps_nobody_out() -> None:
    async def tried() -> tuple[list[bool], bytes]:
        async with listening() as connected:
            held = [await connected() for _ in range(5)]
            reader, writer = await connected()
            writer.write(GET)
            said = await answer(reader)
            return [reader.at_eof() or reader.exception() is not None for reader, _ in held], said

    closed, said = run(tried())
    assert said.endswith(b"1\r\n0\r\n0\r\n\r\n")
    assert closed == [True, False, False, False, False]


def test_where_all_are_being_answered_one_more_is_not_heard() -> None:
    async def tried() -> bytes:
        async with listening() as connected:
            for _ in range(5):
                _, writer = await connected()
                writer.write(GET.replace(b"/ ", b"/busy "))
            await asyncio.sleep(0.02)
            return await answer((await connected())[0])

    assert run(tried()) == b""


# --- to the second ---


class Task:
    """What never begins."""

    def add_done_callback(self, _: Any) -> None: ...


class Clock:
    """A loop whose time goes on when it is told to, and whose tasks never begin."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, callback: Callable[[], None]) -> asyncio.Handle:
        self._due.append((self.now + seconds, callback))
        return cast("asyncio.Handle", SimpleNamespace(cancel=lambda: None))

    def create_task(self, coroutine: Coroutine[Any, Any, None], **_: Any) -> Any:
        coroutine.close()
        return Task()

    def go_on(self, until: float) -> None:
        """Lets the time go on, and does what is due meanwhile."""
        while due := [one for one in self._due if one[0] <= until]:
            first = min(due, key=lambda one: one[0])
            self._due.remove(first)
            self.now = first[0]
            first[1]()
        self.now = until


class Line:
    """The server's end of a connection: what the client has not taken yet, and when it was closed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.unread = 0
        self.closed_at: float | None = None

    def get_extra_info(self, _: str) -> None:
        return None

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return self.closed_at is not None

    def abort(self) -> None:
        if self.closed_at is None:
            self.closed_at = self._clock.now

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


def open_line(clock: Clock, state: ServerState) -> tuple[Patient, Line]:
    """A connection that begins now."""
    protocol = Patient(Config(echo, log_level="critical"), state, {}, cast("Any", clock))
    protocol.connection_made(cast("Any", line := Line(clock)))
    return protocol, line


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    for name in ("SILENT", "HEAD"):
        monkeypatch.setattr(patience, name, 60.0)
    return Clock()


def sent(clock: Clock, to: Patient, piece: bytes, every: float, until: float) -> None:
    """A piece every so many seconds, as long as the connection is open."""
    while clock.now + every <= until and not cast("Line", to.transport).is_closing():
        clock.go_on(clock.now + every)
        to.data_received(piece)
    clock.go_on(max(until, clock.now))


def test_a_head_has_a_minute_from_its_first_byte_however_often_a_byte_comes(clock: Clock) -> None:
    protocol, line = open_line(clock, ServerState())
    clock.go_on(50)
    sent(clock, protocol, b"G", 5, 300)
    assert line.closed_at is not None and 110 <= line.closed_at <= 125


def test_a_body_may_be_as_slow_as_is_said_and_no_slower(clock: Clock) -> None:
    for pace, is_closed in ((100, True), (200, False)):
        protocol, line = open_line(clock, ServerState())
        begun = clock.now
        protocol.data_received(HEAD % 10**7)
        sent(clock, protocol, b"a" * pace * 10, 10, begun + 600)
        assert (line.closed_at is not None) is is_closed
        if line.closed_at is not None:  # 60 s, and one for each 128 bytes of 100 a second
            assert 220 <= line.closed_at - begun <= 280


def test_a_body_has_its_own_time_behind_a_head_that_took_long_and_no_more_for_a_long_one(clock: Clock) -> None:
    protocol, line = open_line(clock, ServerState())
    sent(clock, protocol, b"POST / HTTP/1.1\r\nhost: a\r\n", 1, 1)
    for _ in range(14):
        sent(clock, protocol, b"x: " + b"a" * 1_000 + b"\r\n", 3.5, clock.now + 3.5)
    protocol.data_received(b"content-length: 10000000\r\n\r\n")
    begun = clock.now
    assert begun == 50
    sent(clock, protocol, b"a" * 1_000, 10, begun + 600)
    assert line.closed_at is not None and 220 <= line.closed_at - begun <= 280


def test_after_much_of_a_body_silence_is_as_long_as_before(clock: Clock) -> None:
    protocol, line = open_line(clock, ServerState())
    protocol.data_received(HEAD % 10**7)
    protocol.data_received(b"a" * 60_000)
    protocol.flow.resume_reading()
    clock.go_on(300)
    assert line.closed_at is not None and 60 <= line.closed_at <= 75


def test_it_is_not_the_clients_turn_while_it_has_not_taken_all_or_is_not_listened_to(clock: Clock) -> None:
    state = ServerState()
    (_, late), (full, unheard) = open_line(clock, state), open_line(clock, state)
    late.unread = 10
    full.data_received(HEAD % 10**7)
    full.flow.read_paused = True
    clock.go_on(300)
    assert (late.closed_at, unheard.closed_at) == (None, None)
    late.unread, full.flow.read_paused = 0, False
    clock.go_on(450)
    assert late.closed_at is not None and unheard.closed_at is not None


def test_where_nobody_is_waited_for_who_takes_nothing_makes_room(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    state = ServerState()
    monkeypatch.setattr(patience, "MOST", 2)
    (busy, answered), (slow, unread) = open_line(clock, state), open_line(clock, state)
    busy.data_received(GET)
    clock.go_on(1)
    slow.data_received(GET)
    unread.unread = 10
    _, newest = open_line(clock, state)
    assert (answered.closed_at, unread.closed_at, newest.closed_at) == (None, 1, None)
