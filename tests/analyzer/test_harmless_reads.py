"""What only looks like Lambda's: read with another way to it, told to the log alone, or right on a service as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.analyzer.public_shapes import WEB, seen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("code", "found"),
    [
        # a part of the event that a request tells as well
        (
            (
                "def host(request):\n    try:\n        return request.scope['aws.event']['domainName']\n"
                "    except KeyError:\n        return request.headers['host']\n"
            ),
            [("warn", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        (
            (
                "def number(request):\n    if 'aws.context' in request.scope:\n"
                "        return request.scope['aws.context'].aws_request_id\n    return 'x'\n"
            ),
            [
                ("warn", "LM101", "`aws.context` is put into the scope by the Lambda adapter only"),
                ("info", "LM201", "`aws_request_id` describes a Lambda invocation"),
                ("warn", "LM101", "`aws.context` is put into the scope by the Lambda adapter only"),
            ],
        ),
        # an event of which only the log is told, one that is also used, and one that something is done with
        (
            (
                "def told(request, log):\n    about = request.scope.get('aws.event') or {}\n"
                "    who = about.get('requestContext', {}).get('authorizer') or {}\n    log.info(who.get('sub'))\n"
            ),
            [
                ("warn", "LM101", "`aws.event` is put into the scope by the Lambda adapter only"),
                ("warn", "LM102", "the identity comes from API Gateway's authorizer"),
            ],
        ),
        (
            (
                "def used(request, log):\n    about = request.scope.get('aws.event') or {}\n    log.info(about)\n"
                "    return about.get('stage')\n"
            ),
            [("warn", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        (
            "def saved(request, log):\n    about = save(request.scope.get('aws.event'))\n    log.info(about)\n",
            [("warn", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        # who asks, and a part without which the request fails
        (
            "def who(request):\n    return user_of(request.scope.get('aws.event'))\n",
            [("error", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        (
            "def part(request):\n    return request.scope['aws.event']['stageVariables']\n",
            [("error", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        # a level of the log that only Lambda has
        (
            (
                "import logging, os\ndef level():\n    if os.getenv('AWS_LAMBDA_FUNCTION_NAME'):\n"
                "        return logging.INFO\n    return logging.DEBUG\n"
            ),
            [("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`")],
        ),
        # a variable that is asked for, or has a default
        (
            "import os\nKEYS = 1 if os.getenv('AWS_ACCESS_KEY_ID') else 2\n",
            [("warn", "LM205", "nothing sets `AWS_ACCESS_KEY_ID` on a service; a role's credentials come another way")],
        ),
        # a function that is invoked without waiting, perhaps another one
        (
            "def later(client):\n    client.invoke(FunctionName='billing', InvocationType='Event')\n",
            [("warn", "LM502", "invokes a function without waiting: is it this one?")],
        ),
        # folders and headers that are only written to the log, and folders of which one is used
        (
            "import os\nprint(os.listdir('/var/task'))\nFOLDERS = ['/opt/tool', '/usr/local']\n",
            [
                ("info", "LM701", "`print` has no level and no request id"),
                ("warn", "LM402", "`/var/task` is part of the Lambda file system only"),
                ("warn", "LM402", "`/opt` is part of the Lambda file system only"),
            ],
        ),
        (
            "def show(request, log):\n    log.debug(request.headers.get('x-amzn-oidc-identity'))\n",
            [
                (
                    "warn",
                    "LM104",
                    "header `x-amzn-oidc-identity` is trustworthy only behind the gateway that writes it",
                )
            ],
        ),
        # variables that are only checked
        (
            "import os\nfor name in ('AWS_ACCESS_KEY_ID', 'KEY'):\n    os.getenv(name)\n",
            [("warn", "LM205", "nothing sets `AWS_ACCESS_KEY_ID` on a service; a role's credentials come another way")],
        ),
        # a loop of a plain function, which works in a thread, and one where a loop runs already
        (
            "import asyncio\ndef read():\n    asyncio.run(work())\nasync def wait():\n    asyncio.run(work())\n",
            [
                ("warn", "LM309", "`asyncio.run` runs an event loop of its own"),
                ("error", "LM309", "`asyncio.run` runs an event loop of its own"),
            ],
        ),
        # a cache that is filled when first asked
        (
            "kept = None\ndef client():\n    global kept\n    if kept is None:\n        kept = object()\n",
            [("info", "LM301", "fills `kept` when first asked: two requests at once may both do it")],
        ),
        # a place that only the log is told, a log that only laptops have, and a loop for code that a server runs
        (
            "import os\nlog.info('%s', 'there' if os.getenv('AWS_LAMBDA_FUNCTION_NAME') else 'here')\n",
            [("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`")],
        ),
        (
            "import math, os\nmath.log(2 if os.getenv('AWS_LAMBDA_FUNCTION_NAME') else 3)\n",
            [
                ("warn", "LM204", "`os.getenv('AWS_LAMBDA_FUNCTION_NAME')` asks whether this is Lambda"),
                ("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`"),
            ],
        ),
        (
            (
                "import os\nif 'AWS_LAMBDA_FUNCTION_NAME' not in os.environ:\n    try:\n        setup_own_log()\n"
                "    except ImportError:\n        pass\n"
            ),
            [("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`")],
        ),
        (
            (
                "import os\nif 'AWS_EXECUTION_ENV' in os.environ:\n    loop = sure_event_loop()\n"
                "    loop.run_until_complete(app.router.startup())\n"
            ),
            [
                ("warn", "LM202", "only Lambda sets `AWS_EXECUTION_ENV`"),
                (
                    "info",
                    "LM309",
                    "`loop.run_until_complete` runs an event loop of its own at import, before that of the service",
                ),
            ],
        ),
        # signing keys that are fetched once
        (
            "import httpx\nkeys = 0\ndef load():\n    global keys\n    a = httpx.get('//x')\n    keys = a.json()\n",
            [
                ("warn", "LM301", "assigns `keys` for all requests of the process"),
                ("warn", "LM313", "`httpx.get` fetches once, and what it returns is kept for the life of the process"),
            ],
        ),
    ],
)
def test_what_may_be_harmless_is_told_from_what_is_lost(
    code: str, found: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    handler = "handler = Mangum(app)\n"
    more = {"requirements.txt": "fastapi\nmangum\nhttpx\n"}

    told = seen(tmp_path, {"main.py": WEB + code + handler, **more})

    assert told == found
