"""SNS over HTTPS: real signatures of a certificate made here, and everything that is none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service import Replays
from lambda_migrate_service.deliveries.sns import Sns
from lambda_migrate_service.environment import Environment

if TYPE_CHECKING:
    from pathlib import Path
from tests.service_library.sns_messages import CERTIFICATE, FUNCTION, TOPIC, World, pem, signed_message


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_message_is_claimed_by_the_function_whose_topic_it_names(tmp_path: Path) -> None:
    sns = Sns((TOPIC,), FUNCTION, Replays(tmp_path, 3900.0))
    said, name = (b"x-amz-sns-message-type", b"Notification"), b"x-amz-sns-topic-arn"

    def claimed(*headers: tuple[bytes, bytes]) -> bool:
        return asyncio.run(sns.claims(list(headers)))

    assert (claimed(said, (name, TOPIC.encode())), claimed(said), claimed((name, TOPIC.encode()))) == (
        True,
        True,
        False,
    )
    assert not claimed(said, (name, b"arn:aws:sns:eu-west-1:123456789012:of-another-function"))


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


def test_nothing_is_fetched_for_a_message_of_another_time_or_region(world: World) -> None:
    elsewhere = CERTIFICATE.replace("eu-west-1", "us-east-1")
    assert world.deliver(signed_message(Timestamp="2020-01-01T00:00:00.000Z")) == 404
    assert world.deliver(signed_message(SigningCertURL=elsewhere)) == 404
    assert world.fetched == []
