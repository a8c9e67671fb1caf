"""A service that cannot be reached, is not well, or is slow: the gate is closed before any traffic moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.failures.user import refused

if TYPE_CHECKING:
    from tests.failures.user import User
    from tests.support.service import Service

pytestmark = pytest.mark.sandbox

HINT = "start the service or fix it; its log says why"
REFUSED = "start the service, or correct `service.url`"


def _gone(user: User, _service: Service) -> str:
    user.configure(url="http://127.0.0.1:9")
    assert user("proxy", "deploy", "--yes").code == 0
    return r"http://127.0.0.1:9/healthz cannot be reached: connection refused"


def _unwell(_user: User, service: Service) -> str:
    service.status = 503
    return f"{service.url}/healthz answered 503"


def _slow(user: User, service: Service) -> str:
    user.configure(url=service.url, slow="1s")
    service.delay = 1.05
    return rf"{service.url} answered after \d\.\d s, more than 1 s is slow"


def _silent(user: User, service: Service) -> str:
    user.configure(url=service.url, slow="200ms")
    service.delay = 600.0
    return f"{service.url}/healthz does not answer in time"


@pytest.mark.long(35)
def test_a_service_that_is_not_well(user: User, service: Service) -> None:
    user.configure(url=service.url)
    assert user("proxy", "deploy", "--yes").code == 0

    cutover, verify = ["cutover", "--yes"], ["verify"]
    explained = "`lambda-migrate explain service-unhealthy` says why, and what to do"
    for wrong, commands in ((_unwell, [cutover]), (_slow, [cutover]), (_silent, [verify]), (_gone, [cutover, verify])):
        user.configure(url=service.url)
        service.status, service.delay = 200, 0.0
        reason = wrong(user, service)
        for command in commands:
            remedy = REFUSED if wrong is _gone else HINT
            said = {"cutover": ("service-unhealthy: ", f"; {remedy}", explained), "verify": ("service: ", "", remedy)}
            before, after, hint = said[command[0]]
            told = refused(user, *command)
            assert (told.code, told.kind, told.hint) == (3, "gate", hint)
            assert re.fullmatch(f"{before}{reason}{after}", told.error, re.IGNORECASE), told.error


def test_commands_that_look_see_that_the_service_is_not_well(user: User, service: Service) -> None:
    user.configure(url=service.url)
    assert user("proxy", "deploy", "--yes").code == 0
    service.status = 503

    closed = f"service-unhealthy: {service.url}/healthz answered 503; start the service or fix it; its log says why"
    assert refused(user, "cutover", "--dry-run").error == closed
    assert (
        refused(user, "plan", "--phase", "cutover").error == f"`cutover` of `{user.function}` cannot run yet: {closed}"
    )


def test_a_service_that_falls_ill_while_it_is_watched(user: User, service: Service) -> None:
    user.configure(url=service.url)
    assert user("proxy", "deploy", "--yes").code == 0
    before = user.shape()

    def fall_ill(call: str) -> None:
        if call == "lambda:UpdateAlias":
            service.status = 503

    user.interceptor.carried_out = fall_ill
    answer = user("cutover", "--weights", "50,100", "--yes")

    assert (answer.code, answer.hint) == (
        3,
        "traffic is back where it was; fix the service, then run the same command again",
    )
    assert answer.error == f"02-shift_weight failed: the service is not healthy: {service.url}/healthz answered 503"
    (alias,) = (each for each in user.shape()["aliases"] if each["Name"] == "live")
    assert alias["weights"] == {}
    assert alias["FunctionVersion"] == before["versions"][1]["Description"]
