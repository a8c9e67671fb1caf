"""TLS: the service proves who it is, and what an event says has no part in that."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lambda_migrate.proxy.runtime import connection
from lambda_migrate.proxy.runtime.settings import ProxySettings, SettingsError
from tests.events import non_http, requests
from tests.proxy.service import Service, answer, function
from tests.support.waiting import TIMEOUT

NOW = dt.datetime.now(dt.UTC)
# the usage that RFC 5280 wants every authority to state, and Python from 3.13 on
SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    **dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "encipher_only", "decipher_only"),
        ),
        False,
    ),
)


@dataclass
class TlsService(Service):
    """A service that speaks TLS."""

    certificate: Path = Path()
    hosts_asked: list[str | None] = field(default_factory=list)

    def wrap(self, sock: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.sni_callback = lambda _sock, name, _context: self.hosts_asked.append(name)
        return context.wrap_socket(sock, server_side=True)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of its own."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def bundle(self) -> Path:
        path = self.folder / "ca.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def issue(self, name: str, days: int = 1) -> Path:
        """Return a file with the certificate and key of a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            alternative = x509.DNSName(name)
        certificate = (
            builder(name, self.certificate.subject, key.public_key(), days)
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        path = self.folder / f"{name}-{days}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
        return path


def builder(name: str, issuer: x509.Name | None, key: Any, days: int) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=10))
        .not_valid_after(NOW + dt.timedelta(days=days))
    )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        builder("tests", None, key.public_key(), 5)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(SIGNS_CERTIFICATES, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(tmp_path, key, certificate)


@pytest.fixture
def serve_tls() -> Iterator[Callable[[Path], TlsService]]:
    started: list[TlsService] = []

    def begin(certificate: Path) -> TlsService:
        started.append(TlsService(certificate=certificate))
        return started[-1]

    yield begin
    for service in started:
        service.close()


ServeTls = Callable[[Path], TlsService]


def test_a_service_with_a_certificate_of_the_given_authority_is_trusted(
    authority: Authority, serve_tls: ServeTls
) -> None:
    service = serve_tls(authority.issue("localhost"))
    handle = function(f"https://localhost:{service.port}", ca_bundle=str(authority.bundle))

    for body in ("x", "x" * 3_000_000):
        assert handle(requests.alb("POST", body=body))["statusCode"] in (200, 502)
    for _ in range(5):
        assert handle(requests.rest_api())["statusCode"] == 200

    assert [len(received.body) for received in service.received][:2] == [1, 3_000_000]


def test_an_address_may_stand_in_the_certificate(authority: Authority, serve_tls: ServeTls) -> None:
    service = serve_tls(authority.issue("127.0.0.1"))

    found = function(f"https://127.0.0.1:{service.port}", ca_bundle=str(authority.bundle))(requests.rest_api())

    assert found["statusCode"] == 200


def test_one_tls_connection_serves_many_requests(authority: Authority, serve_tls: ServeTls) -> None:
    service = serve_tls(authority.issue("localhost"))
    handle = function(f"https://localhost:{service.port}", ca_bundle=str(authority.bundle))

    for _ in range(10):
        assert handle(requests.rest_api())["statusCode"] == 200

    assert service.connections == 1


def test_stray_bytes_that_tls_has_already_deciphered_end_a_connection(
    authority: Authority, serve_tls: ServeTls
) -> None:
    service = serve_tls(authority.issue("localhost"))
    # more than one record: the rest of the second is deciphered together with the end of the body
    service.behave = lambda _received, _sock: answer(b"x" * 20_000) + b"stray"
    handle = function(f"https://localhost:{service.port}", ca_bundle=str(authority.bundle))

    assert [handle(requests.alb())["statusCode"] for _ in range(2)] == [200, 200]
    assert service.connections == 2


def test_the_handshake_gets_the_time_that_connecting_has_left(service: Service) -> None:
    allowed: list[float | None] = []

    class Slow(socket.socket):
        def connect(self, address: Any) -> None:
            super().connect(address)

        def settimeout(self, seconds: float | None) -> None:
            allowed.append(seconds)
            super().settimeout(seconds)

    secure = connection.Service(ProxySettings(secure=True, host="127.0.0.1", port=service.port))

    with pytest.raises(TimeoutError):  # this service speaks no TLS
        secure._connected(Slow(), ("127.0.0.1", service.port), time.monotonic() + 1.0)

    for_connecting, for_the_handshake = allowed
    assert for_connecting
    assert for_the_handshake
    assert for_the_handshake < for_connecting


def test_the_name_is_that_of_the_service_whatever_host_the_event_names(
    authority: Authority, serve_tls: ServeTls
) -> None:
    service = serve_tls(authority.issue("localhost"))
    handle = function(f"https://localhost:{service.port}", ca_bundle=str(authority.bundle), host_mode="preserve")

    handle(requests.alb(headers={"host": "shop.example.com"}))

    assert (service.hosts_asked, service.received[0].headers["host"]) == (["localhost"], "shop.example.com")


@pytest.mark.parametrize(
    ("name", "days", "reason"),
    [("other.example.com", 1, "Hostname mismatch"), ("localhost", -2, "certificate has expired")],
)
def test_a_wrong_name_or_an_expired_certificate_is_refused_before_a_byte_is_sent(
    authority: Authority, serve_tls: ServeTls, name: str, days: int, reason: str
) -> None:
    service = serve_tls(authority.issue(name, days))
    handle = function(f"https://localhost:{service.port}", ca_bundle=str(authority.bundle))

    found = handle(requests.rest_api())

    assert (found["statusCode"], found["body"], service.received) == (502, '{"message": "Bad Gateway"}', [])
    assert handle.lines[0]["reason"] == f"certificate not trusted: {reason}"
    assert service.connections == 1


def test_a_certificate_of_nobody_known_is_refused(authority: Authority, serve_tls: ServeTls) -> None:
    service = serve_tls(authority.issue("localhost"))
    handle = function(f"https://localhost:{service.port}")

    with pytest.raises(Exception, match="certificate not trusted") as caught:
        handle(non_http.sqs())

    assert (type(caught.value).__name__, service.received) == ("ServiceUnreachable", [])


def test_an_untrusted_service_counts_as_not_reached_for_the_fallback(authority: Authority, serve_tls: ServeTls) -> None:
    service = serve_tls(authority.issue("localhost"))

    found = function(f"https://localhost:{service.port}", fallback="connect")(non_http.sqs())

    assert (found["answered by"], service.received) == ("original", [])


def test_a_service_that_does_not_speak_tls_is_not_reached(service: Service) -> None:
    handle = function(f"https://127.0.0.1:{service.port}", connect_timeout="0.1")

    assert handle(requests.rest_api())["statusCode"] == 502


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_bundle_that_cannot_be_read_is_told_at_the_start(tmp_path: Path, content: bytes | None) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_bytes(content)

    with pytest.raises(SettingsError, match="LAMBDA_MIGRATE_CA_BUNDLE"):
        function("https://localhost", ca_bundle=str(bundle))


def test_a_body_cut_off_without_a_proper_end_is_not_believed(authority: Authority, serve_tls: ServeTls) -> None:
    service = serve_tls(authority.issue("localhost"))

    def cut_plainly(_received: Any, sock: Any) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf of it")
        socket.socket(fileno=sock.detach()).close()

    service.behave = cut_plainly
    handle = function(f"https://localhost:{service.port}", ca_bundle=str(authority.bundle))

    assert handle(requests.rest_api())["statusCode"] == 502


def test_the_deadline_holds_against_a_service_that_reads_in_drips(authority: Authority) -> None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("localhost"))

    def drip() -> None:
        with contextlib.suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as sock:
            while sock.recv(16_384):
                over.wait(0.5)  # all of it would take three minutes

    over = threading.Event()
    threading.Thread(target=drip, daemon=True).start()
    handle = function(
        f"https://localhost:{listener.getsockname()[1]}",
        ca_bundle=str(authority.bundle),
        deadline_margin="1.5",
    )
    started = time.monotonic()

    found = handle(requests.rest_api("POST", body="x" * 6_000_000), seconds=3.0)

    over.set()
    listener.close()
    assert (found["statusCode"], time.monotonic() - started < TIMEOUT) == (504, True)
