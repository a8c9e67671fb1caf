"""What a server may do to whoever asks it: drip, babble, hang up, refuse. Each exchange ends in time."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.http import Answer, Client, HttpError, addresses
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD = b"HTTP/1.1 200 OK\r\n"
LONG = b"Content-Length: 1000\r\n\r\n"


@contextmanager
def serving(speak: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """Serve one connection by a function, which is told when it may stop."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                try:
                    speak(connection, over)
                except OSError:
                    return  # whoever asked has gone

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            over.set()
            thread.join(TIMEOUT)
    assert not thread.is_alive()


def says(content: bytes) -> Callable[[socket.socket, threading.Event], None]:
    return lambda connection, _over: connection.sendall(content)


def drips(head: bytes, drop: bytes) -> Callable[[socket.socket, threading.Event], None]:
    def speak(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(0.02):
            connection.sendall(drop)

    return speak


def never_ends(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b"\r\n")
    while not over.is_set():
        connection.sendall(b"x" * 65536)


def test_a_name_below_localhost_is_this_machine_whatever_a_resolver_says_of_it() -> None:
    heard: list[bytes] = []

    def hear(connection: socket.socket, _over: threading.Event) -> None:
        heard.append(b"said")
        connection.sendall(HEAD + b"Content-Length: 0\r\n\r\n")

    with serving(hear) as url, Client() as client:
        answer = client.get(url.replace("127.0.0.1", "a1b2c3.execute-api.localhost"))

    assert (answer.status_code, heard) == (200, [b"said"])


def test_the_addresses_of_a_url_are_looked_up_and_what_has_none_has_none() -> None:
    assert [addresses(url) for url in ("http://127.0.0.1:8000/x", "", "http://[::x]/")] == [
        ("127.0.0.1",),
        (),
        (),
    ]


def test_an_answer_is_taken_whole_and_as_it_came() -> None:
    with serving(says(HEAD + b"Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nplain")) as url, Client() as client:
        assert client.get(url) == Answer(200, "OK", b"plain")


def test_a_redirect_is_an_answer() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with serving(says(answer)) as url, Client() as client:
        found = client.get(url)

    assert (found.status_code, found.is_success) == (302, False)


@pytest.mark.parametrize(
    ("head", "drop"),
    [(b"", b"H"), (HEAD, b"x"), (HEAD + LONG, b"x"), (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")],
    ids=["status line", "headers", "body", "chunks"],
)
def test_a_byte_now_and_then_holds_nobody_up(head: bytes, drop: bytes) -> None:
    began = time.monotonic()

    with serving(drips(head, drop)) as url, Client() as client, pytest.raises(HttpError) as raised:
        client.get(url, timeout=0.5)

    assert time.monotonic() - began < TIMEOUT  # the bytes never end
    assert raised.value.sent
    if drop != b"H":  # a status line that is none is refused before the time is over
        assert raised.value.reason == "does not answer in time"


def test_silence_is_given_up_before_the_deadline() -> None:
    began = time.monotonic()

    with (
        serving(lambda connection, over: (connection.sendall(HEAD + LONG), over.wait())) as url,
        Client() as client,
        pytest.raises(HttpError) as raised,
    ):
        client.send("GET", url, timeout=10 * TIMEOUT, silence=0.2)

    assert time.monotonic() - began < TIMEOUT
    assert raised.value.reason == "does not answer in time"


def test_a_body_without_an_end_is_cut_at_the_limit() -> None:
    with serving(never_ends) as url, Client() as client, pytest.raises(HttpError) as raised:
        client.send("GET", url, limit=100_000)

    assert raised.value.reason == "answers more than 100000 bytes"


def test_a_body_that_ends_too_early_is_told_with_how_much_came() -> None:
    with serving(says(HEAD + LONG + b"half")) as url, Client() as client, pytest.raises(HttpError) as raised:
        client.get(url)

    assert raised.value.reason == "ended after 4 of 1000 bytes"


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

    with Client() as client, pytest.raises(HttpError) as raised:
        client.post(url, json={"a": 1})

    assert (raised.value.name, raised.value.sent) == ("ConnectError", False)
    assert raised.value.reason.startswith("cannot be reached: ")


@pytest.mark.parametrize("url", ["http://[::x]/", "http://a:b/", "ftp://a/", "nothing"])
def test_what_is_not_a_url_of_http_is_refused_without_a_request(url: str) -> None:
    with Client() as client, pytest.raises(HttpError) as raised:
        client.get(url)

    assert not raised.value.sent
    assert url not in raised.value.reason


def test_a_client_that_is_entered_has_nothing_left_to_prepare() -> None:
    """The first answer is timed like all others: importing httpx takes longer than many answers."""
    with Client() as client:
        assert "_client" in vars(client)
