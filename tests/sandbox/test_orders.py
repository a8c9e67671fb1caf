from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from lambda_migrate.aws.session import Aws
from lambda_migrate.sandbox import package
from lambda_migrate.sandbox.demo import front_door
from lambda_migrate.sandbox.sample import SOURCE, SampleDeployment, deploy
from tests.support.ports import reserved_port
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox


def test_it_declares_the_very_versions_that_run_here() -> None:
    """Else `init` would ask a package index for them, and the demo would need a network."""
    pinned = (Path(__file__).parents[2] / "requirements.txt").read_text(encoding="utf-8").splitlines()
    declared = (SOURCE / "requirements.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in declared if line not in pinned] == []


@pytest.fixture(scope="module")
def deployed(embedded_aws: EmbeddedAws) -> SampleDeployment:
    aws = Aws(region=embedded_aws.region, endpoint_url=embedded_aws.endpoint_url)
    return deploy(aws, name=f"orders-{uuid4().hex[:8]}")


def converse(url: str, base_path: str, order_id: str) -> list[str]:
    """Have a whole conversation and return what was wrong with each answer, in order."""
    cookie, problems = "", []
    for request in front_door.conversation(f"c-{order_id}", order_id, base_path):
        sent = front_door.Request(**{**vars(request), "cookie": cookie})
        answer = front_door.send(url, base_path, sent, f"{order_id}{len(problems) or ''}")
        cookie = front_door.session_cookie(answer) or cookie
        problems.append(front_door.failure(request, answer))
    return problems


def noted(client: Callable[[str], Any], deployed: SampleDeployment, source: str, event_id: str) -> list[str]:
    """Return who handled an event, by the application's notes, one entry for each time."""
    key = {"pk": {"S": f"journal#{source}#{event_id}"}}
    item = client("dynamodb").get_item(TableName=deployed.table, Key=key, ConsistentRead=True).get("Item")
    return [entry["S"] for entry in item["handled_by"]["L"]] if item else []


def invoke(client: Callable[[str], Any], deployed: SampleDeployment, event: Any) -> Any:
    answer = client("lambda").invoke(FunctionName=deployed.function, Payload=json.dumps(event))
    return json.load(answer["Payload"])


def test_every_route_answers_through_the_http_api(
    client: Callable[[str], Any], deployed: SampleDeployment, unique: str
) -> None:
    assert converse(deployed.api_url, deployed.base_path, unique) == [""] * 9
    assert noted(client, deployed, "request", unique) == ["function"]


def test_the_same_source_answers_the_same_off_lambda(
    client: Callable[[str], Any],
    deployed: SampleDeployment,
    embedded_aws: EmbeddedAws,
    unique: str,
) -> None:
    environment = {**os.environ, **embedded_aws.environment, **deployed.environment, "BASE_PATH": ""}
    with reserved_port() as port:
        command = [sys.executable, "-B", "-m", "uvicorn", "app.main:app", "--port", str(port), "--log-level", "warning"]
        process = subprocess.Popen(command, cwd=SOURCE, env=environment)
        try:

            def healthy() -> bool:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                        return bool(answer.status == 200)
                except OSError:
                    return False

            eventually(healthy, 30)
            assert converse(f"http://127.0.0.1:{port}", "", unique) == [""] * 9
        finally:
            process.terminate()
            process.wait()
    assert noted(client, deployed, "request", unique) == ["service"]


def test_a_batch_reports_only_the_payments_that_were_not_booked(
    client: Callable[[str], Any], deployed: SampleDeployment, unique: str
) -> None:
    payments = [{"id": f"{unique}-1"}, {"id": f"{unique}-2", "confirmed_at": 9_999_999_999}, {"id": f"{unique}-3"}]
    records = [
        {"messageId": f"m{number}", "eventSource": "aws:sqs", "body": json.dumps(payment)}
        for number, payment in enumerate(payments)
    ]

    answer = invoke(client, deployed, {"Records": records})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert [noted(client, deployed, "sqs", payment["id"]) for payment in payments] == [["function"], [], ["function"]]


def test_shipments_and_stock_are_noted(client: Callable[[str], Any], deployed: SampleDeployment, unique: str) -> None:
    notification = {"EventSource": "aws:sns", "Sns": {"Message": json.dumps({"id": unique})}}
    change = {"source": "warehouse", "detail-type": "StockChanged", "detail": {"id": unique}}

    answers = [invoke(client, deployed, {"Records": [notification]}), invoke(client, deployed, change)]

    assert answers == [None, None]
    assert noted(client, deployed, "sns", unique) == ["function"]
    assert noted(client, deployed, "eventbridge", unique) == ["function"]


def test_the_report_comes_by_schedule_and_by_hand(
    client: Callable[[str], Any], deployed: SampleDeployment, unique: str
) -> None:
    converse(deployed.api_url, deployed.base_path, unique)

    scheduled = invoke(client, deployed, {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}})
    by_hand = invoke(client, deployed, {"action": "report", "id": unique})

    assert scheduled == by_hand
    assert scheduled["orders"] >= 1
    assert noted(client, deployed, "direct", unique) == ["function"]


def test_what_nobody_knows_is_an_error(client: Callable[[str], Any], deployed: SampleDeployment) -> None:
    answer = invoke(client, deployed, {"something": "else"})

    assert (answer["errorType"], answer["errorMessage"]) == ("ValueError", "unknown event with ['something']")


def test_every_trigger_is_on_the_unqualified_function_and_may_invoke_it(
    client: Callable[[str], Any], deployed: SampleDeployment, embedded_aws: EmbeddedAws
) -> None:
    functions, gateway = client("lambda"), client("apigatewayv2")
    mapping = functions.get_event_source_mapping(UUID=deployed.mapping)
    integration = gateway.get_integration(ApiId=deployed.api_id, IntegrationId=deployed.integration_id)
    subscription = client("sns").get_subscription_attributes(SubscriptionArn=deployed.subscription_arn)["Attributes"]
    (target,) = client("events").list_targets_by_rule(Rule=deployed.rule)["Targets"]
    arn = deployed.function_arn
    assert arn == f"arn:aws:lambda:{embedded_aws.region}:{embedded_aws.account}:function:{deployed.function}"
    assert [mapping["FunctionArn"], integration["IntegrationUri"], subscription["Endpoint"], target["Arn"]] == [arn] * 4
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert json.loads(subscription["RedrivePolicy"])["deadLetterTargetArn"].endswith(
        f":{deployed.function}-undelivered"
    )

    policy = json.loads(functions.get_policy(FunctionName=deployed.function)["Policy"])
    assert [(one["Sid"], one["Principal"]["Service"], one["Resource"]) for one in policy["Statement"]] == [
        ("http-api", "apigateway.amazonaws.com", arn),
        ("sns-shipments", "sns.amazonaws.com", arn),
        ("events-stock", "events.amazonaws.com", arn),
    ]
    settings = functions.get_function_event_invoke_config(FunctionName=deployed.function)
    assert (settings["MaximumRetryAttempts"], settings["MaximumEventAgeInSeconds"]) == (2, 3600)
    configuration = functions.get_function_configuration(FunctionName=deployed.function)
    assert configuration["DeadLetterConfig"]["TargetArn"].endswith(f":{deployed.function}-dead-letters")
    assert configuration["Environment"]["Variables"] == deployed.environment


def test_the_zip_stands_alone_and_is_always_the_same(tmp_path: Path) -> None:
    archive = package.build(SOURCE)
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        opened.extractall(tmp_path)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import fastapi, mangum; print(fastapi.__file__)"

    # -I -S: neither the environment nor the installed packages of this interpreter are seen
    imported = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)

    assert imported.stdout.strip() == str(tmp_path / "fastapi" / "__init__.py")
    assert (tmp_path / "app" / "main.py").read_bytes() == (SOURCE / "app" / "main.py").read_bytes()
    assert not (tmp_path / "boto3").exists()
    assert package.build(SOURCE) == archive
