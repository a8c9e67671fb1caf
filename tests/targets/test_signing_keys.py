"""The signing keys stay a reference all the way into the service, which may read that one secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.targets import ecs, elastic_beanstalk, process
from lambda_migrate.targets.elastic_beanstalk import options
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets import Deployment

pytestmark = pytest.mark.processes  # the targets ask git what belongs to the repository

NAME = "LAMBDA_MIGRATE_SIGNING_KEYS"
REFERENCE = "secretsmanager:orders/keys"
DUMP = "import json, os; json.dump(dict(os.environ), open('new', 'w')); os.rename('new', 'done')"


def with_keys(aws: Aws, deployment: Deployment) -> Deployment:
    for name, value in (("orders/keys", "k1:hush"), ("orders/db", "hunter2")):
        aws.client("secretsmanager").create_secret(Name=name, SecretString=value)
    policy = {"Version": "2012-10-17", "Statement": []}
    aws.client("iam").create_role(RoleName="orders", AssumeRolePolicyDocument=json.dumps(policy))
    return replace(deployment, secrets={NAME: REFERENCE, "DATABASE_URL": "secretsmanager:orders/db"})


def arn(aws: Aws, name: str) -> str:
    return str(aws.client("secretsmanager").describe_secret(SecretId=name)["ARN"])


def test_a_process_gets_the_reference_and_the_values_of_other_secrets(
    orders: Deployment, aws: Aws, tmp_path: Path
) -> None:
    deployment = with_keys(aws, orders)
    (deployment.folder / "Procfile").write_text("web: python dump.py\n")
    (deployment.folder / "dump.py").write_text(DUMP)

    process.start(aws, deployment, process.Settings())
    eventually((deployment.folder / "done").exists)
    process.stop(deployment)

    environment = json.loads((deployment.folder / "done").read_text())
    assert (environment[NAME], environment["DATABASE_URL"]) == (REFERENCE, "hunter2")


def test_tasks_of_ecs_get_the_reference_and_the_task_s_role_may_read_that_secret_alone(
    orders: Deployment, aws: Aws
) -> None:
    deployment = with_keys(aws, orders)

    prepared = ecs.prepare(aws, deployment, ecs.Settings())

    text = prepared.files[deployment.folder / ecs.FOLDER / "service.yaml"].decode()
    execution, task = text.partition("  TaskRole:")[0], text.partition("  TaskRole:")[2]
    variables, _, secrets = task.partition("          Secrets:")
    assert f'- Name: "{NAME}"\n              Value: "{REFERENCE}"' in variables
    assert NAME not in secrets
    assert (arn(aws, "orders/keys") in execution, arn(aws, "orders/db") in execution) == (False, True)
    assert (arn(aws, "orders/keys") in variables, arn(aws, "orders/db") in variables) == (True, False)
    assert [word for word in ("hush", "hunter2") if word in text] == []


def test_an_environment_of_elastic_beanstalk_gets_the_reference(orders: Deployment, aws: Aws) -> None:
    deployment = with_keys(aws, orders)
    arns = {name: arn(aws, reference.partition(":")[2]) for name, reference in deployment.secrets.items()}

    text, _too_much = options.of_version(aws, deployment, elastic_beanstalk.Settings(), arns)

    written = json.loads(text)["option_settings"]
    assert written["aws:elasticbeanstalk:application:environment"][NAME] == REFERENCE
    assert list(written["aws:elasticbeanstalk:application:environmentsecrets"]) == ["DATABASE_URL"]
