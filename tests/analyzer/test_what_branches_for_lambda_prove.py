"""Which branches for Lambda are errors: those by which a service provably fails, is open or lacks something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.analyzer.public_shapes import WEB, seen

if TYPE_CHECKING:
    from pathlib import Path

ON = "import os\nIS_LAMBDA = 'AWS_LAMBDA_FUNCTION_NAME' in os.environ\n"


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        # folders, pools and settings, of which the other side is right for a service as it is
        ("ROOT = '/tmp' if IS_LAMBDA else 'data'\n", "warn"),
        ("if IS_LAMBDA:\n    pool = None\nelse:\n    pool = 5\n", "warn"),
        ("if IS_LAMBDA:\n    settings.root = '/tmp/data'\n", "warn"),
        ("if not IS_LAMBDA:\n    app.mount('/static', files)\n", "warn"),
        ("if IS_LAMBDA:\n    Process.set_default(1)\n", "warn"),
        # what is made ready, fetched or set on Lambda alone
        ("if IS_LAMBDA:\n    load_secrets()\n", "error"),
        ("def ready():\n    if not IS_LAMBDA:\n        return\n    settings.url = made(1)\n", "error"),
        ("if IS_LAMBDA:\n    app.add_middleware(Guard)\n", "error"),
        ("if IS_LAMBDA:\n    key = get_secret('key')\nelse:\n    key = os.environ['KEY']\n", "error"),
        ("if IS_LAMBDA:\n    table = name()\nprint(table)\n", "error"),
        ("if IS_LAMBDA:\n    os.environ['S'] = 'app.production'\nelse:\n    os.environ['S'] = 'app'\n", "error"),
        # who is refused on one side alone, and a setting that is asked for where it has to be
        ("def who():\n    if IS_LAMBDA:\n        raise HTTPException(401)\n    return 'developer'\n", "error"),
        ("def who():\n    if IS_LAMBDA:\n        return error('no key', 503)\n    return None\n", "error"),
        ("def key():\n    if IS_LAMBDA:\n        raise ValueError('KEY')\n    return 'x'\n", "warn"),
        ("if not IS_LAMBDA:\n    raise RuntimeError('on Lambda only')\n", "error"),
        # the machine of a developer, also where it is looked for first
        ("URL = os.environ['URL'] if IS_LAMBDA else 'http://localhost:4566'\n", "error"),
        ("TABLE = 'orders' if IS_LAMBDA else 'orders-test'\n", "error"),
        ("if not IS_LAMBDA:\n    session = Session(profile_name='me')\n", "error"),
        (
            (
                "def session():\n    if IS_LAMBDA:\n        return Session()\n"
                "    if 'me' in Session().available_profiles:\n        return Session(profile_name='me')\n"
                "    return Session()\n"
            ),
            "warn",
        ),
        # names that do not say which side is Lambda
        ("def odd():\n    return os.getenv('X') and not IS_LAMBDA\nif odd():\n    load_jobs()\n", "warn"),
    ],
)
def test_a_branch_for_lambda_is_an_error_where_something_follows_from_it(
    code: str, severity: str, tmp_path: Path
) -> None:
    told = seen(tmp_path, {"main.py": f"{WEB}{ON}{code}handler = Mangum(app)\n"})

    assert {each[0] for each in told if each[1] == "LM204"} == {severity}


@pytest.mark.parametrize(
    ("code", "rule", "severity"),
    [
        # keys that have to be there, that are asked for, and that are given to a session
        ("import os\nKEY = os.environ['AWS_ACCESS_KEY_ID']\n", "LM205", "error"),
        ("import os\nclass Config:\n    key = os.getenv('AWS_ACCESS_KEY_ID')\n", "LM205", "warn"),
        (
            "import boto3\nkept = boto3.Session(aws_access_key_id='a').get_credentials()\nKEY = kept.access_key\n",
            "LM205",
            "warn",
        ),
        # folders that are needed, asked for first, or one of several
        ("MODEL = '/var/task/model'\n", "LM402", "error"),
        ("import os\nMODEL = os.environ.get('MODEL', '/var/task/model')\n", "LM402", "warn"),
        ("import os\nif os.path.exists('/opt/chrome'):\n    start('/opt/chrome')\n", "LM402", "warn"),
        ("import os\nos.environ['PATH'] = '/opt/bin:' + os.environ['PATH']\n", "LM402", "warn"),
        ("import sys\nsys.path.insert(0, '/opt')\n", "LM402", "warn"),
        # signed identities, and code that checks the signature
        ("def who(request):\n    return request.headers['x-amzn-oidc-data']\n", "LM104", "error"),
        ("def who(request):\n    return jwt.decode(request.headers['x-amzn-oidc-data'], KEY)\n", "LM104", "warn"),
        ("def who(request):\n    return jwt.decode(request.headers['x-amzn-oidc-identity'], KEY)\n", "LM104", "error"),
    ],
)
def test_what_is_missing_or_open_off_lambda_is_an_error(code: str, rule: str, severity: str, tmp_path: Path) -> None:
    told = seen(tmp_path, {"main.py": f"{WEB}{code}handler = Mangum(app)\n"})

    assert {each[0] for each in told if each[1] == rule} == {severity}


def test_origins_that_the_application_answers_itself_are_a_warning(tmp_path: Path) -> None:
    code = (
        "asgi = Mangum(app)\ndef handler(event, context):\n    answer = asgi(event, context)\n"
        "    answer['headers']['Access-Control-Allow-Origin'] = '*'\n    return answer\n"
    )
    answers = {"plain": "", "answers": "app.add_middleware(CORSMiddleware)\n"}

    told = {name: seen(tmp_path / name, {"main.py": f"{WEB}{more}{code}"}) for name, more in answers.items()}

    assert {name: [each[0] for each in found if each[1] == "LM012"] for name, found in told.items()} == {
        "plain": ["error"],
        "answers": ["warn"],
    }


def test_a_handler_under_a_second_name_is_looked_at(tmp_path: Path) -> None:
    code = (
        "asgi = Mangum(app)\ndef serve(event, context):\n    event['path'] = event['path'][4:]\n"
        "    return asgi(event, context)\nhandler = serve\n"
    )

    told = seen(tmp_path, {"main.py": WEB + code})

    assert [each[:2] for each in told if each[1] == "LM012"] == [("error", "LM012")]
