"""Templates: every combination renders to files that their own tools accept, and the wheel carries them."""

from __future__ import annotations

import ast
import itertools
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lambda_migrate.analyzer import AcceptedRule
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import FunctionFacts, Options, Survey, from_zip, render, service_wheel, survey, templates
from tests.scaffold import empty_environment
from tests.scaffold.packages import FACTS, MAIN, zipped

if TYPE_CHECKING:
    from lambda_migrate.scaffold.templates import Rendered

PROJECT = Path(__file__).parents[2]
TARGETS = ("url", "process", "elastic-beanstalk", "ecs")
ODD = FunctionFacts(
    'odd_"name"-' + "x" * 40,
    runtime="python3.13",
    handler="main.handler",
    timeout=0.5,
    architecture="arm64",
    environment={"QUOTES": 'it\'s "quoted" \\ here', "API_TOKEN": "x", "EMPTY": "", "HASH": "# no comment", "Ünï": "ö"},
    role="arn:aws:iam::123456789012:role/odd",
    policies={"AWSLambdaBasicExecutionRole": None, "own": {}},
    vpc={"SubnetIds": ["subnet-1"], "SecurityGroupIds": []},
    peak_concurrency=7,
    code_sha256="x",
)
BARE = FunctionFacts("bare")
FULL = replace(FACTS, environment={"TABLE": "orders"}, reserved_concurrency=3)


def rendered(facts: FunctionFacts, target: str, *, baseline: bool, code: str = MAIN) -> dict[str, Rendered]:
    options = Options(Path("unused"), target=target, baseline=baseline)
    source = from_zip(zipped({"main.py": code, "pkg/bad name.py": "x = 1\n", "old.py": "print 'two'\n"}))
    return render(survey(source, facts, options), facts, options)


@pytest.mark.parametrize(
    ("facts", "target", "baseline"),
    [
        pytest.param(facts, target, baseline, id=f"{label}-{target}-{'measured' if baseline else 'unmeasured'}")
        for (label, facts), target, baseline in itertools.product(
            {"odd": ODD, "bare": BARE, "full": FULL}.items(), TARGETS, (True, False)
        )
    ],
)
def test_every_combination_is_well_formed(facts: FunctionFacts, target: str, *, baseline: bool) -> None:
    files = rendered(facts, target, baseline=baseline, code=MAIN.replace("(app)", '(app, lifespan="off")'))
    for path, file in files.items():
        if path.startswith("src/") or path.endswith(".whl"):
            continue
        text = file.content.decode()
        assert "{{" not in text.replace("${{", ""), path
        assert "{%" not in text, path
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        if path.endswith(".py"):
            ast.parse(text, feature_version=(3, 9))
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith((".yml", ".yaml", ".config")):
            assert isinstance(yaml.safe_load(text), dict), path
    assert set(files) >= {"Procfile", "Dockerfile", "compose.yaml", "MIGRATION.md", "buildspec.yml", ".gitignore"}
    assert (".platform/nginx/conf.d/service.conf" in files) is (target == "elastic-beanstalk")
    assert "import main" not in files["Dockerfile"].content.decode()


@pytest.mark.parametrize("facts", [ODD, BARE, FULL], ids=["odd", "bare", "full"])
def test_the_image_is_built_in_two_stages_and_stops_on_sigterm_as_somebody_without_rights(facts: FunctionFacts) -> None:
    files = rendered(facts, "ecs", baseline=False)
    lines = files["Dockerfile"].content.decode().replace("\\\n", " ").splitlines()
    told = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    words = [word for word, _, _ in told]
    last = {word: rest for word, _, rest in told}
    version = facts.python or "3.12"

    assert set(words) <= {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "CMD"}
    assert [rest for word, _, rest in told if word == "FROM"] == [
        f"public.ecr.aws/docker/library/python:{version}-slim AS build",
        f"public.ecr.aws/docker/library/python:{version}-slim",
    ]
    assert json.loads(last["CMD"]) == ["python", "-m", "service"]
    assert (last["USER"], last["STOPSIGNAL"]) == ("service", "SIGTERM")
    assert words.index("USER") > words.index("RUN")
    copied = [rest.split()[-2] for word, _, rest in told if word == "COPY" and not rest.startswith("--from")]
    assert {
        each for each in copied if each not in files and not any(path.startswith(f"{each}/") for path in files)
    } == set()
    compose = yaml.safe_load(files["compose.yaml"].content)["services"]["service"]
    assert compose["ports"] == ["127.0.0.1:8000:8000"]
    assert int(compose["stop_grace_period"].removesuffix("s")) > min(facts.timeout, 119)


def test_odd_names_and_values_arrive_as_they_are() -> None:
    files = rendered(ODD, "url", baseline=False)
    space: dict[str, Any] = {"__name__": "service.settings", "__file__": "/repository/service/settings.py"}
    exec(compile(files["service/settings.py"].content, "settings.py", "exec"), space)  # noqa: S102  # our own rendering
    assert space["FUNCTION"].name == ODD.name
    assert space["REQUIRED"] == ("API_TOKEN", "EMPTY", "HASH", "QUOTES", "Ünï")
    assert space["SECRETS"] == ("API_TOKEN", "LAMBDA_MIGRATE_DOOR_KEY")
    defaults = files["environment.defaults"].content.decode().splitlines()
    assert {'QUOTES=it\'s "quoted" \\ here', "EMPTY=", "HASH=# no comment", "Ünï=ö"} <= set(defaults)


PARTS = {"api-destination": "ApiDestination", "sns": "Sns", "sqs": "Polling"}


@pytest.mark.parametrize("wanted", [(), ("sqs",), ("sns",), ("api-destination",), tuple(PARTS)])
def test_only_what_the_function_uses_is_wired(wanted: tuple[str, ...]) -> None:
    files = rendered(replace(FULL, parts=frozenset(wanted)), "url", baseline=False)
    composed = files["service/main.py"].content.decode()
    tested = files["tests/test_service.py"].content.decode()
    assert {part for part, name in PARTS.items() if f"{name}.read(" in composed} == set(wanted)
    marks = {"api-destination": "x-lambda-migrate-api-key", "sns": "SNS_TOPICS", "sqs": "CONSUME_QUEUES"}
    assert {part for part, mark in marks.items() if mark in tested} == set(wanted)
    assert ("LAMBDA_MIGRATE_API_KEY" in files["service/settings.py"].content.decode()) is ("api-destination" in wanted)
    assert ("cryptography" in files["requirements.txt"].content.decode()) is ("sns" in wanted)


def test_what_is_generated_for_http_alone_is_at_most_200_lines() -> None:
    files = rendered(BARE, "url", baseline=False)
    ours = {path: file.content for path, file in files.items() if path.startswith(("service/", "tests/"))}
    assert sum(content.count(b"\n") for content in ours.values()) <= 200


def test_every_combination_passes_the_linter(tmp_path: Path) -> None:
    for facts, target in itertools.product((ODD, BARE, FULL), TARGETS):
        folder = tmp_path / target / facts.name.replace('"', "")
        for path, file in rendered(facts, target, baseline=True).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(file.content)
        for command in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
            ruff = [str(Path(sys.executable).parent / "ruff"), *command, "."]
            ran = subprocess.run(ruff, cwd=folder, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, ran.stdout


def test_a_value_that_a_template_needs_and_nobody_gave_is_an_error() -> None:
    with pytest.raises(Exception, match="undefined"):
        templates.render("service", {})


def test_what_the_plan_says_is_found_again_in_the_notes() -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    code = f'{MAIN}import os, requests\nos.environ["TABLE"]\nKEY = "{key}"\n'
    notes = rendered(ODD, "url", baseline=True, code=code)["MIGRATION.md"].content.decode()
    for words in (
        "- [ ] nothing provides `requests`; add its package",
        "- [ ] `src/main.py:8` holds what looks like an AWS access key",
        f"- [ ] store `API_TOKEN` as `secretsmanager:{ODD.name}/API_TOKEN`",
        "| `TABLE` | not set, read by the code, which fails without it | not set |",
        "at most 7 at once were seen",
        "- [ ] `own`",
        "- `src/old.py`: it does not parse as Python 3.13",
    ):
        assert words in notes
    assert key not in notes
    assert "AWSLambdaBasicExecutionRole`" not in notes


def test_findings_that_somebody_accepted_stay_in_the_notes_with_the_reason() -> None:
    code = f"{MAIN}OLD = '/tmp/old'\nNEW = '/tmp/new'  # lambda-migrate: allow LM401 - one worker only\n"
    files = {"main.py": code, "other.py": "DATA = open('/tmp/data')\n"}
    options = Options(
        Path("unused"), baseline=False, accepted=(AcceptedRule("tmp-path", "a disk of its own", "main.py"),)
    )
    found = survey(from_zip(zipped(files)), FACTS, options)
    notes = render(found, FACTS, options)["MIGRATION.md"].content.decode()

    listed = notes.partition("### Accepted\n\n")[2].partition("\n\n")[0].splitlines()
    assert [line.partition(" LM401 ")[0] for line in listed] == ["- `src/main.py:6`", "- `src/main.py:7`"]
    assert listed[0].endswith(": a disk of its own (migration.yaml)")
    assert listed[1].endswith(": one worker only (main.py:7)")
    assert "LM401" not in notes.partition("### Accepted")[0]


def test_every_interpreter_at_hand_reads_the_service_library() -> None:
    library = str(PROJECT / "service_library" / "lambda_migrate_service")
    for file in Path(library).rglob("*.py"):
        ast.parse(file.read_bytes(), str(file), feature_version=(3, 9))
    script = (
        "import ast, pathlib, sys\n"
        "for file in pathlib.Path(sys.argv[1]).rglob('*.py'):\n"
        "    compile(file.read_bytes(), str(file), 'exec')\n"
        "sys.path.insert(0, str(pathlib.Path(sys.argv[1]).parent))\n"
        "from lambda_migrate_service import consumer, dispatch, lifespan, lifted, limits, logs, proxy, service\n"
        "from lambda_migrate_service import testing\n"
    )
    found = 0
    for version in ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14"):
        python = shutil.which(f"python{version}")
        asked = python and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
        if python and asked:
            ran = subprocess.run([python, "-B", "-c", script, library], capture_output=True, text=True, check=False)
            assert ran.returncode == 0, f"Python {version}: {ran.stderr}"
            found += 1
    assert found


@pytest.fixture(scope="module")
def wheel_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is published."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(wheel_file: Path) -> Path:
    """The package as it is installed: the wheel, unpacked."""
    with zipfile.ZipFile(wheel_file) as archive:
        archive.extractall(wheel_file.parent / "site")
    return wheel_file.parent / "site"


def test_the_wheel_carries_every_template(wheel: Path) -> None:
    def listed(folder: Path) -> set[str]:
        return {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    assert listed(wheel / "lambda_migrate" / "_templates") == listed(PROJECT / "templates")


def test_what_is_installed_renders_the_same_repository(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.py").write_text(MAIN)
    script = (
        "import hashlib, json, pathlib, sys\n"
        "from lambda_migrate import scaffold\n"
        "assert str(pathlib.Path(scaffold.__file__)).startswith(sys.argv[1]), scaffold.__file__\n"
        "facts = scaffold.FunctionFacts('orders', runtime='python3.12', handler='main.handler')\n"
        "options = scaffold.Options(pathlib.Path('unused'), target='elastic-beanstalk', baseline=False)\n"
        "source = scaffold.from_directory(pathlib.Path(sys.argv[2]))\n"
        "files = scaffold.render(scaffold.survey(source, facts, options), facts, options)\n"
        "print(json.dumps({path: hashlib.sha256(file.content).hexdigest() for path, file in files.items()}))\n"
    )

    def made(site: Path) -> Any:
        command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(site)!r})\n{script}", str(site)]
        ran = subprocess.run(
            [*command, str(tmp_path / "code")], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    assert made(wheel) == made(PROJECT)


def test_installed_in_an_empty_environment_it_writes_the_same_repository(wheel_file: Path, tmp_path: Path) -> None:
    programs = empty_environment.install(wheel_file, tmp_path / "environment")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.py").write_text(MAIN)
    words = ["init", "orders", "--source", "code", "--offline", "--no-git", "--yes", "--json"]
    environ = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}

    def written(command: list[str], folder: str) -> dict[str, bytes]:
        options = ["--config", f"{folder}.yaml", "--directory", folder]
        ran = subprocess.run(
            [*command, *words, *options], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return {
            path.relative_to(tmp_path / folder).as_posix(): path.read_bytes()
            for path in (tmp_path / folder).rglob("*")
            if path.is_file()
        }

    installed = written([str(programs / "lambda-migrate")], "installed")
    assert {"Procfile", "src/main.py", service_wheel.build().path} <= installed.keys()
    assert installed == written([sys.executable, "-m", "lambda_migrate"], "ours")
    demo = subprocess.run(
        [str(programs / "lambda-migrate"), "demo"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (demo.returncode, demo.stderr) == (
        2,
        (
            "error: the sandbox is not installed\n\n"
            "hint: in a checkout of lambda-migrate, with this Python: `python -m pip install '.[sandbox]'`\n"
        ),
    )


def test_an_installation_without_templates_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(templates, "PACKAGE", tmp_path / "nowhere")
    with pytest.raises(MigrateError, match="the templates are missing"):
        templates.folder()


def test_the_survey_is_a_value() -> None:
    source = from_zip(zipped({"main.py": MAIN}))
    options = Options(Path("unused"))
    first, second = survey(source, FACTS, options), survey(source, FACTS, options)
    assert isinstance(first, Survey)
    assert replace(first, analysis=second.analysis) == second
