"""What an SNS message says, and whether SNS has signed it.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import binascii
import calendar
import json
import re
import time
from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_HOST = r"https://sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?(?::443)?"
_FROM_SNS = re.compile(_HOST + r"/[!-~]*")
_CERTIFICATE = re.compile(_HOST + r"/SimpleNotificationService-[0-9A-Za-z]+\.pem")
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_REQUIRED = ("Message", "MessageId", "Timestamp", "TopicArn", "Type")


def parse(body: bytes) -> dict[str, Any] | None:
    """Return the message of a delivery, or None where there is none."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not all(isinstance(message.get(name), str) for name in _REQUIRED):
        return None
    return message


def is_from_sns(url: str) -> bool:
    """Tell whether a URL is one of SNS itself."""
    return _FROM_SNS.fullmatch(url) is not None


def is_a_certificate(url: str) -> bool:
    """Tell whether a URL is where SNS keeps a certificate.

    The host alone proves nothing: the API of SNS is there too, and with a query that one signs for oneself it answers
    with what one has stored there.
    """
    return _CERTIFICATE.fullmatch(url) is not None


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
    """The certificates that SNS signs with, each fetched once.

    Args:
        fetch: Reads a URL.
        clock: Epoch seconds.
    """

    def __init__(self, fetch: Callable[[str], bytes], clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, x509.Certificate] = {}

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
        if not is_a_certificate(url):
            return False
        try:
            signature = base64.b64decode(str(message.get("Signature")), validate=True)
            key = self._key(url)
            key.verify(signature, signed_text(message), padding.PKCS1v15(), algorithm)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    def _key(self, url: str) -> rsa.RSAPublicKey:
        certificate = self._known.get(url)
        if certificate is None:
            certificate = x509.load_pem_x509_certificate(self._fetch(url))
        key = certificate.public_key()
        begins, ends = _moment(certificate, "not_valid_before"), _moment(certificate, "not_valid_after")
        if not begins <= self._clock() <= ends or not isinstance(key, rsa.RSAPublicKey):
            msg = "the certificate is not valid now"
            raise ValueError(msg)
        self._known[url] = certificate
        return key


def _moment(certificate: x509.Certificate, name: str) -> int:
    """Return a time of a certificate in epoch seconds; cryptography before 42 has no `…_utc`."""
    moment = getattr(certificate, f"{name}_utc", None) or getattr(certificate, name)
    return calendar.timegm(moment.timetuple())
