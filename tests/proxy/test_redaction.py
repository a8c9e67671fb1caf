"""What is recorded holds no secret, wherever one stands, and what is not one stays as it was."""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.proxy.runtime.recording.redaction import HASHED, REDACTED, Redaction, Unreadable
from tests.events import non_http, requests

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "hunter2Zq"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
HEADERS = (
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "X-Api-Key",
    "Ocp-Apim-Subscription-Key",
    "x-functions-key",
    "x-amz-security-token",
    "X-Auth",
    "X-CSRF-Token",
    "X-Hub-Signature",
    "Set-Cookie",
    "x-session-id",
)
MEMBERS = (
    "password",
    "Passwort2passwd",
    "accessToken",
    "refresh_token",
    "client_secret",
    "apiKey",
    "api-key",
    "private_key",
    "otp",
    "pin",
    "pass",
    "masterKey",
    "cvv",
    "cardNumber",
    "ssn",
    "credentials",
)
DOCUMENT = dict.fromkeys(MEMBERS, SECRET) | {
    "nested": {"users": [{"name": "ada", "password": SECRET}]},
    "tokens": [SECRET, {"value": SECRET, "number": 4711}],
    "text": json.dumps({"password": SECRET}),
    "note": f"Authorization: Bearer {SECRET}, see https://ada:{SECRET}@example.com/?token={SECRET}",
    "config": f'password = "two words {SECRET}"',
    "xml": f"<login><user>ada</user><password>two words {SECRET}</password></login>",
    "long xml": f'<password xmlns="https://example.com/{"a" * 80}">{SECRET}</password>',
    "long name": f"{'a' * 80}_token{'a' * 80} {' ' * 20} = {SECRET}",
    "html": f'<input type="hidden" name="csrf_token" value="{SECRET}">',
    "html_reversed": f'<input value="{SECRET}" type="hidden" name="csrf_token">',
    "meta": f'<meta name="csrf-token" content="{SECRET}"><meta content="{SECRET}" name="csrf-token">',
    "quoted": f'password = "two \\"words\\" {SECRET}"',
    "lines": f'{{"id": 1, "otp": "{SECRET}"}}\n{{"id": 2, "tokens": {{"a": ["{SECRET}"]}}}}\n',
    "key": f"{{\n-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n}}",
    "jwt_in_text": f"see {JWT} there, or /reset-{JWT}",
    "sessions": {JWT: "ada"},
}
FORM = f"user=ada&password={SECRET}&user%5Bpassword%5D={SECRET}"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def shown(value: Any) -> str:
    """Return all that can be read in a value, what is in base64 too."""
    text = json.dumps(value, ensure_ascii=False)
    found = [text]
    for part in text.replace('\\"', '"').split('"'):
        try:
            found.append(base64.b64decode(part, validate=True).decode())
        except ValueError:
            continue
    return "\n".join(found)


def request_with_secrets(make: Callable[..., dict[str, Any]], body: str, **more: Any) -> dict[str, Any]:
    event = make("POST", "/orders", body=body, **more)
    values = {name: f"session={SECRET}; theme={SECRET}" if "ookie" in name else f"Bearer {SECRET}" for name in HEADERS}
    values |= {"Referer": f"https://example.com/a?code={SECRET}&page=2", "x-jwt": JWT, "x-note": f"basic {SECRET}"}
    listed = any(isinstance(each, list) for each in (event.get("headers") or {}).values())
    if "headers" in event:
        event["headers"] |= {name: [value] if listed else value for name, value in values.items()}
    if "multiValueHeaders" in event:
        event["multiValueHeaders"] = {name: [value, value] for name, value in values.items()}
    if "rawQueryString" in event:
        event |= {"rawQueryString": f"page=2&api_key={SECRET}&sig={SECRET}&to=https%3A%2F%2Fa%3Ftoken%3D{SECRET}"}
        event["cookies"] = [f"session={SECRET}"]
    for name, values_of in (("queryStringParameters", SECRET), ("multiValueQueryStringParameters", [SECRET])):
        if name in event:
            event[name] = {"key": values_of, "token": values_of, "page": "2"}
    if "raw_path" in event:
        event["raw_path"] += f"?key={SECRET}&page=2"
    context = event.setdefault("requestContext", {})
    context["authorizer"] = {"jwt": {"claims": {"sub": "ada", "access_token": SECRET}}, "lambda": {"apiKey": SECRET}}
    context["identity"] = {**context.get("identity", {}), "apiKey": SECRET, "accessKey": SECRET}
    return event


@pytest.mark.parametrize("make", requests.FRONT_DOORS.values(), ids=requests.FRONT_DOORS)
@pytest.mark.parametrize("body", [json.dumps(DOCUMENT), FORM, f" [{json.dumps(DOCUMENT)}]"])
@pytest.mark.parametrize("in_base64", [False, True])
def test_a_recorded_request_holds_no_secret(make: Callable[..., dict[str, Any]], body: str, in_base64: bool) -> None:
    event = request_with_secrets(make, encoded(body) if in_base64 else body, isBase64Encoded=in_base64)
    before = copy.deepcopy(event)

    clean = Redaction().event(event)

    assert (SECRET in shown(event), SECRET in shown(clean), JWT in shown(clean)) == (True, False, False)
    assert event == before
    assert "ada" in shown(clean)
    assert shown(clean).count(REDACTED) > 10


FORMS = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.mark.parametrize("in_base64", [False, True])
def test_the_fields_of_a_form_are_known_by_the_names_of_a_body(in_base64: bool) -> None:
    form = f"user=ada&otp={SECRET}&pass={SECRET}&user%5Bpin%5D={SECRET}"
    form += f"&payload=%7B%22sid%22%3A%22{SECRET}%22%7D&iban=DE1&x"
    event = requests.http_api_2("POST", "/login", headers=FORMS, body=encoded(form) if in_base64 else form)

    clean = Redaction(("$.iban",)).event(event | {"isBase64Encoded": in_base64})["body"]

    fields = ("otp", "pass", "user%5Bpin%5D", "payload", "iban")
    wanted = f"user=ada&{'&'.join(f'{name}={REDACTED}' for name in fields)}&x"
    assert (base64.b64decode(clean).decode() if in_base64 else clean) == wanted


def test_a_path_holds_no_parameter_that_is_a_secret() -> None:
    event = requests.http_api_2("GET", f"/reset/{SECRET}%2B/7") | {"pathParameters": {"token": f"{SECRET}+", "id": "7"}}
    old = {"path": f"/reset/{SECRET}", "pathParameters": {"resetToken": SECRET}}
    old |= {"requestContext": {"path": f"/prod/reset/{SECRET}"}, "httpMethod": "GET"}

    clean, older = Redaction().event(event), Redaction().event(old)

    assert (clean["rawPath"], clean["pathParameters"]) == (f"/reset/{REDACTED}/7", {"token": REDACTED, "id": "7"})
    assert (older["path"], older["requestContext"]["path"]) == (f"/reset/{REDACTED}", f"/prod/reset/{REDACTED}")
    assert SECRET not in shown([clean, older])


def test_a_recorded_answer_holds_no_secret_and_keeps_what_is_compared() -> None:
    clean = Redaction().answer(
        {
            "statusCode": 201,
            "headers": {"location": f"/login?code={SECRET}&page=2", "etag": '"abc"', "x-refresh-token": SECRET},
            "multiValueHeaders": {"Set-Cookie": [f"session={SECRET}; Path=/; HttpOnly; Max-Age=60"]},
            "cookies": [f"session={SECRET}; Secure; SameSite=Lax"],
            "body": json.dumps({"id": 7, "token": SECRET, "rate": 1.0}),
        }
    )

    assert clean == {
        "statusCode": 201,
        "headers": {"location": f"/login?code={REDACTED}&page=2", "etag": '"abc"', "x-refresh-token": REDACTED},
        "multiValueHeaders": {"Set-Cookie": [f"session={REDACTED}; Path=/; HttpOnly; Max-Age=60"]},
        "cookies": [f"session={REDACTED}; Secure; SameSite=Lax"],
        "body": json.dumps({"id": 7, "token": REDACTED, "rate": 1.0}, separators=(",", ":")),
    }


@pytest.mark.parametrize(
    "event",
    [
        non_http.sqs(json.dumps(DOCUMENT), FORM),
        non_http.sns(json.dumps({"Message": json.dumps(DOCUMENT)})),
        non_http.eventbridge(**DOCUMENT),
        non_http.kinesis(json.dumps(DOCUMENT).encode()),
        {"Records": [{"dynamodb": {"NewImage": {"password": {"S": SECRET}, "tokens": {"L": [{"S": SECRET}]}}}}]},
        {"Records": [{"cf": {"request": {"headers": {"cookie": [{"key": "Cookie", "value": SECRET}]}}}}]},
        {"Records": [{"body": "x", "receiptHandle": SECRET, "messageAttributes": {"apiKey": {"stringValue": SECRET}}}]},
        {"records": {"topic-0": [{"value": encoded(json.dumps(DOCUMENT))}]}},
        {"records": {"topic-0": [{"topic": "a", "partition": 0, "offset": 7, "key": encoded(f"password={SECRET}")}]}},
        requests.lattice_1("POST", body=encoded(json.dumps(DOCUMENT)), is_base64_encoded=True),
        {"authorizationToken": SECRET, "type": "TOKEN"},
        {"identitySource": [SECRET], "type": "REQUEST"},
        {"password": SECRET, "keys": ["AKIAABCDEFGHIJKLMNOP"], "pem": f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}"},
    ],
)
def test_a_recorded_event_holds_no_secret(event: dict[str, Any]) -> None:
    clean = Redaction().event(event)

    assert (SECRET in shown(event), SECRET in shown(clean), JWT in shown(clean)) == (True, False, False)
    assert "AKIAABCDEFGHIJKLMNOP" not in shown(clean)


@pytest.mark.parametrize(
    "event",
    [
        requests.http_api_2("GET", "/orders/7", "page=2&sort=a%20b&flag"),
        requests.rest_api("POST", body='{"a": 1.0, "keys": ["b"], "author": "ada"}'),
        requests.alb_multi("POST", body=encoded("plain words"), isBase64Encoded=True),
        requests.lattice_2(),
        non_http.s3("labels/17.pdf"),
        non_http.eventbridge(order=7, note="the key is under the mat"),
        non_http.schedule(),
    ],
)
def test_what_is_not_secret_stays_as_it_was(event: dict[str, Any]) -> None:
    assert Redaction().event(event) == event


def test_more_is_redacted_by_its_path() -> None:
    redaction = Redaction(("header:X-Tenant", "query:email", "$.users[].iban", "$.Records[].body.email", "$.b*"))
    event = requests.http_api_2("POST", "/a", "email=ada%40example.com&page=2", headers={"X-Tenant": "7", "x-a": "b"})
    event["body"] = json.dumps({"users": [{"iban": "DE1", "name": "ada"}], "born": 1815})

    clean = redaction.event(event)

    assert clean["headers"] == {"X-Tenant": REDACTED, "x-a": "b"}
    assert clean["rawQueryString"] == f"email={REDACTED}&page=2"
    assert json.loads(clean["body"]) == {"users": [{"iban": REDACTED, "name": "ada"}], "born": REDACTED}
    queue = redaction.event({"Records": [{"body": '{"email": "ada", "id": 7}'}]})
    assert json.loads(queue["Records"][0]["body"]) == {"email": REDACTED, "id": 7}


@pytest.mark.parametrize(
    "event",
    [
        requests.rest_api("POST", body=base64.b64encode(b"\xff\xfe").decode(), isBase64Encoded=True),
        requests.rest_api("POST", body="not base64", isBase64Encoded=True),
        requests.http_api_2("POST", body="x", headers={"content-type": "multipart/form-data; boundary=x"}),
        non_http.kinesis(b"\xff\xfe\x00 bytes"),
        {"records": {"a-0": [{"topic": "a", "partition": 0, "offset": 7, "value": "//4AYnl0ZXMA"}]}},
        {"awslogs": {"data": base64.b64encode(gzip.compress(b'{"password": "x"}')).decode()}},
    ],
)
def test_what_cannot_be_looked_into_is_not_recorded(event: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Redaction().event(event)


def test_an_answer_in_bytes_stands_there_as_its_hash() -> None:
    clean = Redaction().answer(
        {"statusCode": 200, "body": base64.b64encode(b"\xff\xd8").decode(), "isBase64Encoded": True}
    )

    assert (clean["body"], clean[HASHED]) == ("", hashlib.sha256(b"\xff\xd8").hexdigest())


def test_what_is_nested_beyond_reason_is_a_secret() -> None:
    value: Any = SECRET
    for _ in range(100):
        value = {"a": value}

    assert SECRET not in json.dumps(Redaction().answer(value))


@pytest.mark.parametrize(
    "piece",
    [
        "passw",
        "<passw",
        "eyJ-",
        "eyJ",
        "token=",
        'secret="',
        "passw value ",
        "://a:b",
        "bearer ",
        "-----BEGIN ",
        "sk-",
        "token" + " " * 50,
        "&jwt",
        "token='\"",
        "<",
        'value="a"name=token_',
        '<meta content="a" name=',
        'token="\\',
        "{\n",
        "otp=a&",
    ],
)
def test_no_text_of_a_client_holds_up_everything_else(piece: str) -> None:
    text = (piece * 131_072)[:131_072]

    begun = time.process_time()
    Redaction().answer({"statusCode": 200, "body": text, "headers": {"a": text, "cookie": text}})

    assert (
        time.process_time() - begun < 5
    )  # a tenth of it as a rule; a pattern that looks again and again takes minutes
