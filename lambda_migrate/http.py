"""HTTP from this machine: the only module that imports httpx.

One deadline holds for a whole exchange, from the connection to the last byte, and no answer may be longer than a limit:
a server that sends a byte now and then, or never stops, holds nobody up. TLS is verified, redirects are not followed,
cookies are not kept.
"""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from lambda_migrate.deadline import Deadline

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

    import httpx

LIMIT = 2**20
"""Bytes of an answer, at most, unless the caller expects more."""

OK = 200
_SUCCESS = range(200, 300)


class HttpError(Exception):
    """No answer, or not a whole one.

    Args:
        reason: What went wrong, a clause that follows what was asked: ``does not answer in time``. Without the URL.
        name: The kind of error, one word: ``ConnectError``.
        sent: Whether the request may have arrived.
        refused: Whether that was the answer: no connection is taken there, the name is unknown, or TLS does not hold.
    """

    def __init__(self, reason: str, name: str, *, sent: bool = True, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name
        self.sent = sent
        self.refused = refused


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        status_code: HTTP's status.
        reason: The words beside it, or "".
        body: All of it, as it came.
    """

    status_code: int
    reason: str = ""
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 2xx."""
        return self.status_code in _SUCCESS


@dataclass
class Client:
    """Asks servers.

    Args:
        ca_bundle: Path of a private CA bundle on this machine; None for those of the system and of certifi.
        through_proxies: Whether HTTPS_PROXY, NO_PROXY and the like of the environment count.
        transport: What stands in for the network; tests pass their own.
    """

    ca_bundle: str | None = None
    through_proxies: bool = False
    transport: httpx.BaseTransport | None = None

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx  # noqa: PLC0415  # slow to import, and owned by this module

        named = [os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")]
        return httpx.Client(
            verify=_context(self.ca_bundle, self.through_proxies, *named),
            follow_redirects=False,
            trust_env=self.through_proxies,
            transport=self.transport,
            limits=httpx.Limits(max_keepalive_connections=0),  # every exchange has a connection that can be cut
            headers={"User-Agent": "lambda-migrate", "Accept-Encoding": "identity"},
        )

    def ready(self) -> Self:
        """Return the client once it can ask, so that whoever times an answer times the server.

        The first use imports httpx and reads the certificates, which takes longer than a service may take to answer.
        """
        _ = self._client
        return self

    def __enter__(self) -> Self:
        return self.ready()

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open."""
        if "_client" in vars(self):
            self._client.close()

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, timeout: float = 10.0, server_name: str = ""
    ) -> Answer:
        """GET a URL; see :meth:`send`."""
        return self.send("GET", url, headers=headers, timeout=timeout, server_name=server_name)

    def post(self, url: str, *, json: object, timeout: float = 10.0) -> Answer:
        """POST a JSON document; see :meth:`send`."""
        return self.send("POST", url, json=json, timeout=timeout)

    def send(  # each may be left out
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        timeout: float = 10.0,
        silence: float | None = None,
        limit: int = LIMIT,
        server_name: str = "",
    ) -> Answer:
        """Send one request and take the whole answer.

        Args:
            method: ``GET``, ``POST``, ...
            url: Of ``http`` or ``https``.
            headers: Sent besides our own, in UTF-8 as the proxy sends them.
            json: A document to send; None for no body.
            timeout: Of the whole exchange, in seconds.
            silence: How long nothing may come, in seconds; `timeout` where it is None.
            limit: Of the answer's body, in bytes.
            server_name: Whom TLS asks for, and whose certificate it has to be; "" is the URL's host.

        Raises:
            HttpError: The answer is missing or incomplete.
        """
        sent = {name: value.encode("utf-8", "surrogatepass") for name, value in (headers or {}).items()}
        options: dict[str, Any] = {"headers": sent, "json": json}
        if server_name:
            options["extensions"] = {"sni_hostname": server_name}
        return self._exchange(method, url, timeout, silence, limit, options)

    def download(
        self, url: str, into: Callable[[bytes], object], *, timeout: float, silence: float, limit: int
    ) -> Answer:
        """GET something large: the body of an answer of 2xx is handed on piece by piece, and not kept.

        Args:
            url: As of :meth:`send`, like what is not named here.
            into: Takes each piece.
            timeout: Of the whole exchange, in seconds.
            silence: How long nothing may come, in seconds.
            limit: Of the body, in bytes.

        Raises:
            HttpError: The answer is missing or incomplete.
        """
        return self._exchange("GET", url, timeout, silence, limit, {}, into)

    def _exchange(
        self,
        method: str,
        url: str,
        timeout: float,
        silence: float | None,
        limit: int,
        options: dict[str, Any],
        into: Callable[[bytes], object] | None = None,
    ) -> Answer:
        import httpx  # noqa: PLC0415  # as above

        client, deadline = self._client, Deadline(timeout)
        url, named = _loopback(url)
        given = {
            **options,
            "headers": {**named, **options.get("headers", {})},
            "extensions": {"trace": deadline.trace, **options.get("extensions", {})},
        }
        try:
            with deadline, client.stream(method, url, timeout=min(timeout, silence or timeout), **given) as response:
                client.cookies.clear()
                pieces = _read(response, limit, deadline)
                if into is not None and response.is_success:
                    for piece in pieces:
                        into(piece)
                return Answer(response.status_code, response.reason_phrase, b"".join(pieces))
        except httpx.InvalidURL as error:
            raise HttpError("is not a valid URL", type(error).__name__, sent=False) from error
        except httpx.HTTPError as error:
            if deadline.expired:
                raise HttpError("does not answer in time", "ReadTimeout") from error
            raise _translated(error) from error


@cache
def _context(ca_bundle: str | None, trust_env: bool, *_named: str | None) -> ssl.SSLContext:  # noqa: FBT001  # only called above
    """Return whom to trust; reading the certificates takes longer than asking a server nearby.

    Args:
        ca_bundle: As of :class:`Client`.
        trust_env: Whether the environment may name certificates.
        _named: What it names.
    """
    import ssl  # noqa: PLC0415  # only where something is asked

    import httpx  # noqa: PLC0415  # slow to import, and owned by this module

    if ca_bundle:
        return ssl.create_default_context(cafile=ca_bundle)
    context = httpx.create_ssl_context(trust_env=trust_env)
    context.load_default_certs()
    return context


def _loopback(url: str) -> tuple[str, dict[str, str]]:
    """Return a URL whose name ends in ``.localhost`` with the loopback address in its place, and the name as a header.

    Such names are this machine's, whatever a resolver says of them (RFC 6761, section 6.3).
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url, {}  # which httpx refuses in its own words
    if not (parts.hostname or "").endswith(".localhost"):
        return url, {}
    return parts._replace(netloc=f"127.0.0.1{port}").geturl(), {"Host": parts.netloc.rpartition("@")[2]}


def addresses(url: str) -> tuple[str, ...]:
    """Return the addresses of a URL's host, as they are looked up from here; an empty tuple if there are none."""
    try:
        host = urlsplit(url).hostname
        entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM) if host else []
    except (OSError, ValueError):
        return ()
    return tuple(sorted({str(entry[4][0]) for entry in entries}))


def _read(response: httpx.Response, limit: int, deadline: Deadline) -> Iterator[bytes]:
    """Yield the body as it comes.

    Raises:
        HttpError: It is longer than the limit, or ends too early.
    """
    import httpx  # noqa: PLC0415  # as above

    came = 0
    try:
        for chunk in response.iter_bytes() if response.is_stream_consumed else response.iter_raw():
            came += len(chunk)
            if came > limit:
                raise HttpError(f"answers more than {limit} bytes", "TooLong")
            yield chunk
    except httpx.RemoteProtocolError as error:
        whole = response.headers.get("content-length", "")
        if not deadline.expired and whole.isdecimal() and came < int(whole):
            raise HttpError(f"ended after {came} of {whole} bytes", type(error).__name__) from error
        raise


def _translated(error: httpx.HTTPError) -> HttpError:
    import httpx  # noqa: PLC0415  # as above

    name = type(error).__name__
    if isinstance(error, httpx.ConnectTimeout):
        return HttpError("cannot be reached: the connection timed out", name, sent=False)
    if isinstance(error, httpx.TimeoutException):
        return HttpError("does not answer in time", name)
    text = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or name
    refused = isinstance(error, (httpx.ConnectError, httpx.UnsupportedProtocol))
    return HttpError(f"cannot be reached: {text[:1].lower()}{text[1:]}", name, sent=not refused, refused=refused)


@cache
def plain_client() -> Client:
    """Return the client for services that no private CA vouches for; there is one."""
    return Client()
