"""Each kind of file is read for what it says of a function, and for nothing that only a deployment can tell."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.declarations import READERS
from lambda_migrate.declarations.model import Declaration, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = Declaration()
SAM = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Level: {Type: String, Default: INFO}
Globals:
  Function:
    Runtime: python3.13
    Timeout: 29
    Environment:
      Variables: {LOG_LEVEL: !Ref Level, TABLE: !Ref Table}
Resources:
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer/}
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.main.handler
      MemorySize: 1024
      Layers: [!Ref Shared, "arn:aws:lambda:eu-west-1:1:layer:x:1"]
      Architectures: [arm64]
      Environment:
        Variables:
          PLACE: !Sub "https://${Level}.example.com"
          URL: !GetAtt Other.Url
      Events:
        All: {Type: HttpApi}
        One: {Type: Api, Properties: {Method: any, Path: "/shop/{proxy+}"}}
  Table: {Type: AWS::DynamoDB::Table}
"""
SERVERLESS = """\
service: shop
custom: {level: DEBUG}
provider:
  name: aws
  runtime: python3.12
  stage: prod
  environment: {LEVEL: "${self:custom.level}", KEY: "${ssm:/key}"}
functions:
  api:
    handler: src/main.handler
    layers: [{Ref: SharedLambdaLayer}]
    events:
      - httpApi: "*"
      - http: {method: get, path: /things}
layers:
  shared: {path: layer}
"""
CDK = """\
{"Resources": {
  "ShopF1": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:cdk:path": "Stack/Shop/Resource"},
    "Properties": {"Handler": "main.handler", "Runtime": "python3.13", "Timeout": 20, "Code": {"S3Key": "a.zip"},
      "Environment": {"Variables": {"STAGE": "prod", "TABLE": {"Ref": "Table"}}}}},
  "Retention": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:cdk:path": "Stack/LogRetentionX/Resource"},
    "Properties": {"Handler": "index.handler", "Runtime": "nodejs22.x"}}}}
"""
TERRAFORM = """\
variable "memory" { default = 512 }
locals {
  stage = "prod"   # of all
}
data "archive_file" "zip" {
  type       = "zip"
  source_dir = "${path.module}/src"
}
resource "aws_lambda_function" "shop" {
  function_name    = "shop-${local.stage}"
  handler          = "main.handler"
  runtime          = "python3.12"
  memory_size      = var.memory
  filename         = data.archive_file.zip.output_path
  source_code_hash = filebase64sha256("a.zip")
  environment {
    variables = {
      TABLE = aws_dynamodb_table.t.name
      STAGE = local.stage
    }
  }
  vpc_config {
    subnet_ids = [for s in var.subnets : s.id]
  }
}
resource "aws_apigatewayv2_route" "all" { route_key = "ANY /{proxy+}" }
"""
MODULE = """\
module "shop" {
  source        = "terraform-aws-modules/lambda/aws"
  version       = "~> 7.0"
  function_name = "shop"
  handler       = "main.handler"
  runtime       = "python3.13"
  timeout       = 15
  source_path   = [{ path = "src", pip_requirements = true }]
  environment_variables = { STAGE = "prod" }
}
"""
DOCKER = """\
ARG VERSION=3.13
FROM public.ecr.aws/lambda/python:${VERSION} AS built
ENV LEVEL=INFO \\
    STAGE="prod"
RUN dnf install -y libpq gcc && dnf clean all
COPY requirements.txt .
RUN pip install --no-cache-dir -U pip -r requirements.txt \\
    'fastapi[standard]==0.115.0' -i https://a.example.com --target . mangum
COPY src/ ${LAMBDA_TASK_ROOT}/
CMD ["app.main.handler"]
"""


def told(declaration: Declaration, root: Path) -> dict[str, Any]:
    """Return what a declaration says, folders relative."""
    values = {each.name: getattr(declaration, each.name) for each in fields(declaration)}

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return [plain(each) for each in value]
        return value.relative_to(root).as_posix() if hasattr(value, "relative_to") else value

    return {name: plain(value) for name, value in values.items() if value != getattr(EMPTY, name)}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "template.yaml",
            SAM,
            {
                "line": 14,
                "key": "Shop",
                "folder": "src",
                "handler": "app.main.handler",
                "python": "3.13",
                "variables": {"LOG_LEVEL": "INFO", "TABLE": None, "PLACE": "https://INFO.example.com", "URL": None},
                "timeout": 29.0,
                "memory": 1024,
                "layers": ["arn:aws:lambda:eu-west-1:1:layer:x:1"],
                "shared": ["layer"],
                "routes": ["$default", "ANY /shop/{proxy+}"],
                "architecture": "arm64",
            },
        ),
        (
            "serverless.yml",
            SERVERLESS,
            {
                "line": 9,
                "key": "api",
                "name": "shop-prod-api",
                "folder": ".",
                "handler": "src/main.handler",
                "python": "3.12",
                "variables": {"LEVEL": "DEBUG", "KEY": None},
                "timeout": 6.0,
                "memory": 1024,
                "shared": ["layer"],
                "routes": ["$default", "GET /things"],
            },
        ),
        (
            "cdk.out/Stack.template.json",
            CDK,
            {
                "line": 2,
                "key": "Shop",
                "handler": "main.handler",
                "python": "3.13",
                "variables": {"STAGE": "prod", "TABLE": None},
                "timeout": 20.0,
            },
        ),
        (
            "main.tf",
            TERRAFORM,
            {
                "line": 9,
                "key": "shop",
                "name": "shop-prod",
                "folder": "src",
                "handler": "main.handler",
                "python": "3.12",
                "variables": {"TABLE": None, "STAGE": "prod"},
                "timeout": 3.0,
                "memory": 512,
                "routes": ["ANY /{proxy+}"],
            },
        ),
        (
            "main.tf",
            MODULE,
            {
                "line": 1,
                "key": "shop",
                "name": "shop",
                "folder": "src",
                "handler": "main.handler",
                "python": "3.13",
                "variables": {"STAGE": "prod"},
                "timeout": 15.0,
                "memory": 128,
            },
        ),
        (
            "Dockerfile",
            DOCKER,
            {
                "folder": "src",
                "handler": "app.main.handler",
                "python": "3.13",
                "variables": {"LEVEL": "INFO", "STAGE": "prod"},
                "requirements": ["requirements.txt"],
                "installs": ["fastapi[standard]==0.115.0", "mangum"],
                "packages": ["libpq", "gcc"],
                "command": ["app.main.handler"],
                "image": True,
            },
        ),
        ("Dockerfile", 'FROM python:3.12-slim\nENV A=1\nCMD ["uvicorn", "main:app"]\n', {"python": "3.12"}),
        (".python-version", "3.13.1\n", {"line": 1, "python": "3.13"}),
        ("runtime.txt", "python-3.12.4\n", {"line": 1, "python": "3.12"}),
        (".tool-versions", "nodejs 22\npython 3.11.9\n", {"line": 2, "python": "3.11"}),
        ("Pipfile", '[requires]\npython_version = "3.13"\n', {"line": 2, "python": "3.13"}),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.13"\n', {"line": 2, "python": "3.13"}),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\n', {"line": 2, "python": "3.11"}),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.8,<3.13"\n', {"line": 2, "python": "3.12"}),
    ],
)
def test_a_file_says_what_it_says(name: str, text: str, expected: dict[str, Any], tmp_path: Path) -> None:
    for folder in ("src", "layer", "cdk.out"):
        (tmp_path / folder).mkdir()
    (tmp_path / "requirements.txt").touch()
    path = tmp_path / name
    path.write_text(text)
    (reader,) = [each for each in READERS if any(path in set(tmp_path.glob(pattern)) for pattern in each.files)]

    assert [told(each, tmp_path) for each in reader.read(path, text)] == [expected]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("template.yaml", "Resources: [\n", "line 2: expected the node content, but found '<stream end>'"),
        ("template.yaml", "- a\n", "not a mapping"),
        ("template.yaml", "[" * 500, None),
        ("serverless.yml", "a: !!python/object/apply:os.system ['true']\n", None),
        ("cdk.out/a.template.json", '{"Resources": {', None),
        ("main.tf", 'resource "aws_lambda_function" "a" {\n', "line 1: `resource` does not end"),
        ("main.tf", "a = " + "[" * 500, None),
        ("Dockerfile", "# nothing\n", "it has no FROM"),
        ("Pipfile", "[requires\n", None),
        ("pyproject.toml", "[project\n", None),
    ],
)
def test_what_cannot_be_read_is_said(name: str, text: str, why: str | None, tmp_path: Path) -> None:
    (reader,) = [each for each in READERS if any((tmp_path / name).match(pattern) for pattern in each.files)]

    with pytest.raises(Unreadable) as caught:
        list(reader.read(tmp_path / name, text))

    assert why in (None, str(caught.value))
