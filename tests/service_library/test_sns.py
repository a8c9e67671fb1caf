"""SNS over HTTPS: real signatures of a certificate made here, and everything that is none."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH, EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.deliveries.sns import Sns
from lambda_migrate_service.deliveries.sns_message import MOST_REFUSED, REFUSED_FOR, Certificates, is_from_sns
from lambda_migrate_service.dispatch import Dispatcher
from lambda_migrate_service.environment import Environment

from tests.service_library.calling import Recorder, ask, call, http_scope

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(days: int = 30) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = dt.datetime.now(tz=dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    builder = builder.serial_number(1).not_valid_before(now - dt.timedelta(days=60))
    made = builder.not_valid_after(now + dt.timedelta(days=days)).sign(KEY, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def signed_message(kind: str = "Notification", version: str = "1", **changes: Any) -> dict[str, Any]:
    message = {
        "Type": kind,
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "TopicArn": TOPIC,
        "Subject": "an order",
        "Message": '{"order": 17}',
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "SigningCertURL": CERTIFICATE,
        "SignatureVersion": version,
        "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
        **changes,
    }
    if kind == "Notification":
        names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    else:
        message |= {
            "Token": "2336412f37",
            "SubscribeURL": message.get(
                "SubscribeURL", "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"
            ),
        }
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{message[name]}\n" for name in names if message[name] is not None)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303  # what SNS does
    signature = KEY.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {**message, "Signature": base64.b64encode(signature).decode()}


class World:
    def __init__(self, directory: Path, *, certificate: bytes | None = None, sandbox: str = "") -> None:
        self.events: list[Any] = []
        self.fetched: list[str] = []
        self.fails = False
        self.unreachable = False
        self.certificate = certificate or pem()
        sns = Sns((TOPIC,), FUNCTION, Replays(directory, 3900.0), sandbox=sandbox, fetch=self.fetch)
        self.endpoint = EventsEndpoint(Recorder(), [sns], Dispatcher(self.handle, workers=1, handlers={}))

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if self.unreachable:
            raise TimeoutError
        return self.certificate

    def handle(self, event: Any, _context: Any) -> None:
        self.events.append(event)
        if self.fails:
            raise ValueError("not now")

    def deliver(self, message: Any, **headers: str) -> int:
        sent = {"x-amz-sns-message-type": "Notification", "x-amz-sns-subscription-arn": f"{TOPIC}:sub", **headers}
        return call(self.endpoint, "POST", EVENTS_PATH, sent, json.dumps(message).encode()).status


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", ["an order", None])
def test_a_notification_becomes_the_event_that_lambda_would_get(world: World, version: str, subject: Any) -> None:
    attributes = {"shop": {"Type": "String", "Value": "paris"}}
    message = signed_message(version=version, Subject=subject, MessageAttributes=attributes)
    if subject is None:
        del message["Subject"]
    assert world.deliver(message) == 200
    assert world.events == [
        {
            "Records": [
                {
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": f"{TOPIC}:sub",
                    "Sns": {
                        "Type": "Notification",
                        "MessageId": message["MessageId"],
                        "TopicArn": TOPIC,
                        "Subject": subject,
                        "Message": '{"order": 17}',
                        "Timestamp": message["Timestamp"],
                        "SignatureVersion": version,
                        "Signature": message["Signature"],
                        "SigningCertUrl": CERTIFICATE,
                        "UnsubscribeUrl": message["UnsubscribeURL"],
                        "MessageAttributes": attributes,
                    },
                }
            ]
        }
    ]
    assert world.fetched == [CERTIFICATE]


@pytest.mark.parametrize(
    "changes",
    [
        {"Message": "evil"},
        {"MessageId": "another"},
        {"Subject": "another"},
        {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:others"},
        {"Signature": "AAAA"},
        {"Signature": "!"},
        {"Signature": None},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "3"},
        {"SigningCertURL": "https://evil.example.com/SimpleNotificationService.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": f"{CERTIFICATE}?Action=GetTopicAttributes&X-Amz-Signature=mine"},
        {"SigningCertURL": f"{CERTIFICATE}\n"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a b.pem"},
        {"SigningCertURL": None},
        {"Timestamp": "2020-01-01T00:00:00.000Z"},
        {"Timestamp": "yesterday"},
        {"Type": "SubscriptionConfirmation"},
        {"Message": None},
    ],
    ids=str,
)
def test_an_altered_message_is_refused(world: World, changes: dict[str, Any]) -> None:
    assert world.deliver({**signed_message(), **changes}) == 404
    assert world.events == []
    assert set(world.fetched) <= {CERTIFICATE}


def test_a_message_whose_certificate_cannot_be_read_now_is_asked_for_again(world: World) -> None:
    message = signed_message()
    world.unreachable = True
    assert world.deliver(message) == 503
    world.unreachable = False
    assert world.deliver(message) == 200
    assert len(world.events) == 1


@pytest.mark.parametrize("stamp", ["2020-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z", "yesterday"])
def test_a_signed_message_of_another_time_is_refused(world: World, stamp: str) -> None:
    assert world.deliver(signed_message(Timestamp=stamp)) == 404
    assert world.events == []


def test_a_topic_that_is_not_ours_is_refused_before_anything_is_fetched(world: World) -> None:
    assert world.deliver(signed_message(TopicArn="arn:aws:sns:eu-west-1:999999999999:orders")) == 404
    assert world.fetched == []


def test_an_expired_certificate_signs_nothing(tmp_path: Path) -> None:
    assert World(tmp_path, certificate=pem(days=-1)).deliver(signed_message()) == 404


def test_what_is_no_certificate_signs_nothing(tmp_path: Path) -> None:
    assert World(tmp_path, certificate=b"<html>").deliver(signed_message()) == 404


def test_a_handled_message_is_not_handled_again(world: World) -> None:
    message = signed_message()
    assert [world.deliver(message), world.deliver(message)] == [200, 200]
    assert len(world.events) == 1


def test_a_failed_message_is_handled_when_sns_tries_again(world: World) -> None:
    message = signed_message()
    world.fails = True
    assert world.deliver(message) == 500
    world.fails = False
    assert world.deliver(message) == 200
    assert len(world.events) == 2


@dataclass
class Hosts:
    """Hosts of one service whose handler waits until it is told to go on."""

    doors: list[EventsEndpoint]
    fails: bool = False
    handled: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, event: Any, _context: Any) -> None:
        self.handled.append(event["Records"][0]["Sns"]["MessageId"])
        self.begun.set()
        await self.may_end.wait()
        if self.fails:
            raise ValueError("not now")


def hosts_of(*memories: Any) -> Hosts:
    hosts = Hosts([])
    dispatcher = Dispatcher(hosts.handle, workers=1, handlers={})
    for memory in memories:
        sns = Sns((TOPIC,), FUNCTION, memory, fetch=lambda _url: pem())
        hosts.doors.append(EventsEndpoint(Recorder(), [sns], dispatcher))
    return hosts


def sent_while_it_runs(hosts: Hosts) -> tuple[int, ...]:
    """Deliver a message, deliver it again to each host while it is handled, and once more when that has ended."""
    body = json.dumps(signed_message()).encode()
    headers = {"x-amz-sns-message-type": "Notification"}

    async def deliver(door: EventsEndpoint) -> int:
        return (await ask(door, http_scope("POST", EVENTS_PATH, headers), body)).status

    async def story() -> tuple[int, ...]:
        first = asyncio.ensure_future(deliver(hosts.doors[0]))
        await hosts.begun.wait()
        meanwhile = [await deliver(door) for door in hosts.doors]
        hosts.may_end.set()
        return (*meanwhile, await first, await deliver(hosts.doors[-1]))

    return asyncio.run(story())


@pytest.mark.parametrize(("fails", "ends"), [(False, (200, 200)), (True, (500, 500))])
def test_a_message_that_comes_again_while_it_is_handled_is_put_off(
    tmp_path: Path, fails: bool, ends: tuple[int, int]
) -> None:
    hosts = hosts_of(Replays(tmp_path, 3900.0), Replays(tmp_path, 3900.0))
    hosts.fails = fails

    assert sent_while_it_runs(hosts) == (503, 503, *ends)
    assert len(hosts.handled) == (2 if fails else 1)


def test_a_message_of_a_request_that_is_cut_off_may_come_again(tmp_path: Path) -> None:
    hosts = hosts_of(Replays(tmp_path, 3900.0))
    body = json.dumps(signed_message()).encode()
    scope = http_scope("POST", EVENTS_PATH, {"x-amz-sns-message-type": "Notification"})

    async def story() -> int:
        first = asyncio.ensure_future(ask(hosts.doors[0], scope, body))
        await hosts.begun.wait()
        first.cancel()
        await asyncio.wait({first})
        hosts.may_end.set()
        return (await ask(hosts.doors[0], scope, body)).status

    assert asyncio.run(story()) == 200
    assert len(hosts.handled) == 2


def test_a_message_is_not_held_by_a_process_that_has_died(tmp_path: Path) -> None:
    sent = time.time()
    text = (
        "import os, pathlib, sys\n"
        "from lambda_migrate_service.deliveries.replay import Replays\n"
        "memory = Replays(pathlib.Path(sys.argv[1]), 3900.0)\n"
        "print(memory.begin('a', float(sys.argv[2]), 60.0), flush=True)\n"
        "sys.stdin.read()\n"
        "os._exit(1)\n"
    )
    memory = Replays(tmp_path, 3900.0)
    with subprocess.Popen(
        [sys.executable, "-c", text, str(tmp_path), repr(sent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "begun\n"
        assert memory.begin("a", sent, 60.0) == "running"
        other.communicate()

    assert memory.begin("a", sent, 60.0) == "begun"


def test_a_subscription_is_confirmed(world: World) -> None:
    message = signed_message("SubscriptionConfirmation")
    assert world.deliver(message) == 200
    assert world.fetched == [CERTIFICATE, message["SubscribeURL"]]
    assert world.events == []


@pytest.mark.parametrize(
    "url", ["https://evil.example.com/?Action=ConfirmSubscription", "http://169.254.169.254/latest/meta-data"]
)
def test_a_confirmation_that_leads_elsewhere_is_not_followed(world: World, url: str) -> None:
    assert world.deliver(signed_message("SubscriptionConfirmation", SubscribeURL=url)) == 404
    assert world.fetched == [CERTIFICATE]


def test_a_raw_delivery_proves_nothing(world: World) -> None:
    assert world.deliver({"order": 17}, **{"x-amz-sns-rawdelivery": "true"}) == 404


def test_the_sandbox_does_not_sign_and_is_called_on_loopback_only(tmp_path: Path) -> None:
    world = World(tmp_path, sandbox="http://127.0.0.1:4566")
    unsigned = {**signed_message(), "Signature": "FAKE"}
    assert world.deliver(unsigned) == 200
    asked = {"SubscribeURL": "http://localhost:4566/?Action=ConfirmSubscription&Token=t", "MessageId": "2"}
    assert world.deliver({**signed_message("SubscriptionConfirmation", **asked), "Signature": "FAKE"}) == 200
    elsewhere = {"SubscribeURL": "http://169.254.169.254/latest/meta-data"}
    assert world.deliver(signed_message("SubscriptionConfirmation", **elsewhere)) == 404
    assert world.fetched == ["http://127.0.0.1:4566/?Action=ConfirmSubscription&Token=t"]


@pytest.mark.parametrize(
    ("endpoint", "problems"),
    [
        ("http://127.0.0.1:4566", 0),
        ("http://localhost:4566", 0),
        ("https://sns.eu-west-1.amazonaws.com", 1),
        ("", 1),
    ],
)
def test_signatures_are_waived_on_loopback_only(tmp_path: Path, endpoint: str, problems: int) -> None:
    environment = Environment(
        {"LAMBDA_MIGRATE_SNS_SIGNATURES": "sandbox-unsigned", "LAMBDA_MIGRATE_SNS_ENDPOINT": endpoint}
    )
    Sns.read(environment, FUNCTION, tmp_path)
    assert len(environment.problems) == problems


@pytest.mark.parametrize(
    ("url", "genuine"),
    [
        ("https://sns.eu-west-1.amazonaws.com/x.pem", True),
        ("https://sns.eu-west-1.amazonaws.com:443/x.pem", True),
        ("https://sns.eu-west-1.amazonaws.com:8443/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com.cn/x.pem", False),
        ("https://sns.us-east-1.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com.evil.com/x.pem", False),
        ("https://evil.com/sns.eu-west-1.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com@evil.com/x.pem", False),
        ("https://user@sns.eu-west-1.amazonaws.com/x.pem", False),
        ("https://sns-evil.s3.amazonaws.com/x.pem", False),
        ("https://sns.evil.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
    ],
)
def test_only_sns_in_the_topic_s_region_is_sns(url: str, *, genuine: bool) -> None:
    assert is_from_sns(url, TOPIC) is genuine


@pytest.mark.parametrize(
    ("url", "topic"),
    [
        ("https://sns.us-gov-west-1.amazonaws.com/x.pem", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:orders"),
        ("https://sns.cn-north-1.amazonaws.com.cn/x.pem", "arn:aws-cn:sns:cn-north-1:123456789012:orders"),
    ],
)
def test_each_partition_has_its_own_hosts(url: str, topic: str) -> None:
    assert is_from_sns(url, topic)
    assert not is_from_sns(url, TOPIC)
    assert not is_from_sns(url, "orders")


def test_nothing_is_fetched_for_a_message_of_another_time_or_region(world: World) -> None:
    elsewhere = CERTIFICATE.replace("eu-west-1", "us-east-1")
    assert world.deliver(signed_message(Timestamp="2020-01-01T00:00:00.000Z")) == 404
    assert world.deliver(signed_message(SigningCertURL=elsewhere)) == 404
    assert world.fetched == []


def test_a_certificate_that_is_none_is_not_fetched_again_for_a_while() -> None:
    now = [time.time()]
    fetched: list[str] = []
    answers = [b"<html>", b"<html>", pem()]

    def fetch(url: str) -> bytes:
        fetched.append(url)
        return answers[len(fetched) - 1]

    certificates = Certificates(fetch, lambda: now[0])
    message = signed_message()

    assert [certificates.verify(message) for _ in range(3)] == [False] * 3
    now[0] += REFUSED_FOR + 1
    assert [certificates.verify(message) for _ in range(2)] == [False] * 2
    now[0] += REFUSED_FOR + 1
    assert [certificates.verify(message) for _ in range(2)] == [True] * 2
    assert fetched == [CERTIFICATE] * 3


def test_what_is_remembered_of_certificates_that_are_none_is_bounded() -> None:
    certificates = Certificates(lambda _url: b"<html>")
    urls = [CERTIFICATE.replace("0a1b", f"{number:05}") for number in range(MOST_REFUSED + 5)]

    assert [certificates.verify({**signed_message(), "SigningCertURL": url}) for url in urls] == [False] * len(urls)
    assert list(certificates._refused) == urls[5:]


def test_two_certificates_are_fetched_at_once_and_each_by_one() -> None:
    begun, may_end = threading.Semaphore(0), threading.Event()
    fetched: list[str] = []

    def fetch(url: str) -> bytes:
        fetched.append(url)
        begun.release()
        assert may_end.wait(20)
        return pem()

    certificates = Certificates(fetch)
    first, second, third = (
        {**signed_message(), "SigningCertURL": CERTIFICATE.replace("0a1b", name)} for name in ("a", "b", "c")
    )
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(certificates.verify, message) for message in (first, second)]
        assert [begun.acquire(timeout=20) for _ in found] == [True, True]
        with pytest.raises(OSError, match="2 certificates are being fetched already"):
            certificates.verify(third)
        found.append(pool.submit(certificates.verify, first))  # waits for the one that is on its way
        may_end.set()
        assert [each.result(20) for each in found] == [True, True, True]  # the URL is not part of what is signed

    assert sorted(fetched) == [first["SigningCertURL"], second["SigningCertURL"]]
