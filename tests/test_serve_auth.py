"""Who may: the start token and the names of this machine, accounts and roles for any other, and hostile requests."""

from __future__ import annotations

import errno
import io
import re
import socket
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from docfill import DocfillError
from docfill.serve import addresses, assets, auth, server
from docfill.serve.app import application
from docfill.serve.doors import DOORS, Refusal, Role
from docfill.serve.keeping import backup, restore
from docfill.serve.server import Server, Settings
from docfill.serve.store import DATABASE, Store, users

HERE = "http://127.0.0.1:8765"
PASSWORD = "correct horse"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers begin without forms, and so without work."""
    monkeypatch.setattr(server, "bundled", dict)


@pytest.fixture
def local(tmp_path: Path, bare: None) -> Iterator[Server]:
    made = Server(Settings(tmp_path / "data", is_public=True), is_working=False)
    yield made
    made.close()


@pytest.fixture
def remote(tmp_path: Path, bare: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(users, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))  # weak, but at once
    made = Server(Settings(tmp_path / "data", host="0.0.0.0"), is_working=False)
    for role in (Role.reader, Role.official, Role.data):
        made.users.add(role.name, role, PASSWORD)
    yield made
    made.close()


def at(made: Server, base: str = HERE) -> TestClient:
    return TestClient(application(made), base_url=base, follow_redirects=False)


def started(made: Server) -> TestClient:
    """A browser that opened the address which the server shows."""
    client = at(made)
    assert client.get(f"/?start={made.guard.start_token}").status_code == 303
    return client


def csrf(client: TestClient) -> dict[str, str]:
    found = re.search(r'data-csrf="([^"]+)"', client.get("/").text)
    assert found
    return {"x-csrf": found[1]}


def logged_in(made: Server, name: str) -> TestClient:
    client = at(made, "http://docfill.example")
    answer = client.post("/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303
    client.headers |= csrf(client)
    return client


# --- on this machine ---


def test_without_the_start_token_nothing_is_shown(local: Server) -> None:
    client = at(local)
    assert client.get("/").headers["location"] == "/start"
    assert client.get("/api/collections").status_code == 401
    assert client.get("/?start=wrong", follow_redirects=False).headers["location"] == "/"
    assert client.get("/api/collections").status_code == 401


def test_the_start_token_is_gone_from_the_address_at_once(local: Server) -> None:
    answer = at(local).get(f"/collections/new?start={local.guard.start_token}")
    assert answer.status_code == 303 and answer.headers["location"] == "/collections/new"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie


def test_the_start_token_opens_nothing_under_another_name(local: Server) -> None:
    answer = at(local, "http://evil.example").get(f"/?start={local.guard.start_token}")
    assert answer.status_code == 421 and "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9", "localhost", "127.0.0.1.evil.example:8765"])
def test_a_name_that_dns_bent_to_this_machine_is_refused(local: Server, host: str) -> None:
    client = started(local)
    assert client.get("/api/collections", headers={"host": host}).status_code == 421
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_page_of_the_same_browser_changes_nothing(local: Server, headers: dict[str, str]) -> None:
    client = started(local)
    given = {"headers": {**csrf(client), **headers}, "json": {"title": "x", "form": "x"}}
    assert client.post("/api/collections", **given).status_code == 403


def test_a_change_needs_the_token_of_the_page(local: Server) -> None:
    client = started(local)
    assert client.post("/api/collections", json={"title": "x", "form": "x"}).status_code == 403
    assert client.post("/account/tokens", data={"label": "x", "csrf": "guessed"}).status_code == 403
    assert client.post("/api/collections", json={"title": "x", "form": "x"}, headers=csrf(client)).status_code == 404


# --- on any other address ---


def test_a_file_is_not_taken_from_a_page_that_does_not_know_the_token(local: Server) -> None:
    client = started(local)
    assert client.post("/api/drafts?name=a.docx", content=b"PK").status_code == 403
    plain = {"content-type": "text/plain", **csrf(client)}
    assert client.post("/api/collections", content=b"title=x&form=x", headers=plain).status_code == 415


def test_a_form_that_a_page_sends_holds_no_files(local: Server) -> None:
    client = started(local)
    assert client.post("/logout", data=csrf(client), files={"a": b"x"}).status_code == 400


def test_any_other_address_asks_for_an_account(remote: Server) -> None:
    client = at(remote, "http://docfill.example")
    assert client.get("/forms").headers["location"] == "/login?next=/forms"
    assert client.get(f"/?start={remote.guard.start_token}").status_code == 303
    assert client.get("/api/forms").status_code == 401


def test_the_address_that_is_told_can_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = addresses.of(Settings(tmp_path, host="0.0.0.0", port=80), "secret")
    assert everywhere.here == "http://127.0.0.1:80/"
    assert everywhere.others[-1] == f"http://{socket.gethostname()}:80/"
    assert not any("secret" in address or "0.0.0.0" in address for address in everywhere.others)
    known = [(socket.AF_INET, 1, 6, "", (a, 0)) for a in ("127.0.1.1", "169.254.1.1", "10.1.2.3")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [*known, (socket.AF_INET6, 1, 6, "", ("fd00::7", 0, 0, 0))])
    monkeypatch.setattr(addresses, "_TOWARDS", ())
    monkeypatch.setattr(socket, "gethostname", lambda: "desk")

    def others(**how: Any) -> tuple[str, ...]:
        return addresses.of(Settings(tmp_path, port=80, **how), "secret").others

    assert others(host="0.0.0.0") == ("http://10.1.2.3:80/", "http://desk:80/")
    assert others(host="::") == ("http://10.1.2.3:80/", "http://[fd00::7]:80/", "http://desk:80/")
    assert others(host="10.1.2.3") == others(host="127.0.0.1") == ()
    secure = addresses.of(Settings(tmp_path, host="0.0.0.0", port=80, is_secure=True), "secret")
    assert secure.here == "https://desk:80/", "the certificate is not of 127.0.0.1"
    assert addresses.of(Settings(tmp_path, host="::1", port=80), "secret").here == "http://[::1]:80/?start=secret"
    behind = addresses.of(Settings(tmp_path, origin="https://docfill.example"), "secret")
    assert behind == addresses.Addresses("https://docfill.example/"), "no other is let in"


def test_behind_a_proxy_only_its_address_is_known_and_accounts_are_asked_for(tmp_path: Path, bare: None) -> None:
    made = Server(Settings(tmp_path / "data", origin="https://docfill.example"), is_working=False)
    client = at(made, "https://docfill.example")
    assert client.get("/forms").headers["location"] == "/login?next=/forms"
    assert at(made).get("/forms").status_code == 421
    made.users.add("王芳", Role.reader, PASSWORD)
    answer = client.post("/login", data={"name": "王芳", "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]
    made.close()


def test_roles_may_what_they_may(remote: Server) -> None:
    reader, official, data = (logged_in(remote, r.name) for r in (Role.reader, Role.official, Role.data))
    given: dict[str, Any] = {"json": {"title": "x", "form": "x"}}
    assert reader.get("/api/collections").status_code == 200
    assert reader.post("/api/collections", **given).status_code == 403
    assert official.post("/api/collections", **given).status_code == 404  # past the door: there is no such form
    assert official.delete("/api/collections/x").status_code == 403
    assert data.delete("/api/collections/x").status_code == 404
    assert reader.get("/collections/new").status_code == 403


def test_passwords_are_hashed_and_a_new_one_ends_sessions(remote: Server, tmp_path: Path) -> None:
    client = logged_in(remote, "official")
    row = remote.database.one("SELECT password FROM users WHERE name = 'official'")
    assert row and row["password"].startswith("$argon2id$")
    assert PASSWORD.encode() not in (tmp_path / "data" / DATABASE).read_bytes()
    remote.users.set_password("official", "another one")
    assert client.get("/api/collections").status_code == 401
    with pytest.raises(DocfillError, match="至少 8 个字符"):
        remote.users.add("新", Role.reader, "short")
    remote.users.remove("reader")
    with pytest.raises(DocfillError, match="没有用户"):
        remote.users.remove("reader")


def test_guessing_is_slowed_for_the_name_and_for_the_address(remote: Server) -> None:
    client = at(remote, "http://docfill.example")
    for _ in range(auth.TRIES):
        assert client.post("/login", data={"name": "data", "password": "wrong"}).status_code == 401
    assert client.post("/login", data={"name": "data", "password": PASSWORD}).status_code == 429
    assert client.post("/login", data={"name": "official", "password": PASSWORD}).status_code == 429


def test_whoever_stops_trying_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses from which nobody ever logged in were kept until somebody did."""
    clock = [0.0]
    monkeypatch.setattr(auth, "now", lambda: clock[0])
    tries = auth.Tries(within=10)
    most = 0
    for second in range(5_000):  # one new address after another, ten in each second
        clock[0] = float(second)
        for number in range(10):
            tries.add(f"{second}.{number}")
        most = max(most, len(tries))
    assert most < 2_000
    assert [tries.of(f"{second}.0") for second in (4_999, 4_990, 4_989)] == [1, 1, 0]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 7)), max_size=60))
def test_tries_are_counted_while_they_are_recent(steps: list[tuple[str, int]]) -> None:
    clock, within, told = 0, 10, list[tuple[int, str]]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(auth, "now", lambda: float(clock))
        tries = auth.Tries(within)
        for name, later in steps:
            clock += later
            tries.add(name)
            told.append((clock, name))
            for known in "abc":
                assert tries.of(known) == sum(who == known and at > clock - within for at, who in told)


def test_passwords_that_come_at_once_are_no_more_tries_than_one_after_another(
    remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty at once were all looked at before one of them counted, each in 64 MiB."""
    known, looked = remote.users.role_by_password, list[str]()
    gate = threading.Barrier(20)

    def look(name: str, password: str) -> Role | None:
        looked.append(password)
        time.sleep(0.05)
        return known(name, password)

    def tries(number: int) -> int:
        gate.wait()
        try:
            remote.guard.log_in("data", f"wrong {number}", "192.0.2.1")
        except Refusal as refused:
            return refused.status
        return 200

    monkeypatch.setattr(remote.users, "role_by_password", look)
    with ThreadPoolExecutor(20) as threads:
        told = Counter(threads.map(tries, range(20)))
    assert (told, len(looked)) == (Counter({401: auth.TRIES, 429: 20 - auth.TRIES}), auth.TRIES)


def test_sessions_end(remote: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    client = logged_in(remote, "official")
    remote.database.run("UPDATE sessions SET expires = 1")
    assert client.get("/api/collections").status_code == 401
    client = logged_in(remote, "official")
    assert client.post("/logout", data={"csrf": client.headers["x-csrf"]}).status_code == 303
    assert client.get("/api/collections").status_code == 401


def test_logging_in_leads_nowhere_else(remote: Server) -> None:
    for outside in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        client = at(remote, "http://docfill.example")
        answer = client.post("/login", data={"name": "reader", "password": PASSWORD, "next": outside})
        assert answer.headers["location"] == "/"


def test_a_program_has_a_token_until_it_is_ended(remote: Server) -> None:
    client = logged_in(remote, "official")
    page = client.post("/account/tokens", data={"label": "脚本", "csrf": client.headers["x-csrf"]}).text
    found = re.search(r'class="token">([^<]+)<', page)
    assert found
    program = at(remote, "http://docfill.example")
    program.headers["authorization"] = f"Bearer {found[1]}"
    assert program.get("/api/collections").status_code == 200
    assert program.post("/api/collections", json={"title": "x", "form": "x"}).status_code == 404  # no CSRF token needed
    (known,) = remote.users.tokens_of("official")
    client.post(f"/account/tokens/{known['id']}/end", data={"csrf": client.headers["x-csrf"]})
    assert program.get("/api/collections").status_code == 401
    row = remote.database.one("SELECT COUNT(*) AS times FROM tokens")
    assert row and row["times"] == 0


def test_every_door_but_the_few_named_asks_who_it_is(remote: Server) -> None:
    client = at(remote, "http://docfill.example")
    opened = {(d.method, d.path) for d in DOORS if d.role is Role.nobody}
    assert opened == {
        ("GET", "/start"),
        ("GET", "/login"),
        ("POST", "/login"),
        ("GET", "/check"),
        ("POST", "/api/self-check"),
    }
    for d in DOORS:
        if d.role is not Role.nobody:
            path = re.sub(r"\{\w+\}", "x", d.path)
            assert client.request(d.method, path).status_code in (401, 303), f"{d.method} {path}"


def test_who_knows_the_numbers_of_others_work_gets_nothing_without_being_let_in(remote: Server) -> None:
    job, draft = remote.jobs.add("export", "k", {}, "data"), remote.drafts.add("甲", "0" * 64, "data", "")
    mine = [f"/api/jobs/{job}", f"/api/jobs/{job}/file", f"/api/drafts/{draft}", f"/api/drafts/{draft}/template"]
    for headers in ({}, {"authorization": f"Bearer {job}"}, {"cookie": f"{auth.COOKIE}={draft}"}):
        strange = at(remote, "http://docfill.example")
        assert [strange.get(path, headers=headers).status_code for path in mine] == [401] * len(mine)
    reader = logged_in(remote, "reader")
    assert [reader.get(path).status_code for path in mine] == [200, 409, 403, 403]
    assert reader.get("/api/jobs/" + job.upper()).status_code == 404


def test_the_applicants_door_is_closed_unless_it_is_opened(remote: Server) -> None:
    client = at(remote, "http://docfill.example")
    assert client.get("/check").status_code == 404
    assert client.post("/api/self-check", content=b"PK").status_code == 404


def test_the_applicants_door_keeps_nothing_and_is_not_for_everything(local: Server) -> None:
    client = at(local)
    assert client.get("/check").status_code == 200
    for name, data in (("a.pdf", b"%PDF"), ("a.doc", b"\xd0\xcf\x11\xe0")):
        assert client.post("/api/self-check", params={"name": name}, content=data).status_code in (404, 422)
    assert not list(local.blobs.names()) and not list((local.blobs.folder / "arriving").iterdir())
    answers = [client.post("/api/self-check", content=b"x").status_code for _ in range(auth.A_MINUTE)]
    assert answers[-1] == 429


# --- hostile requests and names ---


def test_every_answer_forbids_what_is_not_the_servers_own(local: Server) -> None:
    client = started(local)
    ours = (assets.address("page.js"), "/static/x/none.js", "/static/none")
    for path in ("/", "/nowhere", "/api/collections", "/api/nowhere", *ours):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-inline'; script" not in headers["content-security-policy"]
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "path", ["/static/x/../../app.py", "/static/x/%2e%2e/app.py", "/static/x//etc/passwd", "/api/jobs/..%2f"]
)
def test_no_path_leads_out(local: Server, path: str) -> None:
    assert started(local).get(path).status_code in (404, 405)


HOSTILE = "<img src=x onerror=alert(1)>\"'{{7007*7}}‮gpj.docx"


def test_names_are_shown_as_text(local: Server) -> None:
    client = started(local)
    form = local.forms.add(HOSTILE, "x")
    template = {"title": HOSTILE, "name": "x", "fields": []}
    edition = local.forms.add_edition(form, template, b"template", None, HOSTILE, HOSTILE)
    made = local.collections.add(HOSTILE, edition, "", "", [], HOSTILE)
    drop = local.collections.drop(local.collections.add_drop(made, 1, HOSTILE))
    local.returns.add(drop, HOSTILE, "0" * 64, 1)
    local.collections.set_roster(made, [HOSTILE])
    local.users.note(HOSTILE, HOSTILE, made, HOSTILE, HOSTILE)
    inside = ("", "/in", "/roster", "/out", "/settings", "/summary")
    for path in ("/", "/forms", f"/forms/{form}", "/fill", "/account", *(f"/collections/{made}{p}" for p in inside)):
        page = client.get(path).text
        assert "<img" not in page and "49049" not in re.sub(r'data-csrf="[^"]*"|[0-9a-z]{12}', "", page), path


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\交回\\浦东.docx", "C:/交回/浦东.docx"),
        ("/abs/甲.docx", "abs/甲.docx"),
        ("甲\r\nSet-Cookie: x.docx", "甲��Set-Cookie: x.docx"),
        ("浦东‮xcod.exe", "浦东�xcod.exe"),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(given: str, kept: str) -> None:
    from docfill.serve.api.uploads import clean

    assert clean(given) == kept


def test_a_name_is_shown_as_far_as_a_thousand_letters() -> None:
    from docfill.serve.api.uploads import clean

    assert clean("甲" * 2_000) == "甲" * 1_000


def test_a_download_has_its_name_and_runs_nothing(local: Server) -> None:
    from docfill.serve.api.uploads import attached

    answer = attached(b"<script>", '甲"\r\n.html')
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%94%B2%22%0D%0A.html"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b'{"title": 1}', 422),
        (b'{"title": "\\u0000", "form": "x"}', 422),
        (b"[" * 10**5, 400),
    ],
)
def test_what_is_no_fitting_json_is_refused_with_the_reason(local: Server, body: bytes, status: int) -> None:
    client = started(local)
    headers = {**csrf(client), "content-type": "application/json"}
    answer = client.post("/api/collections", content=body, headers=headers)
    assert answer.status_code == status and answer.json()["zh"]


@pytest.mark.parametrize(
    ("kind", "piece"),
    [
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 2**20 + b"&"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"x" * 2**20 + b"\r\n",
        ),
        ("application/json", b" " * 2**20),
    ],
)
def test_what_does_not_say_how_long_it_is_is_read_to_the_limit_and_no_further(
    local: Server, kind: str, piece: bytes
) -> None:
    """A form without a content-length was read whole, whatever its size."""
    client = started(local)
    door = "/api/collections" if kind.endswith("json") else "/collections/new"
    answer = client.post(door, content=(piece for _ in range(9)), headers={**csrf(client), "content-type": kind})
    assert answer.status_code == 413, answer.text


def test_a_cancelled_or_oversized_upload_leaves_nothing(local: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from docfill import limits

    client = started(local)
    form = local.forms.add("表", "x")
    edition = local.forms.add_edition(form, {"title": "表", "name": "x", "fields": []}, b"t", None, "", "x")
    made = local.collections.add("收", edition, "", "", [], "x")
    drop = local.collections.add_drop(made, 1, "x")
    with limits.within(file=10):
        answer = client.put(f"/api/drops/{drop}/files?name=a.docx", content=b"x" * 11, headers=csrf(client))
    assert answer.status_code in (201, 413)  # limits are this thread's, the server's its own
    monkeypatch.setenv(limits.VARIABLE, "file=10")
    answer = client.put(f"/api/drops/{drop}/files?name=b.docx", content=b"x" * 11, headers=csrf(client))
    assert answer.status_code == 413
    assert not list((local.blobs.folder / "arriving").iterdir())


def test_a_full_disk_is_said(local: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from docfill.serve.blobs import Arrival

    def full(self: Arrival, piece: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    client = started(local)
    form = local.forms.add("表", "x")
    edition = local.forms.add_edition(form, {"title": "表", "name": "x", "fields": []}, b"t", None, "", "x")
    drop = local.collections.add_drop(local.collections.add("收", edition, "", "", [], "x"), 1, "x")
    monkeypatch.setattr(Arrival, "write", full)
    answer = client.put(f"/api/drops/{drop}/files?name=a.docx", content=b"x", headers=csrf(client))
    assert answer.status_code == 507 and "磁盘已满" in answer.json()["zh"]


def test_a_disk_that_is_broken_is_not_said_to_be_full(local: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    client = TestClient(application(local), base_url=HERE, follow_redirects=False, raise_server_exceptions=False)
    client.get(f"/?start={local.guard.start_token}")
    monkeypatch.setattr(local.drafts, "all", broken)
    answer = client.get("/api/drafts")
    assert answer.status_code == 500 and "磁盘已满" not in answer.text


# --- the folder ---


def test_what_a_server_that_died_was_receiving_is_removed_by_the_next(tmp_path: Path, bare: None) -> None:
    left = tmp_path / "data" / "files" / "arriving" / "0123456789abcdef"
    Server(Settings(tmp_path / "data"), is_working=False).close()
    assert left.parent.is_dir()
    left.write_bytes(b"PK")
    Server(Settings(tmp_path / "data"), is_working=False).close()
    assert not left.exists()


def test_two_servers_never_share_a_folder(local: Server) -> None:
    with pytest.raises(DocfillError, match="正由另一个"):
        Server(Settings(local.data), is_working=False)


def test_a_backup_is_the_whole_folder_and_goes_into_an_empty_one(local: Server, tmp_path: Path) -> None:
    blob = local.blobs.put(b"a template")
    form = local.forms.add("表", "x")
    local.forms.add_edition(form, {"title": "表", "name": "x", "fields": []}, b"a template", None, "", "x")
    orphan = local.blobs.put(b"nobody's")
    target = tmp_path / "备份.zip"
    assert backup(local.data, target) == 1
    assert restore(target, tmp_path / "new") == 1
    copy = Store(tmp_path / "new")
    assert copy.blobs.read(blob) == b"a template" and orphan not in set(copy.blobs.names())
    assert [f["title"] for f in copy.forms.all()] == ["表"]
    copy.close()
    with pytest.raises(DocfillError, match="已有数据"):
        restore(target, tmp_path / "new")


@pytest.mark.parametrize("member", ["../evil", "files/../../evil", "files/aa/evil", "other"])
def test_a_strange_backup_is_refused_and_writes_nothing(tmp_path: Path, member: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(DATABASE, b"x")
        archive.writestr(member, b"x")
    (tmp_path / "b.zip").write_bytes(stream.getvalue())
    with pytest.raises(DocfillError, match="不是 docfill 的备份"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["lock"]


def test_a_newer_docfill_describes_the_fields_anew(tmp_path: Path) -> None:
    first = Server(Settings(tmp_path), is_working=False)
    (edition, *_) = [f["edition"] for f in first.forms.all()]
    fields = first.forms.edition(edition)["fields"]
    first.database.run("UPDATE editions SET fields = '[]', described = '0.0.1' WHERE id = ?", edition)
    first.close()
    second = Server(Settings(tmp_path), is_working=False)
    assert second.forms.edition(edition)["fields"] == fields != []
    second.close()


def test_a_newer_databases_folder_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.database.run("PRAGMA user_version=99")
    store.close()
    with pytest.raises(DocfillError, match="更新版本"):
        Store(tmp_path)
