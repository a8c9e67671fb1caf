"""Finds processes, network and DNS at import: work that the service cannot start without.

## Why it breaks
Lambda imports the code once for each environment, in a start that nobody waits for. A service imports it in every
worker before it can answer its health check: a daemon is started several times, and while the other system is down, or
slow, no worker starts at all, so that a deployment fails and a restart does not help.

## Instead
Do it in the application's lifespan with a time limit, or when it is first needed. Start daemons beside the service, not
in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM604"
SEVERITY = Severity.WARN
HINT = "do it when it is first needed, or in the lifespan with a time limit; start daemons beside the service"

VALID = (
    "import subprocess\ndef version():\n    return subprocess.run(['git', 'rev-parse'])\n",
    "import boto3\nclient = boto3.client('s3')\n",
    "import os\nos.environ['A'] = 'b'\n",
    "import socket\nname = socket.gethostname()\n",
)
INVALID = (
    "import subprocess\nsubprocess.Popen(['/opt/daemon'])\n",
    "import os\nos.system('ldconfig')\n",
    "import socket\nADDRESS = socket.gethostbyname('db.internal')\n",
    "import boto3\nbedrock = boto3.client('bedrock')\nMODELS = bedrock.list_foundation_models()\n",
    "import boto3\ntable = boto3.resource('dynamodb').Table('t')\ntable.load()\n",
    "import subprocess\ndef start():\n    subprocess.Popen(['/opt/daemon'])\nstart()\n",
)
KNOWN_MISSES = ("from daemon import start\nstart()\n",)
WORK = re.compile(
    r"^(subprocess\.(run|Popen|call|check_call|check_output)|os\.(system|popen|fork|spawn\w+)"
    r"|socket\.(gethostbyname|gethostbyname_ex|getaddrinfo|create_connection)"
    r"|boto3\.((session\.)?Session\(\)\.)?(client|resource)\(\)(\.[A-Z]\w*\(\))*"
    r"\.(list|describe|put|update|delete|create|assume|query|scan|invoke|send|publish|load|head|download)\w*)$"
)
WORDS = (b"subprocess", b"os.", b"socket", b"boto3", b"from os")


def check(module: Module) -> Iterator[Fact]:
    """Report such calls at import, and calls at import of the module's own functions that make them."""
    if not module.mentions(*WORDS):
        return
    inside: dict[str, str] = {}
    for call, scope in module.all_calls():
        resolved = module.resolved(call, scope)
        if not WORK.match(resolved):
            continue
        if scope.at_import:
            yield module.fact(call, f"`{module.snippet(call.func)}` is called at import, before any worker can answer")
        else:
            around = scope.enclosing("function", "async")
            name = str(getattr(around.node, "name", "")) if around is not None and around.parent is module.root else ""
            inside.setdefault(name, module.snippet(call.func))
    for name in inside.keys() - {""}:
        for call, scope in module.calls(name):
            if scope.at_import and module.resolved(call, scope) == f"{module.name}.{name}":
                said = f"`{name}` is called at import, and with it `{inside[name]}`, before any worker can answer"
                yield module.fact(call, said)
