"""Signed SNS messages, and a service that takes them."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lambda_migrate_service.context import Function
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH, EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.deliveries.sns import Sns
from lambda_migrate_service.dispatch import Dispatcher

from tests.service_library.calling import Recorder, call

if TYPE_CHECKING:
    from pathlib import Path


FUNCTION = Function("orders", "eu-west-1", "123456789012", 256, 3.0)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(days: int = 30) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = dt.datetime.now(tz=dt.timezone.utc)
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
