"""An AWS that limits, is busy, answers nonsense, or is not there."""

from __future__ import annotations

import re
import socket
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.failures.intercepting_proxy import RESET, Answer
from tests.failures.user import Told, refused
from tests.support.waiting import TIMEOUT

if TYPE_CHECKING:
    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

LIMITED = Answer(429, "TooManyRequestsException", "Rate exceeded")
BUSY = Answer(409, "ResourceConflictException", "The operation cannot be performed at this time: an update is going on")
PAGE = b"<!doctype html><html><body>Welcome to the hotel</body></html>"


def test_throttling_is_retried_with_growing_pauses_and_then_told(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")
    user.interceptor.fail("lambda:GetFunction", LIMITED)
    times: list[float] = []
    user.interceptor.arrived = lambda _call: times.append(time.monotonic())

    answer = user("plan")

    assert (answer.code, answer.error) == (1, f"lambda:GetFunction `{user.function}`: Rate exceeded")
    assert answer.hint == "AWS limits the rate of calls; run the same command again in a minute"
    assert user.interceptor.calls == ["lambda:GetFunction"] * 4
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert sum(pauses) > 0.5
    assert max(pauses) > pauses[0]


def test_throttling_speaks_json_and_changes_nothing(user: User) -> None:
    user.interceptor.fail("lambda:GetFunction", LIMITED)

    told = refused(user, "proxy", "deploy", "--yes")

    assert (told.code, told.kind) == (1, "throttled")


def test_throttling_that_passes_is_not_even_mentioned(user: User) -> None:
    user.interceptor.fail("lambda:PublishVersion", LIMITED, times=1)
    user.interceptor.fail("lambda:UpdateFunctionConfiguration", LIMITED, times=1)

    answer = user("proxy", "deploy", "--yes")

    assert (answer.code, user.story()[-1]) == (0, "finished")
    assert "exceeded" not in answer.err


def test_throttling_in_the_middle_of_a_run_leaves_it_to_be_carried_on(user: User) -> None:
    user.interceptor.fail("lambda:UpdateFunctionConfiguration", LIMITED)

    throttled = user("proxy", "deploy", "--yes", "--json")
    user.interceptor.well()

    assert (throttled.code, throttled.json["errors"][0]["code"]) == (1, "throttled")
    assert [line.split("-")[-1] for line in user.story()[-2:]] == ["configure_latest", "configure_latest"]
    assert user.story()[-1].startswith("undone")
    assert user("proxy", "deploy", "--yes").code == 0


def test_an_update_that_is_in_progress_is_waited_for(user: User) -> None:
    for call in ("lambda:PublishVersion", "lambda:UpdateFunctionConfiguration"):
        user.interceptor.fail(call, BUSY, times=2)

    answer = user("proxy", "deploy", "--yes")

    assert (answer.code, user.story()[-1]) == (0, "finished"), answer.err
    assert user.interceptor.counted["lambda:PublishVersion"] == 4


def test_an_update_that_somebody_else_has_begun_is_waited_for(user: User) -> None:
    """The function itself says so, before anything is refused."""
    left = [3]

    def updating(configuration: dict[str, object]) -> dict[str, object]:
        left[0] -= 1
        return configuration | ({"LastUpdateStatus": "InProgress"} if left[0] > 0 else {})

    user.interceptor.changes["lambda:GetFunctionConfiguration"] = updating

    assert user("proxy", "deploy", "--yes").code == 0
    assert left[0] <= 0


def test_an_update_that_never_ends_is_told(user: User) -> None:
    user.interceptor.fail("lambda:PublishVersion", BUSY)

    answer = user("proxy", "deploy", "--yes")

    assert (answer.code, answer.hint) == (1, "another operation may be in progress; run the command again")
    assert answer.error == f"lambda:PublishVersion `{user.function}`: {BUSY.message}"
    assert user.aws()["latest"]["Handler"] == "index.handler"


def test_an_update_that_failed_is_told_with_its_reason(user: User) -> None:
    failed = {"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "the key is disabled"}
    user.interceptor.changes["lambda:GetFunctionConfiguration"] = lambda configuration: configuration | failed

    answer = user("proxy", "deploy", "--yes")

    assert answer.error == f"the last update of `{user.function}` failed: the key is disabled"
    assert (answer.code, answer.hint) == (1, "fix the function, then run again")


def test_an_endpoint_where_nobody_listens_is_told_within_seconds(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "10")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    began = time.monotonic()

    told = refused(user, "plan", "--endpoint-url", url)

    assert told == Told(
        1, "no-answer", f"`{url}` cannot be reached for lambda", "check the network, `--region` and `--endpoint-url`"
    )
    assert time.monotonic() - began < TIMEOUT  # ten attempts would take minutes


def test_an_aws_that_goes_away_in_the_middle_leaves_the_run_to_be_carried_on(user: User) -> None:
    """The connection is cut when AWS has carried the change out: nobody knows, until the next run looks."""

    def cut(call: str) -> None:
        if call == "lambda:PublishVersion":
            user.interceptor.cut = True

    user.interceptor.carried_out = cut
    answer = user("proxy", "deploy", "--yes")
    story = user.story()
    user.interceptor.well()

    assert (answer.code, story[-1]) == (1, "intent 01-publish_version")
    assert re.match(r"`http://127.0.0.1:\d+` (does not answer|cannot be reached)", answer.error)
    assert user("proxy", "deploy", "--yes").code == 0
    assert "applied 01-publish_version" in user.story()
    assert len(user.aws()["versions"]) == 3


@pytest.mark.parametrize("status", [200, 302, 403])
def test_something_else_that_answers_in_place_of_aws(status: int, user: User) -> None:
    user.interceptor.fail("*", Answer(status, body=PAGE))

    for command in (["plan"], ["proxy", "deploy", "--yes"]):
        assert refused(user, *command) == Told(
            1,
            "aws",
            f"`{user.interceptor.url}` gave an unexpected reply ({status}); is it an AWS endpoint?",
            "something else answers there: check `--endpoint-url`, HTTPS_PROXY and the network's sign-in",
        )


def test_a_server_error_is_retried_and_told(user: User) -> None:
    user.interceptor.fail("*", Answer(500, body=PAGE))

    told = refused(user, "plan")

    assert (told.code, told.kind) == (1, "no-answer")
    assert told.error == f"lambda:GetFunction `{user.function}` failed: it answered 500 with a web page"
    assert user.interceptor.counted["lambda:GetFunction"] == 4  # two commands, AWS_MAX_ATTEMPTS each


def test_garbage_instead_of_json(user: User) -> None:
    for body in (b"\x00\xff\xfe", b"42", b"[]", b"OK"):
        user.interceptor.well()
        user.interceptor.fail("lambda:*", Answer(200, body=body))
        user.interceptor.fail("lambda:GetFunction", Answer(200, body=body))

        assert refused(user, "inspect").kind == "aws"


def test_nothing_instead_of_a_list_is_not_an_empty_list(user: User) -> None:
    for call in ("lambda:ListVersionsByFunction", "lambda:ListAliases"):
        user.interceptor.well()
        user.interceptor.fail(call, Answer(200, body=b"", kind="application/json"))

        assert refused(user, "plan").error == f"the answer to {call} cannot be read: it is empty"


def test_a_reply_that_nobody_understands_to_what_carries_secrets_is_told_without_them(user: User) -> None:
    """AWS's own words may repeat what was sent, so that they are left out; who asked what is told."""
    call = "lambda:UpdateFunctionConfiguration"
    user.interceptor.fail(call, Answer(200, body=b"{", kind="application/json"), times=1, done=True)
    told = user("proxy", "deploy", "--yes")
    user.interceptor.well()
    user.interceptor.fail(call, RESET)
    unheard = user("proxy", "deploy", "--yes")

    assert (told.code, told.error.partition(": ")[0]) == (1, f"the answer to {call} cannot be read")
    assert (unheard.code, unheard.error) == (
        1,
        f"`{user.interceptor.url}` does not answer lambda:update_function_configuration",
    )


def test_an_endpoint_that_is_no_url(user: User) -> None:
    for url in ("nonsense", "ftp://there", "http://", "http://127.0.0.1:port", "http://127.0.0.1:99999", "http://[::1"):
        assert refused(user, "plan", "--endpoint-url", url) == Told(
            2,
            "configuration",
            f"`{url}` is not a valid endpoint URL",
            "write it like http://127.0.0.1:4566, in `--endpoint-url`",
        )


def test_a_layer_that_was_published_by_a_call_that_failed_is_not_published_again(user: User) -> None:
    user.interceptor.fail("lambda:PublishLayerVersion", Answer(500, "ServiceException", "oh"), times=1, done=True)

    assert user("proxy", "deploy", "--yes").code == 0
    assert user.interceptor.counted["lambda:PublishLayerVersion"] == 1
    assert [layer["Version"] for layer in user.aws()["layers"]] == [1]


def test_a_layer_whose_answer_was_lost_is_looked_for_before_another_is_published(user: User) -> None:
    left = {"lambda:PublishLayerVersion"}

    def carried_out(call: str) -> None:
        user.interceptor.cut = call in left
        left.discard(call)

    user.interceptor.carried_out = carried_out

    answer = user("proxy", "deploy", "--yes")

    assert (answer.code, user.story()[-1]) == (0, "finished")
    assert user.interceptor.counted["lambda:PublishLayerVersion"] == 1
    assert [layer["Version"] for layer in user.aws()["layers"]] == [1]
