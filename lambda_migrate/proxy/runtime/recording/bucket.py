"""Writes records to S3, several in one object, on the recorder's own thread.

One PUT each half minute or 256 KB, compressed, signed with the function's own credentials ("Signature Version 4 signing
process", IAM user guide). S3 encrypts what it takes: with the key that is named, else as the bucket says.
"""

from __future__ import annotations

import gzip
import hmac
import http.client
import json
import os
import time
from hashlib import sha256
from urllib.parse import quote, urlsplit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .settings import RecordSettings

MOST = 262_144
SECONDS = 30.0
TIMEOUT = 5.0
_OK = 200


class NotWritten(Exception):
    """S3 did not take an object; its records are lost.

    Args:
        lost: How many.
    """

    def __init__(self, lost: int) -> None:
        super().__init__(lost)
        self.lost = lost


class ToBucket:
    """Collects records, and writes them.

    Args:
        settings: Where to.
        environment: Credentials, region and the names of this environment, as Lambda gives them.
        now: Seconds since the epoch.
    """

    def __init__(
        self,
        settings: RecordSettings,
        environment: Mapping[str, str] = os.environ,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._now = now
        self._lines: list[bytes] = []
        self._size = 0
        self.written = 0
        self._since = 0.0

    def write(self, line: str) -> None:
        """Take a record.

        Raises:
            UnicodeEncodeError: It holds half of a character, which no file does; those beside it are written.
        """
        content = f"{line}\n".encode()
        if not self._lines:
            self._since = self._now()
        self._lines.append(content)
        self._size += len(content)

    def flush(self) -> float | None:
        """Write what is due; return the seconds until something is.

        Raises:
            NotWritten: S3 did not take it; the records are let go.
        """
        if not self._lines:
            return None
        left = self._since + SECONDS - self._now()
        if left > 0 and self._size < MOST:
            return left
        lines, self._lines, self._size = self._lines, [], 0
        try:
            self._put(gzip.compress(b"".join(lines), 1))
        except (OSError, http.client.HTTPException, KeyError, ValueError) as error:
            raise NotWritten(len(lines)) from error
        self.written += len(lines)
        return None

    def _put(self, content: bytes) -> None:
        settings, region = self._settings, self._environment.get("AWS_REGION", "")
        named = self._environment.get("AWS_ENDPOINT_URL_S3") or self._environment.get("AWS_ENDPOINT_URL")
        suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        place = urlsplit(named or f"https://s3.{region}.{suffix}")
        path = quote(f"/{settings.bucket}/{self._key()}", safe="/-_.~")
        connect = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        connection = connect(place.netloc, timeout=TIMEOUT)
        try:
            signed = self._headers(place.netloc, path, content, region)
            connection.request("PUT", path, content, {**signed, "content-length": str(len(content))})
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        if answer.status != _OK:
            raise OSError(f"S3 answered {answer.status}")

    def _key(self) -> str:
        """Return the object's name: function, the hour in which it is written, and what no other has."""
        environment, hour = self._environment, time.strftime("%Y/%m/%d/%H", time.gmtime(self._now()))
        function = environment.get("AWS_LAMBDA_FUNCTION_NAME", "function")
        prefix = f"{self._settings.prefix.strip('/')}/" if self._settings.prefix.strip("/") else ""
        return f"{prefix}{function}/{hour}/{os.urandom(12).hex()}.jsonl.gz"

    def _headers(self, host: str, path: str, content: bytes, region: str) -> dict[str, str]:
        given, key = _credentials(self._environment), self._settings.kms_key
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._now()))
        digest = sha256(content).hexdigest()
        headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": stamp}
        if given[2]:
            headers["x-amz-security-token"] = given[2]
        if key:
            headers["x-amz-server-side-encryption"] = "aws:kms"
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = key
        names = ";".join(sorted(headers))
        lines = "".join([f"{name}:{headers[name]}\n" for name in sorted(headers)])
        request = f"PUT\n{path}\n\n{lines}\n{names}\n{digest}"
        scope = f"{stamp[:8]}/{region}/s3/aws4_request"
        wanted = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signing = f"AWS4{given[1]}".encode()
        for part in (stamp[:8], region, "s3", "aws4_request"):
            signing = hmac.new(signing, part.encode(), sha256).digest()
        signature = hmac.new(signing, wanted.encode(), sha256).hexdigest()
        signed = f"Credential={given[0]}/{scope}, SignedHeaders={names}, Signature={signature}"
        headers["authorization"] = f"AWS4-HMAC-SHA256 {signed}"
        return headers


def _credentials(environment: Mapping[str, str]) -> tuple[str, str, str]:
    """Return key, secret and token: of the environment, or with SnapStart of the endpoint that it names.

    With SnapStart the environment holds none, but where they are ("Lambda SnapStart" in the Lambda developer guide);
    the answer is that of the container credential provider (AWS SDKs and tools reference guide).
    """
    if environment.get("AWS_ACCESS_KEY_ID"):
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        key, secret, token = [environment.get(name, "") for name in names]
        return key, secret, token
    place = urlsplit(environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", ""))
    connection = http.client.HTTPConnection(place.netloc, timeout=TIMEOUT)
    try:
        connection.request(
            "GET", place.path, headers={"authorization": environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]}
        )
        told = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return told["AccessKeyId"], told["SecretAccessKey"], told["Token"]
