"""Where the certificates of SNS may come from, and how often they are fetched."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from lambda_migrate_service.deliveries.sns_message import MOST_REFUSED, REFUSED_FOR, Certificates, is_from_sns

from tests.service_library.sns_messages import CERTIFICATE, TOPIC, pem, signed_message
from tests.support.waiting import TIMEOUT


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
        assert may_end.wait(TIMEOUT)
        return pem()

    certificates = Certificates(fetch)
    first, second, third = (
        {**signed_message(), "SigningCertURL": CERTIFICATE.replace("0a1b", name)} for name in ("a", "b", "c")
    )
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(certificates.verify, message) for message in (first, second)]
        assert [begun.acquire(timeout=TIMEOUT) for _ in found] == [True, True]
        with pytest.raises(OSError, match="2 certificates are being fetched already"):
            certificates.verify(third)
        found.append(pool.submit(certificates.verify, first))  # waits for the one that is on its way
        may_end.set()
        assert [each.result(20) for each in found] == [True, True, True]  # the URL is not part of what is signed

    assert sorted(fetched) == [first["SigningCertURL"], second["SigningCertURL"]]
