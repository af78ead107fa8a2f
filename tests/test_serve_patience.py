"""Connections that only wait: each is closed in its time, and none keeps others out; slow ones that go on are served.

The seconds are hundredths here; what is asserted is what is closed and what is answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

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
