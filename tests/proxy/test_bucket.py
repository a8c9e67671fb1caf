"""Records go to S3 as objects that S3 takes, and what it does not take is counted."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lambda_migrate.proxy.runtime.recording.bucket import MOST, SECONDS, NotWritten, ToBucket
from lambda_migrate.proxy.runtime.recording.recorder import Recorder
from lambda_migrate.proxy.runtime.recording.settings import RecordSettings
from lambda_migrate.proxy.runtime.telemetry import Telemetry
from tests.events import requests
from tests.proxy.service import Context, answer
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.proxy.service import Received

KEY = "arn:aws:kms:eu-west-1:210987654321:key/0a1b2c3d"
GIVEN = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret", "AWS_SESSION_TOKEN": "t0ken/+="}
NOW = 1_790_000_000.0


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


def sink(url: str, clock: Clock, given: dict[str, str] | None = None, **settings: Any) -> ToBucket:
    environment = {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_S3": url, "AWS_LAMBDA_FUNCTION_NAME": "parcels"}
    wanted = RecordSettings(bucket="records", **settings)
    return ToBucket(wanted, {**environment, **(GIVEN if given is None else given)}, clock)


def signature_by_botocore(received: Received, host: str) -> str:
    """Return the signature that AWS's own SDK makes for the same request at the same time."""
    signed = re.findall(r"SignedHeaders=([^,]+)", received.headers["authorization"])[0].split(";")
    request = AWSRequest("PUT", f"http://{host}{received.target}", {name: received.headers[name] for name in signed})
    request.context["timestamp"] = received.headers["x-amz-date"]
    auth = S3SigV4Auth(Credentials(GIVEN["AWS_ACCESS_KEY_ID"], GIVEN["AWS_SECRET_ACCESS_KEY"]), "s3", "eu-west-1")
    request.context["payload_signing_enabled"] = True
    canonical = auth.canonical_request(request)
    return auth.signature(auth.string_to_sign(request, canonical), request)


@pytest.mark.parametrize("settings", [{}, {"kms_key": KEY, "prefix": "a b/ü"}])
def test_several_records_become_one_object_signed_as_s3_wants_it(serve: Any, settings: dict[str, str]) -> None:
    service, clock = serve(lambda _received, _sock: answer()), Clock()
    bucket = sink(service.url, clock, **settings)

    assert bucket.flush() is None
    bucket.write('{"a": 1}')
    clock.now += 10
    bucket.write('{"b": "ü"}')
    assert bucket.flush() == SECONDS - 10
    clock.now += SECONDS
    assert bucket.flush() is None

    (received,) = service.received
    prefix = "a%20b/%C3%BC" if settings else "lambda-migrate"
    assert re.fullmatch(rf"/records/{prefix}/parcels/2026/09/21/14/[0-9a-f]{{24}}\.jsonl\.gz", received.target)
    assert gzip.decompress(received.body).decode() == '{"a": 1}\n{"b": "ü"}\n'
    assert received.headers.get("x-amz-server-side-encryption-aws-kms-key-id") == settings.get("kms_key")
    signature = received.headers["authorization"].rpartition("Signature=")[2]
    assert signature == signature_by_botocore(received, f"127.0.0.1:{service.port}")
    assert received.headers["x-amz-security-token"] == GIVEN["AWS_SESSION_TOKEN"]


def test_much_is_written_at_once(serve: Any) -> None:
    service, clock = serve(lambda _received, _sock: answer()), Clock()
    bucket = sink(service.url, clock)

    bucket.write("x" * MOST)

    assert bucket.flush() is None
    assert len(service.received) == 1


def test_what_s3_does_not_take_is_let_go_and_said_to_have_been_so_many(serve: Any) -> None:
    clock = Clock()
    for url in (serve(lambda _received, _sock: answer(b"", "403 Forbidden")).url, "http://127.0.0.1:1"):
        bucket = sink(url, clock)
        bucket.write("a")
        bucket.write("b")
        clock.now += SECONDS

        with pytest.raises(NotWritten) as raised:
            bucket.flush()
        assert (raised.value.args, bucket.flush()) == ((2,), None)


def test_a_record_that_no_file_takes_does_not_take_others_along(serve: Any) -> None:
    service, clock = serve(lambda _received, _sock: answer()), Clock()
    bucket = sink(service.url, clock)
    bucket.write("a")

    with pytest.raises(UnicodeEncodeError):
        bucket.write("\ud800")
    clock.now += SECONDS
    bucket.flush()

    assert (gzip.decompress(service.received[0].body), bucket.written) == (b"a\n", 1)


def test_with_snap_start_credentials_are_asked_for(serve: Any) -> None:
    told = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "s3cret", "Token": "t"}
    credentials = serve(lambda _received, _sock: answer(json.dumps(told).encode()))
    service, clock = serve(lambda _received, _sock: answer()), Clock()
    given = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{credentials.url}/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "mine",
    }
    bucket = sink(service.url, clock, given)
    bucket.write("a" * MOST)

    bucket.flush()

    assert [(each.target, each.headers["authorization"]) for each in credentials.received] == [("/credentials", "mine")]
    assert service.received[0].headers["x-amz-security-token"] == "t"


def test_what_is_lost_with_an_object_is_counted(serve: Any) -> None:
    service, clock, counts = serve(lambda _received, _sock: answer(b"", "403 Forbidden")), Clock(), []
    telemetry = Telemetry("parcels", lambda line: counts.append(json.loads(line)))
    wanted = RecordSettings(until=4_000_000_000, rate=1, bucket="records")
    recorder = Recorder(wanted, sink(service.url, clock), telemetry, "7", now=clock)

    for told in (1, 2, 3):
        recorder.through(lambda _event, _context: 7, requests.alb(), Context())
        eventually(lambda told=told: len(counts) == told)  # once a minute
        clock.now += 61

    assert sum(line["RecordsDropped"] for line in counts) >= 1
    assert sum(line["Recorded"] for line in counts) == 0
