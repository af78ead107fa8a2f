"""Addresses: under which a server is opened on its own machine, and under which colleagues reach it.

A server that listens everywhere (0.0.0.0, ::) has no address of that name: this machine opens the loopback, others
one of its interfaces or its name.  Nothing is sent to find them.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from docfill.serve.server import Settings

_TOWARDS = ("10.255.255.255", "172.31.255.255", "192.168.255.255", "192.0.2.1", "2001:db8::1")
"""Machines of each private network, and of others: the way to each begins at an interface of this one."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server is.

    Attributes:
        here: the address that this machine's browser opens; it may hold the start token.
        others: those that colleagues open, where these are others.
    """

    here: str
    others: tuple[str, ...] = ()


def of(settings: Settings, token: str) -> Addresses:
    """The addresses of a server that listens as its settings say, with the port that it has."""
    if settings.origin:
        return Addresses(f"{settings.origin.rstrip('/')}/")
    scheme = "https" if settings.is_secure else "http"

    def at(host: str) -> str:
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/"

    if settings.is_local:
        return Addresses(f"{at(settings.host)}?start={token}")
    if not _is_everywhere(settings.host):
        return Addresses(at(settings.host))
    name = socket.gethostname()
    others = tuple(map(at, dict.fromkeys([*_interfaces(name, settings.host), *([name] if name else [])])))
    # a certificate is of the name that colleagues use
    return Addresses(others[-1] if settings.is_secure and others else at("127.0.0.1"), others)


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host


def _interfaces(name: str, host: str) -> Iterator[str]:
    """The addresses of this machine that others can reach; of IPv4 alone where it listens there alone."""
    found: list[str] = []
    for there in _TOWARDS:
        family = socket.AF_INET6 if ":" in there else socket.AF_INET
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as towards:
            towards.connect((there, 9))  # of UDP: the way is looked up, nothing is sent
            found.append(towards.getsockname()[0])
    with contextlib.suppress(OSError):
        found += (str(known[4][0]) for known in socket.getaddrinfo(name, None))
    for address in dict.fromkeys(found):
        known = ipaddress.ip_address(address.partition("%")[0])
        if not (known.is_loopback or known.is_link_local or known.is_unspecified) and (
            known.version == 4 or ":" in host
        ):
            yield address
