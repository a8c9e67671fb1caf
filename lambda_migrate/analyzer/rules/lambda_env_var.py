"""Finds reads of environment variables that only Lambda sets.

## Why it breaks
`AWS_LAMBDA_FUNCTION_NAME`, `LAMBDA_TASK_ROOT`, `_HANDLER` and their kind do not exist on a service: a `KeyError` at
best, otherwise an empty name in a log line, a metric or a path.

## Instead
Read a setting of your own, and give it a value in the service's configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import LAMBDA_VARIABLE, LAMBDA_WORDS, settings_fields, strings_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM202"
SEVERITY = Severity.WARN
HINT = "read a setting of your own instead, and set it in the service's configuration"

VALID = (
    "import os\nNAME = os.environ['SERVICE_NAME']\n",
    "ERROR = 'AWS_LAMBDA_FUNCTION_NAME is not set'\n",
    "import os\nos.environ['AWS_LAMBDA_FUNCTION_NAME'] = 'local'\nKIND = 'AWS_LAMBDA_FUNCTION'\n",
)
INVALID = (
    "import os\nNAME = os.environ['AWS_LAMBDA_FUNCTION_NAME']\n",
    "from os import getenv as read\nROOT = read('LAMBDA_TASK_ROOT', '.')\n",
    "import os\nTRACED = '_X_AMZN_TRACE_ID' in os.environ\n",
    "from decouple import config\nENGINE = config('AWS_EXECUTION_ENV', default='')\n",
    (
        "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n"
        "    aws_lambda_function_name: str = ''\n"
    ),
    (
        "from pydantic_settings import BaseSettings, SettingsConfigDict\nclass Settings(BaseSettings):\n"
        "    model_config = SettingsConfigDict(env_prefix='aws_lambda_')\n    function_name: str = ''\n"
    ),
)
KNOWN_MISSES = (
    "import os\nKIND = 'FUNCTION_NAME'\nNAME = os.environ[f'AWS_LAMBDA_{KIND}']\n",
    # The settings class has its prefix from another one.
    ("from shared import Prefixed\nclass Settings(Prefixed):\n    function_name: str = ''\n"),
)


def check(module: Module) -> Iterator[Fact]:
    """Report the names of these variables, however they are read."""
    read = [(node, match[0]) for node, _, match in strings_read(module, LAMBDA_VARIABLE, *LAMBDA_WORDS)]
    for node, name in (*read, *settings_fields(module, LAMBDA_VARIABLE)):
        yield module.fact(node, f"only Lambda sets `{name}`")
