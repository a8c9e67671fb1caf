"""A project of each layout seen in public is lifted, checked green and started, without AWS and without a network."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.scaffold import FunctionFacts, Options, Survey, plan, survey, write
from lambda_migrate.workflow import declared_function
from tests.scaffold.layouts import LAYOUTS as FIRST
from tests.scaffold.layouts import Layout
from tests.scaffold.lifted import PROJECT, run
from tests.scaffold.more_layouts import MORE

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.scaffold import Source


LAYOUTS = {**FIRST, **MORE}


def lifted(layout: Layout, project: Path, repository: Path) -> tuple[Survey, FunctionFacts]:
    """Write the project and its repository, as `init --offline` does."""
    for name, text in {".git/HEAD": "", **layout.files}.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name, target in layout.links.items():
        (project / name).symlink_to(target)
    described = declared_function.described(project / layout.code, layout.function)
    source: Source = declared_function.source(described)
    facts = declared_function.facts(layout.function, described.deployment)
    requirements = tuple(described.deployment.value("requirements") or ())
    installs = tuple(described.deployment.value("installs") or ())
    options = Options(repository, root=described.root, requirements=requirements, installs=installs)
    surveyed = survey(source, facts, options)
    write(plan(source, facts, options, surveyed), repository)
    return surveyed, facts


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Survey, FunctionFacts]]:
    made = {}
    for name, layout in LAYOUTS.items():
        folder = tmp_path_factory.mktemp(name)
        surveyed, facts = lifted(layout, folder / "project", folder / "repository")
        made[name] = (folder / "repository", surveyed, facts)
    return made


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_the_project_says_is_what_is_lifted(name: str, repositories: Any) -> None:
    layout, (_, surveyed, facts) = LAYOUTS[name], repositories[name]

    assert (surveyed.application.handler, surveyed.application.app) == (layout.handler, layout.app)
    assert (surveyed.python, surveyed.python_origin) == layout.python
    assert set(surveyed.contents) == layout.lifted
    assert layout.requires <= set(surveyed.needed.lines)
    assert (surveyed.needed.unknown, surveyed.needed.undeclared) == ((), ())
    assert {each.name: each.fate for each in surveyed.variables} == layout.variables
    assert ((facts.timeout, facts.memory), surveyed.around) == (layout.limits, layout.around)
    assert [each.code for each in surveyed.analysis.blocking] == []


def test_all_repositories_are_clean(repositories: Any) -> None:
    folders = [str(folder) for folder, _, _ in repositories.values()]
    run(PROJECT, "ruff", "check", "--no-cache", *folders)
    run(PROJECT, "ruff", "format", "--no-cache", "--check", *folders)


@pytest.mark.processes
def test_all_services_start_pass_their_tests_and_answer(repositories: Any) -> None:
    folders = {str(folder): name for name, (folder, _, _) in repositories.items()}
    path = f"{PROJECT / 'service_library'}:{PROJECT}"
    told = run(PROJECT, sys.executable, "-B", "-m", "tests.scaffold.started_together", *folders, PYTHONPATH=path)
    answers = {folders[folder]: answer for folder, answer in map(json.loads, told.splitlines())}

    passed = {"tests": "passed", "ready": 200}
    assert answers == {
        name: {
            **passed,
            "things": {"name": name.partition("-events")[0] if name != "several" else "shop"}
            if layout.app
            else {"detail": "Not Found"},
            "nowhere": 404,
            "served": "yes" if layout.around else None,
            "event": layout.event_status,
        }
        for name, layout in LAYOUTS.items()
    }


@pytest.mark.parametrize("name", ["several", "several-events-only"])
def test_types_hold_where_the_handler_runs_around_the_application_or_alone(
    name: str, repositories: Any, mypy_cache: str
) -> None:
    run(repositories[name][0], "mypy", "--cache-dir", mypy_cache)
