"""The analyzer's findings: what migration.yaml accepts of them, and the gate that the rest closes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate import analyzer, scaffold
from lambda_migrate.analyzer import AcceptedRule, Deployed
from lambda_migrate.analyzer.distributions import find_requirements, read_requirements
from lambda_migrate.analyzer.rules import means_a_rule
from lambda_migrate.errors import GateClosed
from lambda_migrate.gates import adapter_port, base_path_unknown, code_errors
from lambda_migrate.gates.gate import closed
from lambda_migrate.render.format import counted
from lambda_migrate.scaffold import start_script
from lambda_migrate.scaffold.manifest import RECORD
from lambda_migrate.workflow import declared_function

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer import Analysis
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.workflow.context import Context


def analyzed(
    context: Context, folder: Path, handler: str | None, requirements: Sequence[Path] = (), include: Sequence[Path] = ()
) -> Analysis:
    """Return what the analyzer finds in a folder, less what migration.yaml accepts.

    What the project says of its deployment is read first: handler, folder, Python, and code that is deployed along.

    Args:
        context: Of the command.
        folder: The folder of the code.
        handler: The function's handler; None where the project or the code tells it.
        requirements: Files that say what is installed; default: those beside the code or above it.
        include: Folders of code that is deployed with the function's own.
    """
    known = context.analyses
    if (folder, handler) not in known:
        known[folder, handler] = _analysis(context, folder, handler, requirements, include)
    return known[folder, handler]


def _analysis(
    context: Context, folder: Path, handler: str | None, requirements: Sequence[Path], include: Sequence[Path]
) -> Analysis:
    if folder == _lifted(context):
        lines = find_requirements(context.service_folder)
        hooked = (scaffold.HOOKED,) if scaffold.AROUND in _wired(context) else ()
        return analyzer.analyze(_short(folder), handler, accepted=(*accepted(context), *hooked), requirements=lines)
    code = declared_function.described(folder, context.migration.function if context.configured else "", include)
    files = [*requirements, *(code.deployment.value("requirements") or ())]
    read = [line for file in files for line in read_requirements(file)] if files else None
    installs = code.deployment.value("installs")
    if installs:
        read = [*(find_requirements(code.folder) or () if read is None else read), *installs]
    deployed = Deployed(
        str(code.deployment.value("python") or ""),
        code.root if code.folder == folder else "",
        declared_function.provided(code),
    )
    told = str(code.deployment.value("handler") or "")
    by_script = start_script.is_one(told, tuple(path.name for path in code.folder.iterdir()))
    handler = handler or (None if by_script else told or None)
    return analyzer.analyze(
        _short(code.folder), handler, accepted=accepted(context), requirements=read, deployed=deployed
    )


def _wired(context: Context) -> frozenset[str]:
    return scaffold.wired(context.service_folder, context.migration.function)


def _short(folder: Path) -> Path:
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def code_of(context: Context) -> Path | None:
    """Return where the code is that the service runs, or will: lifted, else `source`; None where neither is there."""
    source = context.folder / context.migration.source if context.configured and context.migration.source else None
    folders = (_lifted(context), source)
    return next((folder for folder in folders if folder is not None and folder.is_dir()), None)


def _lifted(context: Context) -> Path | None:
    """Return the folder of the lifted code in the service's repository; None where `init` has not made one."""
    if not context.configured:
        return None
    repository = context.service_folder
    return repository / "src" if (repository / RECORD).is_file() else None


def accepted(context: Context) -> tuple[AcceptedRule, ...]:
    """Return what migration.yaml accepts of the analyzer's; its other entries are names of gates."""
    if not context.configured:
        return ()
    entries = (entry for entry in context.migration.accept if means_a_rule(entry.rule))
    return tuple(AcceptedRule(entry.rule, entry.reason, entry.path) for entry in entries)


def blocked(analysis: Analysis) -> GateClosed:
    """Return the refusal that errors of the analyzer lead to."""
    first = analysis.blocking[0]
    place = f"{analysis.located(first.path)}:{first.line}"
    return GateClosed(
        f"{counted(len(analysis.blocking), 'error')}, the first in `{place}`: {first.code} {first.name}",
        gate=code_errors.NAME,
        hint=f"`lambda-migrate explain {first.code}` says why; fix it, or accept it with a reason",
    )


def of_start(context: Context, function: Function, events: str) -> Iterator[Blocker]:
    """Yield what the code, or the web adapter, says against starting the proxy in front of it.

    Args:
        context: Of the command.
        function: The function.
        events: What goes to the service: ``none``, ``non-api``, ``api`` or ``all``.
    """
    if function.web_adapter is None:
        yield from base_path(context, function.handler)
        return
    told = function.web_adapter.base_path
    if told and context.migration.proxy.base_path is None:
        text = f"the web adapter removes `{told}` from paths, and `proxy.base_path` in migration.yaml is not set"
        yield closed(
            base_path_unknown, f"{text}; set it, so that the service removes it from requests past the adapter"
        )
    if events != "all" or context.migration.proxy.fallback == "connect":
        yield from _fixed_port(code_of(context), function.handler)


def _fixed_port(folder: Path | None, script: str) -> Iterator[Blocker]:
    """Yield that the script which starts the application does not use the port that it is told."""
    path = folder / script if folder else None
    if folder is None or path is None or not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return
    if b"PORT" not in path.read_bytes():
        text = f"`{path}` does not use `$PORT`, so the original cannot be started beside the proxy"
        yield closed(adapter_port, f"{text}; have it listen there, or set `proxy.fallback: never` for `--events all`")


def base_path(context: Context, handler: str) -> Iterator[Blocker]:
    """Yield the gate that a base path closes which only the running function knows; nothing where no code is here.

    Args:
        context: Of the command.
        handler: The function's own handler.
    """
    folder = code_of(context)
    if folder is not None and context.migration.proxy.base_path is None:
        yield from _base_path(context, analyzed(context, folder, handler))


def _base_path(context: Context, analysis: Analysis) -> Iterator[Blocker]:
    adapter = analysis.adapter
    if adapter is None or context.migration.proxy.base_path is not None:
        return
    written = next((each for each in adapter.unresolved if each.startswith("api_gateway_base_path=")), "")
    if not written and not adapter.api_gateway_base_path.strip("/"):
        return
    place = f"{analysis.located(adapter.path)}:{adapter.line}"
    said = written or f'api_gateway_base_path="{adapter.api_gateway_base_path}"'
    text = f"the adapter in `{place}` has `{said}`, and `proxy.base_path` in migration.yaml is not set"
    yield closed(base_path_unknown, f'{text}; `init` looks for it, or set it, to `""` if there is none')


def closed_gates(context: Context, function: Function) -> Iterator[Blocker]:
    """Yield the gate that errors of the analyzer close, in the lifted code, which is where they are fixed.

    Args:
        context: Of the command.
        function: The function. What starts it under a web adapter is a script: all of its code is read.
    """
    folder = code_of(context)
    if folder is None:
        return
    context.progress.begin("reading the code for what breaks off Lambda")
    analysis = analyzed(context, folder, None if function.web_adapter else function.handler)
    context.progress.end()
    yield from _base_path(context, analysis)
    if analysis.blocking:
        error = blocked(analysis)
        yield closed(code_errors, f"{error.message}; {error.hint}")
        return
    for each in analysis.accepted:
        finding = each.finding
        place = f"{analysis.located(finding.path)}:{finding.line}"
        context.say_once(f"accepted ({each.reason}): {place} {finding.code} {finding.name}")
