"""Projects whose files are as people really write them."""

from __future__ import annotations

PARAMETERS = """\
Parameters:
  Stage: {Type: String, Default: prod}
  Password: {Type: String, NoEcho: true, Default: hunter2}
  Size: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/size}
Resources:
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .\\code\\
      Handler: main.handler
      Architectures: [!Ref Machine]
      Environment:
        Variables:
          STAGE: !Ref Stage
          PASSWORD: !Ref Password
          SIZE: !Ref Size
          URL: !Sub "{{resolve:ssm:/shop/url}}"
          KEY: "{{resolve:secretsmanager:shop:SecretString:key}}"
          BUCKET: !Sub ["${Stage}-${kind}-${!kept}", {kind: images}]
          PREFIX: !Join ["/", [shop, !Ref Stage]]
          PLACE: !Join ["/", [shop, !Ref AWS::Region]]
          LEVEL: !If [IsProd, INFO, DEBUG]
          SINCE: 2024-02-29
"""
ANCHORS = """\
x-common: &common {Runtime: python3.13, Timeout: 20}
Resources:
  Shop: {Type: AWS::Serverless::Function, Properties: {<<: *common, CodeUri: code, Handler: main.handler}}
  Seed: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: "def handler(e, c): ..."}, Handler: main.handler}}
  Page: {Type: AWS::Serverless::Function, Properties: {CodeUri: page, Handler: index.handler, Runtime: nodejs22.x}}
"""
CDK = """\
{"Resources": {
"A": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:cdk:path": "Store/Api/Resource"},
 "Properties": {"Handler": "index.handler", "Runtime": "python3.13", "Code": {"S3Key": "a"}}},
"CustomCDKBucketDeployment8693": {"Type": "AWS::Lambda::Function",
 "Properties": {"Handler": "index.handler", "Runtime": "python3.11", "Code": {"S3Key": "b"}}},
"B": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:cdk:path": "Store/AWS679f53/Resource"},
 "Properties": {"Handler": "index.handler", "Runtime": "nodejs22.x", "Code": {"S3Key": "c"}}}}}
"""
SERVERLESS = """\
service: ${file(./common.yml):service}
custom:
  seconds: 29
  memory: {prod: 1536}
  here: ${self:custom.here}
provider: {name: aws, stage: prod, runtime: python3.12, environment: "${file(env.json)}"}
functions:
  - ${file(functions/web.yml):functions}
  - ${file(functions/jobs.yml)}
"""
SERVERLESS_FILES: dict[str, str | bytes] = {
    "serverless.yml": SERVERLESS,
    "common.yml": "service: shop\n",
    "secrets.yml": "token: hunter2\n",
    "env.json": """\
{"STAGE": "${self:provider.stage}", "TOKEN": "${file(secrets.yml):token}", "ITSELF": "${self:custom.here}"}
""",
    "functions/web.yml": """\
functions:
  web:
    handler: main.handler
    module: code
    timeout: ${self:custom.seconds}
    memorySize: ${self:custom.memory.${self:provider.stage}, 512}
    environment:
      NAME: ${self:service}-${self:custom.seconds}
      WHERE: ${opt:region, 'eu-west-1'}
      OUTSIDE: ${file(../../../outside.yml):a}
      CODE: ${file(./it.js):a}
      KEY: '{{resolve:ssm:/k}}'
""",
    "functions/jobs.yml": "jobs: {handler: jobs.run, timeout: '${self:custom.nothing, 300}'}\n",
}
MODULES: dict[str, str | bytes] = {
    "infra/main.tf": """\
locals { common = { STAGE = "prod" } }
module "api" {
  source    = "./modules/function"
  name      = "${var.prefix}-api"
  folder    = "${path.module}/../code"
  memory    = var.memory
  variables = merge(local.common, {
    # where it is kept
    TABLE    = aws_dynamodb_table.t.name
    PASSWORD = var.password
    KIND     = "api"
    PREFIX   = var.prefix
    WORD     = "%{ if var.x }a%{ endif }"
  })
}
""",
    "infra/variables.tf": """\
variable "prefix" {}\r
variable "memory" {\r
  default = 128\r
}\r
variable "password" {\r
  sensitive = true\r
  default   = "hunter2"\r
}\r
""",
    "infra/terraform.tfvars": 'prefix = "shop"\nmemory = 768\n',
    "infra/modules/function/main.tf": """\
variable "name" {}
variable "folder" {}
variable "memory" {}
variable "variables" {}
data "archive_file" "zip" { source_dir = var.folder }
resource "aws_lambda_function" "this" {
  function_name = var.name
  handler       = "main.handler"
  runtime       = "python3.13"
  memory_size   = var.memory
  filename      = data.archive_file.zip.output_path
  dynamic "environment" {
    for_each = [1]
    content { variables = var.variables }
  }
}
""",
}
EACH = """\
locals {
  functions = {
    web  = { handler = "main.handler", timeout = 9 }
    jobs = { handler = "jobs.run", timeout = 300 }
  }
}
resource "aws_lambda_function" "each" {
  for_each = local.functions
  function_name = "shop-${each.key}"
  handler = each.value.handler
  timeout = each.value.timeout
  runtime = "python3.12"
}
"""
DEV = """\
resource "aws_lambda_function" "web" {
  function_name = "shop"
  handler = "main.handler"
  runtime = "python3.13"
"""
