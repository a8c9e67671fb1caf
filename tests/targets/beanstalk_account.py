"""Fixtures: an account in which Elastic Beanstalk has nothing yet, and what deploys to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.targets import TARGETS, elastic_beanstalk
from tests.targets.beanstalk import Beanstalk
from tests.targets.deploying import Deploying

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.ledger import Ledger
    from lambda_migrate.targets import Deployment

TABLES = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}],
}
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
QUEUE = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"


@pytest.fixture
def beanstalk(aws: Aws) -> Beanstalk:
    """An account with the function's role, and an Elastic Beanstalk that has nothing yet."""
    iam = aws.client("iam")
    iam.create_role(RoleName="orders", AssumeRolePolicyDocument="{}")
    iam.put_role_policy(RoleName="orders", PolicyName="tables", PolicyDocument=json.dumps(TABLES))
    iam.attach_role_policy(RoleName="orders", PolicyArn=BASIC)
    iam.attach_role_policy(RoleName="orders", PolicyArn=QUEUE)
    made = Beanstalk()
    made.attach(aws)
    return made


@pytest.fixture
def deploying(aws: Aws, beanstalk: Beanstalk, ledger: Ledger, orders: Deployment) -> Deploying:
    settings = elastic_beanstalk.Settings(environment={"LOG_LEVEL": "info"})
    return Deploying(TARGETS[elastic_beanstalk.KIND], aws, ledger, orders, settings)
