"""What an SNS message says, and whether SNS has signed it.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import binascii
import calendar
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .notification import parse

__all__ = ["Certificates", "is_a_certificate", "is_from_sns", "parse", "sent", "signed_text"]

_TOPIC = re.compile(r"arn:aws(?P<partition>[a-z-]*):sns:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):")
_FROM_SNS = re.compile(r"/[!-~]*")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]+\.pem")
AT_ONCE = 2
"""Certificates that are fetched at once, at most: whoever knows a topic's name can ask for any."""
REFUSED_FOR = 300.0
"""Seconds for which a certificate that is none is not asked for again."""
MOST_REFUSED = 1000
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


def is_from_sns(url: str, topic: str) -> bool:
    """Tell whether a URL is one of SNS itself, in the region of a topic (an ARN)."""
    return _FROM_SNS.fullmatch(_path(url, topic)) is not None


def is_a_certificate(url: str, topic: str) -> bool:
    """Tell whether a URL is where SNS keeps a certificate, in the region of a topic (an ARN).

    The host alone proves nothing: the API of SNS is there too, and with a query that one signs for oneself it answers
    with what one has stored there.
    """
    return _CERTIFICATE.fullmatch(_path(url, topic)) is not None


def _path(url: str, topic: str) -> str:
    """Return what follows the host of SNS in a URL; "" where that is another host, or the region another."""
    match = _TOPIC.match(topic)
    if match is None:
        return ""
    host = f"https://sns.{match['region']}.amazonaws.com{'.cn' if match['partition'] == '-cn' else ''}"
    return next((url[len(each) :] for each in (host, f"{host}:443") if url.startswith(f"{each}/")), "")


def sent(message: dict[str, Any]) -> float:
    """Return when the message was sent, in epoch seconds; 0 where it does not say."""
    try:
        stamp = time.strptime(message["Timestamp"][:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return 0.0
    return float(calendar.timegm(stamp))


def signed_text(message: dict[str, Any]) -> bytes:
    """Return the text that SNS signs: names and values, each on a line of its own, in the order of the names."""
    names = _NOTIFICATION if message["Type"] == "Notification" else _CONFIRMATION
    return "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None).encode()


class Certificates:
    """The certificates that SNS signs with, each fetched once, and only a few at the same time.

    Args:
        fetch: Reads a URL.
        clock: Epoch seconds.
    """

    def __init__(self, fetch: Callable[[str], bytes], clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, x509.Certificate] = {}
        self._refused: dict[str, float] = {}
        self._coming: dict[str, Future[x509.Certificate]] = {}
        self._lock = threading.Lock()

    def verify(self, message: dict[str, Any]) -> bool:
        """Tell whether SNS has signed this message; asks the network for a certificate it has not seen.

        Raises:
            OSError: The certificate could not be read.
        """
        url, version = str(message.get("SigningCertURL")), message.get("SignatureVersion")
        algorithm: hashes.HashAlgorithm
        if version == "1":
            algorithm = hashes.SHA1()  # noqa: S303  # what SNS signs with in version 1
        elif version == "2":
            algorithm = hashes.SHA256()
        else:
            return False
        if not is_a_certificate(url, message["TopicArn"]):
            return False
        try:
            signature = base64.b64decode(str(message.get("Signature")), validate=True)
            key = self._key(url)
            key.verify(signature, signed_text(message), padding.PKCS1v15(), algorithm)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    def _key(self, url: str) -> rsa.RSAPublicKey:
        certificate = self._known.get(url) or self._fetched(url)
        key = certificate.public_key()
        begins, ends = _moment(certificate, "not_valid_before"), _moment(certificate, "not_valid_after")
        if not begins <= self._clock() <= ends or not isinstance(key, rsa.RSAPublicKey):
            msg = "the certificate is not valid now"
            raise ValueError(msg)
        return key

    def _fetched(self, url: str) -> x509.Certificate:
        """Fetch a certificate, or wait for whoever fetches it already.

        Raises:
            OSError: It could not be read, or as many as are fetched at once are being fetched.
            ValueError: There is none, or was none a moment ago.
        """
        with self._lock:
            if self._refused.get(url, 0.0) > self._clock():
                msg = "there was no certificate a moment ago"
                raise ValueError(msg)
            coming = self._coming.get(url)
            if coming is None and len(self._coming) >= AT_ONCE:
                msg = f"{AT_ONCE} certificates are being fetched already"
                raise OSError(msg)
            ours = coming is None
            awaited = self._coming.setdefault(url, Future())
        return self._fetch_for_all(url, awaited) if ours else awaited.result()

    def _fetch_for_all(self, url: str, awaited: Future[x509.Certificate]) -> x509.Certificate:
        try:
            certificate = x509.load_pem_x509_certificate(self._fetch(url))
        except BaseException as error:
            with self._lock:
                if isinstance(error, ValueError):
                    self._refuse(url)
                del self._coming[url]
            awaited.set_exception(error)
            raise
        with self._lock:
            self._known[url] = certificate
            del self._coming[url]
        awaited.set_result(certificate)
        return certificate

    def _refuse(self, url: str) -> None:
        self._refused.pop(url, None)
        self._refused[url] = self._clock() + REFUSED_FOR
        while len(self._refused) > MOST_REFUSED:
            del self._refused[next(iter(self._refused))]


def _moment(certificate: x509.Certificate, name: str) -> int:
    """Return a time of a certificate in epoch seconds; cryptography before 42 has no `…_utc`."""
    moment = getattr(certificate, f"{name}_utc", None) or getattr(certificate, name)
    return calendar.timegm(moment.timetuple())
