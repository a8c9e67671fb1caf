"""`verify record`: a version that only records, without a service, and what it recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.events import requests
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from tests.cli.user import User

pytestmark = pytest.mark.sandbox


def test_a_version_that_forwards_nothing_records_before_a_service_exists(user: User) -> None:
    (user.folder / "migration.yaml").write_text(
        f"function: {user.function}\ncutover: {{propagation: false, bake: 1s}}\n"
        "verify: {metric_period: 1s, arrival: 0s}\n"
        "proxy: {record: {until: 2099-12-31, rate: 1}}\n"
    )
    assert user.run("verify", "record").out.splitlines()[-1].endswith("`proxy deploy` publishes it")

    assert user.run("proxy", "deploy", "--events", "none", "--yes").code == 0
    event = requests.http_api_2("GET", "/orders/7", headers={"authorization": "Bearer hunter2"})

    def recorded() -> bool:
        asked = {"FunctionName": user.function, "Qualifier": "2", "Payload": json.dumps(event).encode()}
        user.aws.call("lambda", "invoke", **asked)  # what a thread writes is collected with the next answer
        return user.run("verify", "record", "--into", "recorded").code == 0

    eventually(recorded)

    state = user.run("verify", "record", "--json").json["data"]
    assert [(each["version"], each["over"], each["traffic"]) for each in state["versions"]] == [("2", False, {})]
    text = "".join(file.read_text() for file in sorted((user.folder / "recorded").glob("*.jsonl")))
    record = json.loads(text.splitlines()[0])
    assert (record["version"], record["event"]["headers"]) == ("2", {"authorization": "[redacted]"})
    assert "hunter2" not in text

    assert user.run("cutover", "--weights", "10", "--yes").code == 7  # no traffic; the service is not asked
    assert user.run("verify", "record", "--json").json["data"]["versions"][0]["traffic"] == {"live": 0.1}


def test_a_recording_that_is_over_before_it_begins_is_refused(user: User) -> None:
    over = f"function: {user.function}\nproxy: {{record: {{until: 2020-12-31}}}}\n"
    (user.folder / "migration.yaml").write_text(over)

    answer = user.run("proxy", "deploy", "--events", "none", "--yes")

    assert (answer.code, answer.error) == (
        3,
        "recording-impossible: the last day of `proxy.record` was 2020-12-31; set another one, or take the block out",
    )
