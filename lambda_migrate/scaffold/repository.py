"""Renders the service's repository from what was found: pure, nothing is written."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from lambda_migrate.scaffold import distributions, service_wheel, templates, without_proxy
from lambda_migrate.scaffold.baseline import Baseline, measure
from lambda_migrate.scaffold.templates import Rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_migrate.scaffold.facts import FunctionFacts, Options
    from lambda_migrate.scaffold.survey import Survey

_FATES = {
    "value": "`environment.defaults`",
    "reference": "reference",
    "platform": "Lambda's own, not carried over",
    "unset": "has to be set",
}
_LIFESPAN_NOTES = {
    "off": ": start-up code of the application never ran on Lambda, and does not run here",
    "auto": ": start-up code runs once in each process, no longer around every request",
    "on": ": start-up code runs once in each process, no longer around every request",
}


def render(survey: Survey, facts: FunctionFacts, options: Options, suffix: str = "") -> dict[str, Rendered]:
    """Render every file of the repository.

    Args:
        survey: What was found.
        facts: The function as it is in AWS.
        options: What the user asks for.
        suffix: What the function's own variables end with, where it shares the repository; "" for the first one.

    Returns:
        Files by path; the lifted code is below ``src/``.
    """
    wheel = service_wheel.build()
    values = _values(survey, facts) | {"library": wheel.requirement, "parts": facts.parts | options.parts}
    values |= {"suffix": suffix, "environ": "ENVIRONMENT" if suffix else "os.environ"}
    baseline = Baseline()
    if options.baseline:
        empty = {**values, "baseline": Baseline(codes={})}
        configuration = templates.render("service", empty)["pyproject.toml"].content
        baseline = measure(survey.contents, configuration)
    values["baseline"] = baseline
    values["development"] = [_same_ruff(line, baseline.version) for line in survey.needed.development]
    made = dict(_renamed(templates.render("service", values), survey.package))
    made |= templates.render(f"extras/{options.target}", values)
    made[wheel.path] = Rendered(wheel.content)
    made[service_wheel.CHANGELOG] = Rendered(wheel.changelog.encode())
    if without_proxy.RETIRED in options.parts:
        made = without_proxy.rendered(made)
    return made | {
        f"src/{path}": Rendered(content, path in survey.executable) for path, content in survey.contents.items()
    }


def _renamed(files: Mapping[str, Rendered], package: str) -> Iterator[tuple[str, Rendered]]:
    for path, file in files.items():
        yield (f"{package}/{path.removeprefix('service/')}" if path.startswith("service/") else path), file


def _values(survey: Survey, facts: FunctionFacts) -> dict[str, Any]:
    """Return what the templates know: the application, the function that it was, its packages, and what to tell."""
    return {
        "package": survey.package,
        "source_folder": "src",
        **_of_application(survey),
        **_of_function(facts),
        **_of_packages(survey),
        **_of_variables(survey),
        **_of_report(survey),
    }


def _of_application(survey: Survey) -> dict[str, Any]:
    application = survey.application
    return {
        "handler": application.handler,
        "app": application.app,
        "around": survey.around,
        "framework": application.framework,
        "base_path": application.base_path,
        "lifespan": application.lifespan,
        "lifespan_note": "" if application.by_script else _LIFESPAN_NOTES[application.lifespan],
        "started_by": "the web adapter, without Mangum" if application.by_script else "",
        "health_path": survey.health,
        "readiness_path": survey.readiness,
        "mypy_modules": _modules(survey.contents),
        "mypy_exclude": list(_no_modules(survey.contents)),
    }


def _of_function(facts: FunctionFacts) -> dict[str, Any]:
    return {
        "function": facts,
        "timeout_origin": facts.origin("timeout"),
        "memory_origin": facts.origin("memory"),
        "aws_asked": facts.asked,
        "slug": re.sub(r"[^a-z0-9]+", "-", facts.name.lower()).strip("-") or "lifted",
        "concurrency": facts.concurrency,
        "concurrency_origin": _concurrency_origin(facts),
        "architecture": facts.architecture,
        "layers": facts.layers,
        "role": facts.role,
        "policies": [name for name in facts.policies if not re.search(r"AWSLambda\w*ExecutionRole", name)],
        "vpc": facts.vpc if facts.vpc.get("SubnetIds") else {},
        "code_sha256": facts.code_sha256,
    }


def _of_packages(survey: Survey) -> dict[str, Any]:
    return {
        "python": survey.python,
        "python_origin": survey.python_origin,
        "requirements": survey.needed.lines,
        "development": survey.needed.development,
        "provided": survey.needed.provided,
        "installed": sum(1 for each in survey.code.distributions if not each.local),
    }


def _of_variables(survey: Survey) -> dict[str, Any]:
    variables = survey.variables
    return {
        "variables": variables,
        "fates": _FATES,
        "asked": survey.asked,
        "known": {each.name for each in variables},
        "required": survey.required,
        "secrets": [each.name for each in survey.references],
        "placeholders": survey.placeholders,
    }


def _of_report(survey: Survey) -> dict[str, Any]:
    return {
        "warnings": survey.warnings,
        "secrets_in_code": survey.secrets_in_code,
        "findings": [each.to_json() for each in survey.analysis.findings],
        "accepted": [each.to_json() for each in survey.analysis.accepted],
        "left_out": survey.code.left_out,
    }


def _concurrency_origin(facts: FunctionFacts) -> str:
    if facts.reserved_concurrency:
        return f"reserved concurrency {facts.reserved_concurrency}"
    if facts.peak_concurrency:
        return f"at most {facts.peak_concurrency} at once were seen"
    return "concurrency without a limit of its own"


def _same_ruff(line: str, version: str) -> str:
    """Pin the ruff that has measured the debt: another one may find more."""
    return f"ruff=={version}" if line.startswith("ruff==") and version else line


def _modules(paths: Iterable[str]) -> list[str]:
    """Return the lifted modules that mypy can be told of: none where one has the name of a module of Python itself."""
    names = sorted(distributions.top_level(paths))
    return [] if set(names) & sys.stdlib_module_names else names


def _no_modules(paths: Iterable[str]) -> Iterator[str]:
    """Yield patterns of the files at which mypy would stop: no import can reach them, or it would be in doubt."""
    known = set(paths)
    folders = {parent for path in known if path.endswith(".py") for parent in _parents(path)}
    seen = set()
    for path in sorted(each for each in known if each.endswith(".py")):
        parts = path.removesuffix(".py").split("/")
        bad = next((number for number, part in enumerate(parts) if not part.isidentifier()), None)
        whole = path if bad is None else "/".join(path.split("/")[: bad + 1])
        if bad is None and parts[0] == "tests":
            whole = parts[0] if len(parts) > 1 else path
        elif bad is None and path.removesuffix(".py") not in folders:
            continue
        if whole not in seen:
            seen.add(whole)
            yield f"^src/{re.escape(whole)}" + ("$" if whole.endswith(".py") else "/")


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    yield from ("/".join(parts[:number]) for number in range(1, len(parts)))
