"""Each carrier goes the whole way under traffic: deployed, cut over, the service killed, back and forth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.carriers import CARRIERS, ORIGINAL, KillableService, Traffic, called_by, create, killable
from tests.support.screen import call
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = [pytest.mark.sandbox, pytest.mark.processes]

SECRET = "carriers/keys"
MOMENTS = 6
"""Times that $LATEST has to be asked at least, while the proxy is deployed and while everything goes back."""

WHILE_KILLED = 3
"""Requests that have to be answered while nobody listens."""


def configure(folder: Path, function: str, service: KillableService) -> None:
    lines = [
        f"function: {function}",
        f"service: {{url: '{service.url}'}}",
        f"proxy: {{signing_keys: 'secretsmanager:{SECRET}', fallback: connect}}",
        "cutover: {propagation: false}",
        "verify: {minimum_invocations: 3, metric_period: 1s, arrival: 30s, slow: 10s, minimum_slowdown: 5s}",
        "accept:",
        "  - {rule: sns-too-slow, reason: the function is quick}",
    ]
    (folder / "migration.yaml").write_text("\n".join(lines))


def ran(*arguments: str) -> None:
    answer = call(*arguments)
    assert answer.code == 0, answer.err + answer.out


@pytest.mark.long(40)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_goes_the_whole_way_and_back_under_traffic_and_nothing_fails_or_is_lost(
    carrier: str,
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    unique: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in embedded_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    secrets, notes = client("secretsmanager"), tmp_path / "notes"
    notes.touch()
    if all(each["Name"] != SECRET for each in secrets.list_secrets()["SecretList"]):
        secrets.create_secret(Name=SECRET, SecretString="k1:a-secret-of-the-tests")
    arn = create(carrier, client, unique, {"NOTES": str(notes)})
    api, topic = called_by(client, unique, arn)
    with killable() as service:
        configure(tmp_path, unique, service)
        traffic = Traffic(embedded_aws, client, unique, api, topic, notes, service)
        with traffic.flowing():
            with traffic.latest_asked():
                ran("proxy", "deploy", "--yes")
            ran("verify")
            ran("cutover", "--weights", "50,100", "--bake", "1s", "--yes")
            eventually(lambda: traffic.by["service"] and any(each.startswith("event-") for each in service.noted))
            service.kill()
            answered = traffic.by["original"]
            eventually(lambda: traffic.by["original"] >= answered + WHILE_KILLED)
            answered = traffic.by["service"]
            service.start()
            eventually(lambda: traffic.by["service"] > answered)
            ran("rollback", "--last", "--yes")
            ran("cutover", "--weights", "100", "--bake", "1s", "--yes")
            answered = traffic.by["service"]
            eventually(lambda: traffic.by["service"] > answered)
        eventually(lambda: not traffic.lost())
        with traffic.latest_asked():
            ran("rollback", "--yes")

    assert traffic.failed == []
    assert [each for each in traffic.latest if each != (200, ORIGINAL)] == []
    assert len(traffic.latest) > MOMENTS
