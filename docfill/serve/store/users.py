"""Accounts, sessions, tokens of programs, and the audit trail."""

from __future__ import annotations

import secrets
from typing import Any

from docfill.problems import DocfillError
from docfill.serve.database import Database, Row
from docfill.serve.doors import Role, User
from docfill.serve.ids import new_id, now

SHORTEST = 8
"""Characters that a password has at least."""


def _hasher() -> Any:
    from argon2 import PasswordHasher  # only who has accounts needs it

    return PasswordHasher()


class Users:
    """Who may use the server, and what they did.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- accounts ---

    def all(self) -> list[Row]:
        """Every account: name, role, created."""
        return self._db.all("SELECT name, role, created FROM users ORDER BY name")

    def add(self, name: str, role: Role, password: str) -> None:
        """A new account; DocfillError where the name is taken or the password short."""
        if self._db.one("SELECT name FROM users WHERE name = ?", name):
            raise DocfillError(f"已有用户“{name}”", f'there is a user "{name}" already')
        hashed = _hashed(password)
        self._db.run("INSERT INTO users VALUES (?, ?, ?, ?)", name, role.name, hashed, now())

    def set_password(self, name: str, password: str) -> None:
        """Another password, which ends all sessions of the user; DocfillError where there is no such user."""
        hashed = _hashed(password)
        with self._db.transaction():
            if not self._db.run("UPDATE users SET password = ? WHERE name = ?", hashed, name):
                raise _unknown(name)
            self._db.run("DELETE FROM sessions WHERE user_name = ?", name)

    def remove(self, name: str) -> None:
        """Ends an account with its sessions and tokens; what it did stays in the audit trail."""
        with self._db.transaction():
            if not self._db.run("DELETE FROM users WHERE name = ?", name):
                raise _unknown(name)
            self._db.run("DELETE FROM sessions WHERE user_name = ?", name)
            self._db.run("DELETE FROM tokens WHERE user_name = ?", name)

    def role_by_password(self, name: str, password: str) -> Role | None:
        """The role of an account, where the password is its own; as long to tell for a name that nobody has."""
        from argon2.exceptions import VerificationError

        known = self._db.one("SELECT role, password FROM users WHERE name = ?", name)
        hashed = known["password"] if known else _STAND_IN.hash()
        try:
            _hasher().verify(hashed, password)
        except VerificationError:
            return None
        return Role[known["role"]] if known else None

    # --- sessions and tokens ---

    def add_session(self, token: str, name: str, role: Role, csrf: str, expires: float) -> None:
        """A session of a browser."""
        with self._db.transaction():
            self._db.run("DELETE FROM sessions WHERE expires < ?", now())
            self._db.run("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", token, name, role.name, csrf, expires)

    def of_session(self, token: str, lasts: float) -> User | None:
        """Who a session is of, if it has not ended; its end moves away as it is used."""
        known = self._db.one("SELECT * FROM sessions WHERE token = ?", token)
        if known is None or known["expires"] < now():
            return None
        if known["expires"] < now() + lasts * 0.9:
            self._db.run("UPDATE sessions SET expires = ? WHERE token = ?", now() + lasts, token)
        return User(known["user_name"], Role[known["role"]], known["csrf"], token)

    def end_session(self, token: str) -> None:
        """Logs out."""
        self._db.run("DELETE FROM sessions WHERE token = ?", token)

    def add_token(self, token: str, user: User, label: str) -> str:
        """A token for a program, which may what the user may; its id."""
        made = new_id()
        self._db.run(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)", token, made, user.name, user.role.name, label, now()
        )
        return made

    def tokens_of(self, name: str) -> list[Row]:
        """The tokens of a user, without what they say."""
        return self._db.all("SELECT id, label, created FROM tokens WHERE user_name = ? ORDER BY created", name)

    def remove_token(self, name: str, token_id: str) -> None:
        """Ends a token of a user."""
        self._db.run("DELETE FROM tokens WHERE user_name = ? AND id = ?", name, token_id)

    def of_token(self, token: str) -> User | None:
        """Whose a token is."""
        known = self._db.one("SELECT user_name, role FROM tokens WHERE token = ?", token)
        return User(known["user_name"], Role[known["role"]]) if known else None

    # --- the audit trail ---

    def note(self, who: str, action: str, collection: str = "", subject: str = "", detail: str = "") -> None:
        """Who did what, for good."""
        self._db.run(
            "INSERT INTO audit (at, who, action, collection, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
            *(now(), who, action, collection, subject, detail),
        )

    def notes(self, collection: str = "", most: int = 500) -> list[Row]:
        """The audit trail, the latest first, of all or of one collection; `subject_who` while the return is there."""
        joined = """SELECT audit.*, COALESCE(returns.who, '') AS subject_who
            FROM audit LEFT JOIN returns ON returns.id = audit.subject"""
        if collection:
            return self._db.all(
                f"{joined} WHERE audit.collection = ? ORDER BY audit.number DESC LIMIT ?", collection, most
            )
        return self._db.all(f"{joined} ORDER BY audit.number DESC LIMIT ?", most)


class _StandIn:
    """A hash to be compared with where there is no account, so that the time does not tell."""

    def __init__(self) -> None:
        self._hash = ""

    def hash(self) -> str:
        self._hash = self._hash or _hasher().hash(secrets.token_hex(8))
        return self._hash


_STAND_IN = _StandIn()


def _hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise DocfillError(f"密码至少 {SHORTEST} 个字符", f"a password has at least {SHORTEST} characters")
    hashed: str = _hasher().hash(password)
    return hashed


def _unknown(name: str) -> DocfillError:
    return DocfillError(f"没有用户“{name}”", f'there is no user "{name}"')
