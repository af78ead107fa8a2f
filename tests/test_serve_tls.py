"""TLS: a server with a certificate of its own, opened by a client that trusts it, and by those that do not."""

from __future__ import annotations

import contextlib
import select
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("uvicorn")
import httpx2 as httpx
from typer.testing import CliRunner

from docfill.serve import patience
from tests.commands import app
from tests.serving import Served, served


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine, signed by itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("证书")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture(scope="module")
def secure(pair: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    cert, key = pair
    with served(tmp_path_factory.mktemp("data"), "--cert", str(cert), "--key", str(key)) as made:
        yield made


def test_the_page_is_opened_over_tls_and_its_session_never_goes_without(
    secure: Served, pair: tuple[Path, Path]
) -> None:
    assert secure.address.startswith("https://127.0.0.1:")
    with httpx.Client(verify=ssl.create_default_context(cafile=pair[0])) as client:
        answer = client.get(secure.address)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].lower()
        assert {"secure", "httponly", "samesite=strict"} <= {part.strip() for part in cookie.split(";")}
        page = client.get(secure.base + "/")
        assert page.status_code == 200
        assert 'data-csrf="' in page.text


def test_nothing_is_answered_without_tls_nor_to_who_does_not_know_the_certificate(secure: Served) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(secure.address.replace("https://", "http://"))
    with pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
        httpx.get(secure.address)


def test_who_begins_tls_and_does_not_end_it_keeps_nobody_out_and_is_let_go_when_there_are_many(
    secure: Served, pair: tuple[Path, Path]
) -> None:
    where = urlsplit(secure.base)
    over = 20
    with contextlib.ExitStack() as stack:
        begun = [
            stack.enter_context(socket.create_connection((where.hostname, where.port)))
            for _ in range(patience.MOST_BEGUN + over)
        ]
        begun[-1].sendall(b"\x16\x03\x01\x02\x00")  # the beginning of a hello
        until = time.monotonic() + 20
        gone: list[socket.socket] = []
        while len(gone) < over and time.monotonic() < until:
            gone = select.select(begun, [], [], 1)[0]
        assert gone == begun[:over]
        with httpx.Client(verify=ssl.create_default_context(cafile=pair[0])) as client:
            assert client.get(secure.address).status_code in (303, 403)


def test_handshakes_that_are_over_are_not_counted_and_who_speaks_no_tls_is_let_go(
    secure: Served, pair: tuple[Path, Path]
) -> None:
    """Who has been let in stays so, however many come afterwards."""
    where, context = urlsplit(secure.base), ssl.create_default_context(cafile=pair[0])

    def greeted() -> ssl.SSLSocket:
        plain = socket.create_connection((where.hostname, where.port), timeout=10)
        return context.wrap_socket(plain, server_hostname=where.hostname)

    with greeted() as held:
        for _ in range(patience.MOST_BEGUN + 5):
            greeted().close()
        held.sendall(f"GET /login HTTP/1.1\r\nhost: {where.netloc}\r\n\r\n".encode())
        assert held.recv(12).startswith(b"HTTP/1.1 ")
    with socket.create_connection((where.hostname, where.port), timeout=10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            while plain.recv(1_000):
                pass


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--cert", "cert.pem"], "--cert 与 --key 要一起给"),
        (["--cert", "没有.pem", "--key", "key.pem"], "没有.pem"),
        (["--cert", "no.pem", "--key", "key.pem"], "证书"),
        (["--cert", "key.pem", "--key", "cert.pem"], "证书"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_said_before_anything_begins(
    pair: tuple[Path, Path], tmp_path: Path, given: list[str], said: str
) -> None:
    for path in pair:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "no.pem").write_text("not a certificate", encoding="utf-8")
    paths = [str(tmp_path / g) if g.endswith(".pem") else g for g in given]
    done = CliRunner().invoke(app, ["serve", "--data", str(tmp_path / "data"), "--port", "0", "--no-browser", *paths])
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert not (tmp_path / "data").exists(), "it began all the same"
