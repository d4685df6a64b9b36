"""Requests that leave the house: to a checked address only, none inside but those allowed, all within one time.

The name is resolved once and the connection goes to an address that was checked, so that an answer of DNS that changes
between check and connection changes nothing. Redirects and proxies are never followed.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore2
import httpx2

from plumbline import errors

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

URL_LENGTH_MAX: Final = 500
BODY_BYTES_MAX: Final = 16 * 1024
"""What is read of an answer; the rest is cut off with the connection."""
READ_BYTES: Final = 4_096
_EMBEDDING: Final = tuple(
    ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""Networks whose addresses carry an IPv4 address (NAT64, 6to4, Teredo): refused whole, as a way round the check."""


class Refused(errors.PlumblineError):
    """The address may not be asked, or the time is over; nothing was sent, or not all."""

    code = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers in lower case, and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_networks(text: str) -> tuple[Network, ...]:
    """The networks of a list with commas; ValueError for one that is none."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def check_url(url: str, *, plain: bool) -> str:
    """The URL, if it may be asked at all: https (or `plain`: http too), a host, no user, no fragment.

    errors.BadInput otherwise. Which address its host has is checked when it is asked.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    wrong = (
        "it is too long" if len(url) > URL_LENGTH_MAX
        else "it has characters that no address has" if any(one <= " " or one > "~" for one in url)
        else "it is no https address" if parts.scheme not in (("https", "http") if plain else ("https",))
        else "it names no host" if not parts.hostname or port == 0
        else "it names a user" if "@" in parts.netloc
        else "it has a fragment" if parts.fragment or "#" in url
        else ""
    )  # fmt: skip
    if wrong:
        raise errors.BadInput(
            "This address cannot be asked", why=f"{wrong[0].upper()}{wrong[1:]}.",
            next="Write it as https://host/path; http needs PLUMBLINE_DELIVERY_HTTP.",
        )  # fmt: skip
    return url


def is_allowed(text: str, inner: Sequence[Network]) -> bool:
    """Whether an address may be connected to: of the open internet, or inside a network that is named.

    Never: link-local (where clouds keep their metadata), multicast, the unspecified address.
    """
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if any(address.version == one.version and address in one for one in inner):
        return True
    embedded = any(address.version == one.version and address in one for one in _EMBEDDING)
    return address.is_global and not address.is_reserved and not embedded


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Client:
    """Asks addresses outside: `inner` networks are allowed beside the open internet, each request lasts `total_s` at most."""

    def __init__(
        self, inner: Sequence[Network], total_s: float, *, plain: bool = False, resolver: Resolver = resolve
    ) -> None:
        self._inner = inner
        self._total_s = total_s
        self._plain = plain
        self._resolver = resolver
        self._tls: ssl.SSLContext = httpx2.create_ssl_context()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body; the answer whatever its status. Refused, or httpcore2's exceptions, where there is none."""
        check_url(url, plain=self._plain)
        backend = _Backend(self._inner, time.monotonic() + self._total_s, self._resolver)
        sent: dict[bytes | str, bytes | str] = {
            "Host": urlsplit(url).netloc, "User-Agent": "plumbline", "Accept-Encoding": "identity",
            "Connection": "close", "Content-Length": str(len(body)),
        }  # fmt: skip
        sent.update({str(name): value for name, value in headers.items()})
        with (
            httpcore2.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
            pool.stream(
                "POST", url, headers=sent, content=body,
                extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), self._total_s)},
            ) as answer,
        ):  # fmt: skip
            kept = b""
            for part in answer.iter_stream():
                kept += part
                if len(kept) > BODY_BYTES_MAX:
                    break
            read = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Answer(answer.status, read, kept[:BODY_BYTES_MAX])


class _Stream(httpcore2.NetworkStream):
    """A connection that ends at a moment, however little at a time the other side says."""

    def __init__(self, under: httpcore2.NetworkStream, until: float) -> None:
        self._under = under
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._under.read(min(max_bytes, READ_BYTES), _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._under.write(buffer, _left(self._until))

    def close(self) -> None:
        self._under.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        made = self._under.start_tls(ssl_context, server_hostname, _left(self._until))
        return _Stream(made, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._under.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, and to no other."""

    def __init__(self, inner: Sequence[Network], until: float, resolver: Resolver) -> None:
        self._under = httpcore2.SyncBackend()
        self._inner = inner
        self._until = until
        self._resolver = resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = self._resolver(host, port)
        except OSError as unknown:
            raise httpcore2.ConnectError(f"the name does not resolve: {unknown.strerror}") from unknown
        if not addresses or not all(is_allowed(one, self._inner) for one in addresses):
            raise Refused(
                "The receiver's address is inside, or reserved",
                next="An inner network is allowed by PLUMBLINE_DELIVERY_NETWORKS.",
            )
        for number, address in enumerate(addresses, 1):
            try:
                left = _left(self._until)
                return _Stream(
                    self._under.connect_tcp(address, port, left, None, socket_options), self._until
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise AssertionError("at least one address")


def _left(until: float) -> float:
    """Seconds left; Refused when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise Refused("The receiver took longer than it may")
    return left
