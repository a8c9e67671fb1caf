"""Calls as command lines of the AWS CLI."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.aws.command_line import command_line
from lambda_migrate.aws.session import Aws


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "line"),
    [
        (
            "lambda",
            "update_alias",
            {"Name": "a b", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1}}},
            """aws lambda update-alias --name 'a b' --routing-config '{"AdditionalVersionWeights": {"2": 0.1}}'""",
        ),
        (
            "lambda",
            "update_function_configuration",
            {"FunctionName": "orders", "Environment": {"Variables": {"PASSWORD": "hunter2"}}},
            """aws lambda update-function-configuration --function-name orders --environment '{"Variables": "***"}'""",
        ),
        (
            "lambda",
            "publish_layer_version",
            {"LayerName": "proxy", "Content": {"ZipFile": b"PK"}},
            "aws lambda publish-layer-version --layer-name proxy --zip-file fileb://FILE",
        ),
        (
            "lambda",
            "update_event_source_mapping",
            {"UUID": "7", "Enabled": False},
            "aws lambda update-event-source-mapping --uuid 7 --no-enabled",
        ),
        (
            "secretsmanager",
            "put_secret_value",
            {"SecretId": "keys", "SecretString": "k1:secret"},
            "aws secretsmanager put-secret-value --secret-id keys --secret-string '***'",
        ),
        (
            "s3",
            "get_bucket_notification_configuration",
            {"Bucket": "b"},
            "aws s3api get-bucket-notification-configuration --bucket b",
        ),
    ],
)
def test_a_call_is_one_line_without_what_is_sensitive(
    service: str, operation: str, parameters: dict[str, Any], line: str
) -> None:
    aws = Aws(region="eu-west-1", endpoint_url="http://127.0.0.1:9")

    assert command_line(aws, service, operation, parameters) == line
