"""The proxy as the layer carries it, on whatever interpreter runs this: standard library only, run as a script.

`PYTHONPATH` names the unpacked layer and the project.
"""

from __future__ import annotations

import base64
import hmac
import importlib
import json
import os
import sys
import threading
import unittest
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from tests.events import non_http, requests

SECRET = b"a-secret-of-the-tests"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answer: tuple[int, dict[str, str], bytes] = (200, {"content-type": "application/json"}, b"{}")
    seen: ClassVar[list[dict[str, Any]]] = []

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        Handler.seen.append({"method": self.command, "target": self.path, "headers": self.headers, "body": body})
        status, headers, content = Handler.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_any  # noqa: N815  # the library's names

    def log_message(self, *_arguments: Any) -> None:
        pass


class Context:
    function_version = "7"
    aws_request_id = "8a6f2c1e-3b7d-4f60-9a51-0c2d4e6f8a90"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


class OnThisInterpreter(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        cls.server.daemon_threads = True
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        os.environ.update(
            AWS_LAMBDA_FUNCTION_VERSION="7",
            LAMBDA_MIGRATE_SERVICE_URL=f"http://127.0.0.1:{cls.server.server_port}",
            LAMBDA_MIGRATE_EVENTS="all",
            LAMBDA_MIGRATE_FALLBACK="never",
            LAMBDA_MIGRATE_ORIGINAL_HANDLER="json.dumps",
            LAMBDA_MIGRATE_SIGNING_KEYS=f"k1:{SECRET.decode()}",
        )
        cls.package = importlib.import_module("lambda_migrate_proxy")
        cls.logged: list[str] = []
        proxy = importlib.import_module("lambda_migrate_proxy.proxy")
        cls.handle = staticmethod(proxy.start(os.environ, cls.logged.append))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self) -> None:
        Handler.seen.clear()
        Handler.answer = (200, {"content-type": "application/json"}, b'{"parcel": "\xc3\xa9"}')

    def test_lambda_finds_the_handler(self) -> None:
        assert type(self.package.handler).__name__ == "Proxy"

    def test_every_front_door_gets_an_answer_that_json_can_carry(self) -> None:
        for name, make in requests.FRONT_DOORS.items():
            for path, body in (("/orders", None), ("/☕ é/%2F", "é☕")):
                result = self.handle(make("POST", path, body=body), Context())
                assert (result["statusCode"], result["body"]) == (200, '{"parcel": "é"}'), name
                assert Handler.seen[-1]["body"] == (body or "").encode()
                json.dumps(result)
        assert {seen["target"] for seen in Handler.seen} == {"/orders", "/%E2%98%95%20%C3%A9/%2F"}

    def test_bodies_survive_both_ways(self) -> None:
        content = bytes(range(256)) * 4_000
        Handler.answer = (200, {"content-type": "image/png"}, content)
        event = requests.rest_api("PUT", body=base64.b64encode(content).decode(), isBase64Encoded=True)
        result = self.handle(event, Context())
        assert (Handler.seen[0]["body"], base64.b64decode(result["body"])) == (content, content)

    def test_invalid_base64_is_refused_on_every_version(self) -> None:
        for body in ("YQ=", "YQ==YQ==", "a b=", "Y", "abcd=", "é"):
            result = self.handle(requests.alb("POST", body=body, isBase64Encoded=True), Context())
            assert result["statusCode"] == 400, body

    def test_other_events_and_their_errors(self) -> None:
        Handler.answer = (200, {}, b'{"batchItemFailures": []}')
        for event in non_http.OTHERS.values():
            assert self.handle(event, Context()) == {"batchItemFailures": []}
            assert json.loads(Handler.seen[-1]["body"]) == {"event": event}
        Handler.answer = (500, {}, b'{"errorType": "ParcelLost", "errorMessage": "17"}')
        try:
            self.handle(non_http.sqs(), Context())
        except Exception as raised:  # noqa: BLE001  # made at run time, under a name of the service's choice
            found = type(raised).__name__, str(raised)
        assert found == ("ParcelLost", "17")

    def test_requests_are_signed(self) -> None:
        self.handle(requests.alb("POST", "/orders", body="x"), Context())
        seen = Handler.seen[0]
        headers = {name: seen["headers"][f"x-lambda-migrate-{name}"] for name in ("context", "timestamp", "request-id")}
        hashes = [sha256(part).hexdigest() for part in (b"x", headers["context"].encode(), b"")]
        text = "\n".join(["v2", "POST", "/orders", *hashes, headers["timestamp"], headers["request-id"]])
        expected = hmac.new(SECRET, text.encode(), "sha256").hexdigest()
        assert seen["headers"]["x-lambda-migrate-signature"] == expected
        assert json.loads(headers["context"])["version"] == 1

    def test_a_service_that_is_away_is_a_bad_gateway_and_the_fallback_runs(self) -> None:
        start = sys.modules["lambda_migrate_proxy.proxy"].start
        away = {**os.environ, "LAMBDA_MIGRATE_SERVICE_URL": "http://127.0.0.1:1"}
        never = start(away, self.logged.append)
        assert never(requests.rest_api(), Context())["statusCode"] == 502
        original = {
            **away,
            "LAMBDA_MIGRATE_FALLBACK": "connect",
            "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "operator.eq",
        }
        assert start(original, self.logged.append)(non_http.sqs(), {}) is False

    def test_tls_can_be_set_up(self) -> None:
        start = sys.modules["lambda_migrate_proxy.proxy"].start
        handle = start({**os.environ, "LAMBDA_MIGRATE_SERVICE_URL": "https://127.0.0.1:1"}, self.logged.append)
        assert handle(requests.rest_api(), Context())["statusCode"] == 502

    def test_sizes_are_those_that_this_runtime_writes(self) -> None:
        size = sys.modules["lambda_migrate_proxy.body"].json_size
        for body in ('é☕"\\\n' * 30_000, *map(chr, range(160))):
            result = {"statusCode": 200, "headers": {"é": '"'}, "body": body, "isBase64Encoded": False}
            written = json.dumps(result, ensure_ascii=sys.version_info < (3, 12)).encode()
            assert size(result, 0) == len(written), body[:1]
        # escaped it is more than Lambda takes, which only the older runtimes do
        Handler.answer = (200, {}, json.dumps("☕" * 1_100_000).encode())
        try:
            found = len(self.handle(non_http.sqs(), Context()))
        except Exception as raised:  # noqa: BLE001  # see above
            found = type(raised).__name__
        assert found == ("ServiceAnswerTooLarge" if sys.version_info < (3, 12) else 1_100_000)


if __name__ == "__main__":
    unittest.main(verbosity=0)
