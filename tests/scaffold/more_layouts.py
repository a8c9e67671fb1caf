"""Layouts seen in public after the first twelve: files that name files, modules, stages, workspaces, links."""

from __future__ import annotations

from tests.scaffold.layouts import ADAPTED, REQUIRED, WEB, Layout, web

USES_COMMON = "from shop_common.names import NAME\n" + WEB + ADAPTED

MORE = {
    "serverless-files": Layout(
        {
            "serverless.yml": "service: ${file(./common.yml):service}\nprovider:\n  name: aws\n  stage: prod\n"
            "  runtime: python3.12\n  environment: ${file(config/${self:provider.stage}.json)}\n"
            "functions:\n  - ${file(functions/shop.yml):functions}\n  - ${file(functions/other.yml)}\n",
            "common.yml": "service: store\n",
            "config/prod.json": '{"LEVEL": "info"}',
            "functions/shop.yml": "functions:\n  shop:\n    module: services/shop\n    handler: main.handler\n"
            "    timeout: ${self:custom.seconds, 20}\n",
            "functions/other.yml": "other: {module: services/other, handler: main.handler}\n",
            "services/shop/main.py": web("serverless-files"),
            "services/shop/requirements.txt": REQUIRED.replace("\n", "\r\n"),
            "services/other/main.py": web("other"),
        },
        code="services/shop",
        handler="main.handler",
        app="main:app",
        python=("3.12", "../../serverless.yml"),
        lifted=frozenset({"main.py"}),
        variables={"LEVEL": "value"},
        limits=(20.0, 1024),
    ),
    "terraform-module": Layout(
        {
            "infra/main.tf": """\
module "shop" {
  source = "./modules/function"
  name   = "shop"
  memory = var.memory
  folder = "${path.module}/../src/lambdas"
  given  = merge(local.all, { TABLE = aws_dynamodb_table.t.name })
}
locals { all = { STAGE = "prod" } }
variable "memory" { default = 128 }
""",
            "infra/terraform.tfvars": "memory = 768\n",
            "infra/modules/function/main.tf": """\
variable "name" {}
variable "memory" {}
variable "folder" {}
variable "given" {}
data "archive_file" "zip" { source_dir = var.folder }
resource "aws_lambda_function" "this" {
  function_name = var.name
  handler       = "api/main.handler"
  runtime       = "python3.13"
  timeout       = 20
  memory_size   = var.memory
  filename      = data.archive_file.zip.output_path
  environment { variables = var.given }
}
""",
            "src/lambdas/api/main.py": web("terraform-module"),
            "requirements.txt": REQUIRED,
        },
        code="src/lambdas/api",
        handler="api/main.handler",
        app="api.main:app",
        python=("3.13", "../../../infra/main.tf:1"),
        lifted=frozenset({"api/main.py"}),
        variables={"STAGE": "value", "TABLE": "unset"},
        limits=(20.0, 768),
    ),
    "image-stages": Layout(
        {
            "Dockerfile": """\
ARG PYTHON=3.13
FROM public.ecr.aws/lambda/python:${PYTHON} AS base
ENV LEVEL=info PATH="/opt/venv/bin:$PATH"
COPY requirements ./requirements
RUN dnf install -y libpq && pip install --no-cache-dir -r requirements/base.txt "httpx==0.28.1" -t .
FROM base AS final
COPY app/ ${LAMBDA_TASK_ROOT}/app/
CMD ["app.main.handler"]
""",
            "requirements/base.txt": REQUIRED,
            "requirements/dev.txt": "pytest==7.0.0\n",
            "app/__init__.py": "",
            "app/main.py": f"import httpx\n{web('image-stages')}",
        },
        handler="app.main.handler",
        app="app.main:app",
        python=("3.13", "Dockerfile"),
        lifted=frozenset({"app/__init__.py", "app/main.py"}),
        requires=frozenset({"fastapi==0.165.0", "mangum==0.22.0", "httpx==0.28.1"}),
        variables={"LEVEL": "value"},
    ),
    "uv-workspace": Layout(
        {
            "pyproject.toml": "[tool.uv.workspace]\nmembers=['packages/*','services/*']\n"
            "[tool.uv.sources]\nshop-common={workspace=true}\n",
            "services/shop/pyproject.toml": "[project]\nname='shop'\nversion='1'\nrequires-python='==3.12.*'\n"
            "dependencies=['fastapi==0.165.0','mangum==0.22.0','shop-common']\n",
            "services/shop/main.py": USES_COMMON,
            "packages/common/pyproject.toml": "[project]\nname='shop-common'\nversion='1'\n",
            "packages/common/src/shop_common/__init__.py": "",
            "packages/common/src/shop_common/names.py": "NAME = 'uv-workspace'\n",
        },
        code="services/shop",
        handler="main.handler",
        app="main:app",
        python=("3.12", "pyproject.toml:4"),
        lifted=frozenset({"main.py", "shop_common/__init__.py", "shop_common/names.py"}),
    ),
    "linked": Layout(
        {
            "functions/shop/main.py": USES_COMMON,
            "functions/shop/requirements.txt": f"-r ../../requirements.txt\n{REQUIRED.splitlines()[1]}\n",
            "requirements.txt": f"{REQUIRED.splitlines()[0]}\n",
            "shared/shop_common/__init__.py": "",
            "shared/shop_common/names.py": "NAME = 'linked'\n",
        },
        code="functions/shop",
        handler="main.handler",
        app="main:app",
        python=("3.12", "assumed"),
        lifted=frozenset({"main.py", "shop_common/__init__.py", "shop_common/names.py"}),
        links={"functions/shop/shop_common": "../../shared/shop_common"},
    ),
}
