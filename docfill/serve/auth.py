"""Who may: the start token on this machine, accounts for any other, and what keeps other pages out.

On loopback nobody logs in: the address that is opened carries a token, once, for which the browser gets a session.
A page of another site that this browser has open, or that DNS leads here, is refused by its Host and Origin.  On
any other address there are accounts: passwords are kept as argon2 hashes, logins are counted and slowed, sessions
end.  What is kept in the database of a session or token is its hash only.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import secrets
import threading
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request

from docfill.serve.doors import Door, Refusal, Role, User
from docfill.serve.ids import now
from docfill.serve.store.users import Users

COOKIE = "docfill"
LASTS = 12 * 3600.0
"""Seconds after which a session ends, counted from its last use."""
LASTS_HERE = 90 * 86400.0
"""The same on loopback, where the browser is its user's own."""
TRIES, SLOWED = 5, 300.0
"""So many wrong passwords for one name, or from one address, and nobody logs in that way for so many seconds."""
A_MINUTE = 20
"""Checks that one address may ask for at the applicant's door in a minute."""
SAFE = ("GET", "HEAD", "OPTIONS")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Tries:
    """How often each of many was tried lately.

    Args:
        within: the seconds after which a try is forgotten.
    """

    _FEW = 1_000
    """So many are kept before any is looked at that may be forgotten."""

    def __init__(self, within: float) -> None:
        self._within = within
        self._times: dict[str, list[float]] = {}
        self._most = self._FEW

    def of(self, name: str) -> int:
        """How often one was tried lately."""
        return len(self._lately(self._times.get(name, ())))

    def add(self, name: str) -> None:
        """One more of one; those of whom all are past are forgotten, each time that there are twice as many."""
        self._times[name] = [*self._lately(self._times.get(name, ())), now()]
        if len(self._times) > self._most:
            self._times = {known: lately for known, times in self._times.items() if (lately := self._lately(times))}
            self._most = max(self._FEW, 2 * len(self._times))

    def forget(self, name: str) -> None:
        """All of one."""
        self._times.pop(name, None)

    def __len__(self) -> int:
        return len(self._times)

    def _lately(self, times: Iterable[float]) -> list[float]:
        since = now() - self._within
        return [at for at in times if at > since]


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass
class Guard:
    """Stands before every door.

    Attributes:
        users: accounts, sessions and tokens.
        hosts: the names under which the server may be asked ("127.0.0.1:8765"); empty where any will do.
        local_user: on loopback, who is taken to sit there; "" where accounts are asked for.
        is_secure: whether cookies are for TLS only.
    """

    users: Users
    hosts: frozenset[str] = frozenset()
    local_user: str = ""
    is_secure: bool = False
    start_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    _failures: Tries = field(default_factory=lambda: Tries(SLOWED))
    _checks: Tries = field(default_factory=lambda: Tries(60))
    _checking: threading.Lock = field(default_factory=threading.Lock)
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def check_origin(self, request: Request) -> None:
        """Refuses what another page asks, or what DNS was bent to lead here; Refusal (403 or 421)."""
        host = request.headers.get("host", "")
        if self.hosts and host not in self.hosts:
            raise Refusal(421, "地址不对：请从程序显示的地址打开", "wrong address: open the one that the program shows")
        if request.method in SAFE:
            return
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        if (origin is not None and urlsplit(origin).netloc != host) or site not in ("same-origin", "none"):
            raise Refusal(403, "请求来自别的网页，已拒绝", "the request comes from another page and was refused")

    def user_of(self, request: Request) -> User | None:
        """Who asks: by a program's token, or by the session of a browser."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.users.of_token(digest(token.strip()))
        cookie = request.cookies.get(COOKIE, "")
        return self.users.of_session(digest(cookie), self.lasts) if cookie else None

    @property
    def lasts(self) -> float:
        """Seconds that a session lasts after its last use."""
        return LASTS_HERE if self.local_user else LASTS

    def admit(self, request: Request, door: Door) -> User:
        """Who is let in; Refusal (401, 403 or 421) of everybody else."""
        self.check_origin(request)
        user = self.user_of(request)
        if door.role is Role.nobody:
            return user or User("", Role.nobody)
        if user is None:
            raise Refusal(401, "请先登录", "please log in first")
        if user.role < door.role:
            raise Refusal(403, "您的账号没有这项权限", "your account may not do this")
        return user

    def check_csrf(self, request: Request, user: User, sent: str) -> None:
        """Refuses a change that a page of ours did not ask for; Refusal (403)."""
        given = request.headers.get("x-csrf", "") or sent
        if request.method not in SAFE and user.csrf and not hmac.compare_digest(given.encode(), user.csrf.encode()):
            raise Refusal(403, "页面已过期，请刷新后再试", "the page is out of date; reload it and try again")

    def start(self, given: str) -> str | None:
        """A new session's cookie for the start token; None for anything else."""
        if not self.local_user or not hmac.compare_digest(given.encode(), self.start_token.encode()):
            return None
        return self._session(self.local_user, Role.data)

    def log_in(self, name: str, password: str, address: str) -> str:
        """A new session's cookie; Refusal (401, or 429 after too many tries).

        One password is looked at after another: so many that came at once are no more tries than that, nor memory.
        """
        keys = (f"name {name}", f"from {address}")
        with self._looking:
            if any(self._failures.of(key) >= TRIES for key in keys):
                raise Refusal(429, "试的次数太多，请五分钟后再试", "too many tries; wait five minutes")
            role = self.users.role_by_password(name, password)
            if role is None:
                for key in keys:
                    self._failures.add(key)
                raise Refusal(401, "用户名或密码不对", "wrong name or password")
            self._failures.forget(keys[0])
        return self._session(name, role)

    def check_busy(self, request: Request) -> None:
        """Refuses whoever asks for the applicant's check too often; Refusal (429)."""
        address = request.client.host if request.client else ""
        with self._checking:
            if self._checks.of(address) >= A_MINUTE:
                raise Refusal(429, "查得太快，请一分钟后再试", "too many checks; wait a minute")
            self._checks.add(address)

    @contextlib.asynccontextmanager
    async def one_of_few(self) -> AsyncIterator[None]:
        """A block that only a few strangers are in at once; Refusal (429) where it stays full."""
        try:
            await asyncio.wait_for(self._few.acquire(), 30)
        except TimeoutError:
            raise Refusal(429, "现在查的人太多，请稍后再试", "too many are checking; try again later") from None
        try:
            yield
        finally:
            self._few.release()

    def _session(self, name: str, role: Role) -> str:
        cookie = secrets.token_urlsafe(32)
        self.users.add_session(digest(cookie), name, role, secrets.token_urlsafe(24), now() + self.lasts)
        return cookie
