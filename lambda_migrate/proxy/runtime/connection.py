"""Talks to the service over one kept connection, and never sends twice what may have been received.

A connection is used again only if it went idle for a short time and nothing has arrived on it since: its end, or
something nobody asked for. Nor is it used again where its end could be seen coming: servers close it behind the 500 of
an application that raised, without saying so, and some say how long they keep it. What fails before the first byte of
a request is tried again; what fails later only if the method allows repetition and no byte of an answer has come
(RFC 9110 section 9.2.2).
"""

from __future__ import annotations

import os
import select
import socket
import time

from .answer import read_answer
from .balancer import marked
from .characters import DIGITS
from .failures import ServiceConnectionLost, ServiceFailure, ServiceTimeout, ServiceUnreachable
from .settings import SettingsError
from .wire import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from typing import Any

    from .message import Answer, Message
    from .settings import ProxySettings

    Read = Callable[["Reader", str, int], "tuple[Answer, bool]"]

_REPEATABLE = ("GET", "HEAD", "OPTIONS", "TRACE")
_ATTEMPTS = 3
_PAUSE = 0.05
# copying this much behind the head takes less time than another call, and another awakening of the service
_SENT_AS_ONE = 262_144
# answers behind which servers close: to what they did not read to its end, and from 500 where something went wrong
_LAST_ONES = (408, 413)
_WENT_WRONG = 500
# a server that keeps a connection for so many seconds counts them from its own last byte
_SOONER = 1.0
_LONGEST_IDLE = 900.0
_LONGEST_COUNT = 9  # digits


class Connection:
    """A connection to the service.

    Attributes:
        sock: The socket.
        until: When it is no longer to be used, on the monotonic clock.
    """

    __slots__ = ("_events", "sock", "until")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.until = 0.0
        self._events = select.poll()
        self._events.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)

    def readable(self) -> bool:
        """Return whether something has arrived that nobody asked for: an end, a reset, stray bytes."""
        try:
            # TLS may have deciphered more than was read, of which the system knows nothing
            return bool(self._events.poll(0)) or (hasattr(self.sock, "pending") and self.sock.pending() > 0)
        except (OSError, ValueError):
            return True


class Service:
    """The one place that requests go to, whatever an event says.

    `exchange` may be called from several threads: each takes an idle connection out of the pool or opens its own.

    Args:
        settings: Where the service is and how long to wait.
        resolve: Takes host, port and deadline, returns addresses as `socket.getaddrinfo` does; the system's by default.
    """

    def __init__(self, settings: ProxySettings, resolve: Callable[[str, int, float], list[Any]] | None = None) -> None:
        self._settings = settings
        self._resolve = resolve or addresses_of
        self._address = settings.host.strip("[]"), settings.port
        self._tls = _tls(settings) if settings.secure else None
        self._idle: list[Connection] = []

    def exchange(self, message: Message, deadline: float, most: int, read: Read = read_answer) -> Answer:
        """Send a request and return the answer.

        Args:
            message: The request.
            deadline: On the monotonic clock; held against everything, a dripping answer too.
            most: The largest body to accept, in bytes.
            read: Reads the answer; another one may pass it on while it comes.

        Raises:
            ServiceFailure: There is no usable answer. `sent` says whether the service may have seen the request.
        """
        kept = self._take()
        if kept is not None:
            try:
                return self._converse(kept, message, deadline, most, read)
            except ServiceConnectionLost as lost:
                if lost.answered or message.method not in _REPEATABLE:
                    raise
        try:
            fresh = self._open(deadline)
        except ServiceFailure as failure:
            failure.sent = kept is not None
            raise
        answer = self._converse(fresh, message, deadline, most, read)
        answer.repeated = kept is not None
        return answer

    def _take(self) -> Connection | None:
        while self._idle:
            try:
                kept = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if time.monotonic() <= kept.until and not kept.readable():
                return kept
            kept.sock.close()
        return None

    def _converse(self, connection: Connection, message: Message, deadline: float, most: int, read: Read) -> Answer:
        sock = connection.sock
        reader = Reader(sock, deadline)
        idle = 0.0
        try:
            refused = _send(sock, message, deadline)
            answer, reusable = read(reader, message.method, most)
            if reusable and not refused:
                idle = min(self._settings.keepalive_idle, _kept_for(answer))
        except socket.timeout:
            raise ServiceTimeout("the service did not answer in time") from None
        except OSError as broken:
            raise ServiceConnectionLost(_reason(broken), answered=reader.answered) from None
        finally:
            if idle > 0:
                connection.until = time.monotonic() + idle
                self._idle.append(connection)
            else:
                sock.close()
        return answer

    def _open(self, deadline: float) -> Connection:
        until = deadline
        if self._settings.fallback == "connect":  # all attempts share the time of one: the original needs the rest
            until = min(deadline, time.monotonic() + self._settings.connect_timeout)
        attempt = 1
        while True:
            try:
                return Connection(self._connect(until))
            except OSError as failed:
                pause = _PAUSE * (0.5 + os.urandom(1)[0] / 255)
                late = time.monotonic() + pause >= until
                if late and until == deadline:
                    raise ServiceTimeout("no connection in time", sent=False) from None
                if late or attempt == _ATTEMPTS or hasattr(failed, "verify_code"):
                    raise ServiceUnreachable(_reason(failed)) from None
            attempt += 1
            time.sleep(pause)

    def _connect(self, until: float) -> socket.socket:
        failed: OSError = OSError("no address")
        addresses = self._resolve(*self._address, until)
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            now = time.monotonic()
            share = (until - now) / (len(addresses) - index)  # so that one that never answers hides no other
            try:
                sock = socket.socket(family, kind, protocol)
                return self._connected(sock, address, now + min(self._settings.connect_timeout, share))
            except OSError as wrong:  # making the socket fails too where the system lacks the family of an address
                failed = wrong
        raise failed

    def _connected(self, sock: socket.socket, address: Any, until: float) -> socket.socket:
        """Return the socket connected, and speaking TLS, or close it."""
        try:
            sock.settimeout(_left(until))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is None:
                return sock
            sock.settimeout(_left(until))  # the handshake gets what connecting has left
            return self._tls.wrap_socket(sock, server_hostname=self._address[0], suppress_ragged_eofs=False)
        except OSError:
            sock.close()
            raise


def addresses_of(
    host: str, port: int, deadline: float, ask: Callable[..., list[Any]] = socket.getaddrinfo
) -> list[Any]:
    """Return the addresses of a host or raise `OSError`. The system's resolver takes no deadline: a thread asks it."""
    try:
        return ask(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    import threading  # noqa: PLC0415  # only a name needs it, and only for a new connection

    entries: list[list[Any] | OSError] = []

    def look_up() -> None:
        try:
            entries.append(ask(host, port, type=socket.SOCK_STREAM))
        except OSError as failed:
            entries.append(failed)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if not entries:
        raise socket.timeout("name not resolved in time")
    if isinstance(entries[0], OSError):
        raise entries[0]
    return entries[0]


def _tls(settings: ProxySettings) -> ssl.SSLContext:
    import ssl  # noqa: PLC0415  # a service without TLS must not pay for it at every cold start

    try:
        context = ssl.create_default_context(cafile=settings.ca_bundle)
    except OSError as wrong:
        raise SettingsError(f"LAMBDA_MIGRATE_CA_BUNDLE: `{settings.ca_bundle}` is not readable: {wrong}") from None
    context.set_alpn_protocols(["http/1.1"])
    return context


def _kept_for(answer: Answer) -> float:
    """Return for how many seconds a server is sure to keep a connection behind this answer, as far as it tells."""
    if (answer.status >= _WENT_WRONG or answer.status in _LAST_ONES) and not marked(answer):
        return 0.0
    seconds = _LONGEST_IDLE
    if "keep-alive" not in answer.named:
        return seconds
    for name, value in answer.headers:
        if name == "keep-alive":
            for parameter in value.lower().split(","):
                key, _, number = parameter.strip().partition("=")
                if number and len(number) <= _LONGEST_COUNT and DIGITS.issuperset(number):
                    if key == "timeout":
                        seconds = min(seconds, int(number) - _SOONER)
                    elif key == "max" and int(number) == 0:
                        seconds = 0.0
    return seconds


def _left(until: float) -> float:
    """Return the seconds until then, of which there have to be some."""
    left = until - time.monotonic()
    if left <= 0:
        raise socket.timeout
    return left


def _send(sock: socket.socket, message: Message, deadline: float) -> bool:
    """Send a request; return whether the service stopped listening before its end (its answer may be there already)."""
    sock.settimeout(_left(deadline))
    head = message.render()
    try:
        if len(message.body) <= _SENT_AS_ONE:
            sock.sendall(head + message.body)
        else:
            sock.sendall(head)
            sock.settimeout(_left(deadline))
            sock.sendall(message.body)
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def _reason(failed: OSError) -> str:
    """Return what failed in words that hold no address and no name: callers of the function may see them."""
    if isinstance(failed, socket.gaierror):
        return "name not resolved"
    if isinstance(failed, ConnectionRefusedError):
        return "connection refused"
    if isinstance(failed, socket.timeout):
        return "connection timed out"
    if isinstance(failed, (ConnectionResetError, BrokenPipeError)):
        return "connection reset"
    verification = getattr(failed, "verify_message", None)
    if verification:
        return f"certificate not trusted: {verification.partition(',')[0]}"  # the host's name stands behind the comma
    return failed.strerror or type(failed).__name__
