"""Says what the user should know about the lifted code, one line each."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

from lambda_migrate.scaffold.adapter_settings import KEYS
from lambda_migrate.scaffold.public_layers import LAYER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_migrate.scaffold.adapter import Application
    from lambda_migrate.scaffold.own_code import OwnCode
    from lambda_migrate.scaffold.requirements import Needed


def collect(code: OwnCode, application: Application, needed: Needed, own: set[str], notes: Sequence[str]) -> list[str]:
    """Return what there is to say.

    Args:
        code: What is lifted, and what is not.
        application: The application and its adapter's settings.
        needed: What the service installs.
        own: Top-level names that the code defines.
        notes: What the old project declares and cannot be carried over.
    """
    said = [_untold(setting, application) for setting in application.unresolved]
    told = ("secret", "is a link", "is compiled")
    said += [f"`{path}` is not lifted: {why}" for path, why in code.left_out.items() if any(w in why for w in told)]
    said += [
        f"`{'` and `'.join(paths)}` differ in upper and lower case alone: lift them on Linux, where both can be"
        for paths in _alike(code.files)
    ]
    said += [
        f"`{name}` has the name of a module of Python itself, which may be imported in its place; rename it"
        for name in sorted(own & sys.stdlib_module_names)
    ]
    said += notes
    said += [f"nothing provides `{name}`; add its package to requirements.txt" for name in needed.unknown]
    said += [
        f"`{name}` is not declared itself and may come with another package; declare it if `make test` cannot import it"
        for name in needed.undeclared
    ]
    said += [_of_group(name) for name in needed.groups]
    why = "the service is made for that version" if application.by_script else "on Lambda it never ran"
    said += [f"`{old}` became `{new}`: {why}" for old, new in needed.replaced]
    said += [f"`{line}` names no version; pin the one that runs" for line in needed.unpinned]
    return said


def of_the_handler(application: Application, *, around: bool) -> list[str]:
    """Return what becomes of the handler where it is more than its adapter."""
    name = application.handler
    said = [f"`{name}` does work around its adapter: `Around` in main.py runs it for each request"] if around else []
    if application.by_script:
        said.append(f"`{application.app}` ran under the web adapter: the service starts it itself, and needs no Mangum")
    if not application.app:
        said.append(f"nothing here answers requests: the service passes events to `{name}`, and has no application")
    return said


def _of_group(name: str) -> str:
    if name.startswith(LAYER):
        return f"`{name.removeprefix(LAYER)}` is a layer: the package that it is made from is installed in its place"
    return f"the optional group `{name}` is installed too: the code imports what it brings"


def _untold(setting: str, application: Application) -> str:
    """Return what the user has to do about a setting that only running the code can tell."""
    name, _, written = setting.partition("=")
    if name == "app":
        return (
            f"of `{written}`, `{application.app}` alone is lifted; bind all of it to a name at the top of a module, "
            "and name that with `--app module:name`"
        )
    if name == "custom_handlers":
        return f"`{setting}` is Mangum's own way to read events; the service does not know it"
    if name == "api_gateway_base_path":
        return (
            f'the base path is known only at run time (`{written}`): set `proxy.base_path` in migration.yaml, or `""` '
            "if there is none, and run `init` again; `cutover` waits for it"
        )
    if not name.startswith("**") and name not in KEYS:
        return (
            f"`{setting}` is an argument that is not known here: look at what it did, and at `proxy` in migration.yaml"
        )
    return f"`{setting}` cannot be determined without running the code; check `proxy` in migration.yaml"


def _alike(paths: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the paths that are one file to file systems that do not tell upper from lower case."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(unicodedata.normalize("NFC", path).casefold(), []).append(path)
    return [tuple(sorted(group)) for group in groups.values() if len(group) > 1]
