"""Decides which files are lifted, and where the folder is that Lambda imports from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.import_root import candidates
from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import distributions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_migrate.scaffold.distributions import Distribution
    from lambda_migrate.scaffold.source import Source

_PROJECT_FILE = re.compile(
    r"^(requirements[^/]*\.(txt|in)|requirements/[^/]*\.(txt|in)|constraints\.txt|pyproject\.toml|(poetry|uv|pdm)\.lock|pylock(\.[^/]*)?\.toml|Pipfile(\.lock)?|setup\.(py|cfg)"
    r"|tox\.ini|noxfile\.py|ruff\.toml|\.ruff\.toml|mypy\.ini|pytest\.ini|Makefile|Dockerfile(\.[^/]*)?|[^/]*\.Dockerfile"
    r"|(docker-)?compose([.-][^/]*)?\.ya?ml|[^/]*\.(tf|tofu)|\.terraform\.lock\.hcl|terragrunt\.hcl|Procfile|README[^/]*|CHANGELOG[^/]*|template\.ya?ml|samconfig\.(toml|ya?ml)|serverless\.ya?ml"
    r"|zappa_settings\.\w+|cdk\.json|buildspec\.ya?ml|\.pre-commit-config\.yaml|\.gitignore|\.gitattributes|\.dockerignore"
    r"|\.editorconfig|\.python-version|\.coverage|\.github/.*|\.gitlab-ci\.yml|\.circleci/.*)$"
)
_TOOL_FILE = re.compile(r"(^|/)(pyproject\.toml|\.?ruff\.toml)$")
_SECRET_FILE = re.compile(
    r"(^|/)(\.env(\.[^/]*)?|[^/]*\.env|secrets?([._-][^/]*)?\.(json|ya?ml|toml|ini)|[^/]*\.(pem|key|p12|pfx|jks|keystore)|id_(rsa|dsa|ecdsa|ed25519)|\.?credentials(\.json)?|\.npmrc"
    r"|\.pypirc|\.netrc|\.aws/.*|[^/]*service-account[^/]*\.json|[^/]*\.(tfvars(\.json)?|tfstate(\.[^/]*)?))$",
    re.IGNORECASE,
)
_THIS_MIGRATION = frozenset({"migration.yaml", "ledger.yaml", "ledger.lock", "ledger.index", "FREEZE.md"})
"""What this tool itself writes beside the code, where that is the folder it works in."""
_VERSION_CONTROL = frozenset({".git", ".hg", ".svn"})
_EXAMPLE = re.compile(r"\.(example|sample|template|dist)$")


@dataclass(frozen=True)
class OwnCode:
    """The user's own files.

    Attributes:
        root: The folder that Lambda imports from, "" or ending in a slash.
        files: What is lifted: path below the root → path in the source.
        layer_files: What is lifted out of layers: path → (number of the layer, path in it).
        distributions: What was installed beside the code and in layers, without doubles; the code's own come first.
        left_out: What is not lifted: path → why.
    """

    root: str
    files: dict[str, str]
    layer_files: dict[str, tuple[int, str]]
    distributions: tuple[Distribution, ...]
    left_out: dict[str, str]


def gather(source: Source, handler: str, begin: str = "") -> OwnCode:
    """Sort a function's code.

    Args:
        source: All of it.
        handler: As configured; "" where nobody knows.
        begin: The folder that imports begin at, "" where nobody says so.

    Raises:
        MigrateError: There is no Python in it, or no such handler.
    """
    sorted_code = distributions.sort(source)
    if not any(path.endswith(".py") for path in sorted_code.own):
        raise MigrateError(f"{source.origin} has no Python code", hint="only Python functions can be lifted")
    root = f"{begin.strip('/')}/" if begin.strip("/.") else import_root(sorted_code.own, handler, source)
    left_out = dict.fromkeys(source.skipped, "it is a link, or no file; only files are lifted")
    left_out |= dict.fromkeys(sorted_code.compiled, "it is compiled, and its source is not there; lift that")
    files: dict[str, str] = {}
    versioned = [path for path in sorted_code.own if not _VERSION_CONTROL.isdisjoint(path.split("/"))]
    if versioned:
        left_out[f"{versioned[0].partition('/')[0]}/ ({_files(versioned)})"] = "it is version control, not code"
    for path in sorted(path for path in set(sorted_code.own) - set(versioned) if path not in _THIS_MIGRATION):
        reason = "it looks like it holds secrets" if _holds_secrets(path, source) else _reason(path, root)
        if reason:
            left_out[path] = reason
        else:
            files[path.removeprefix(root)] = path
    layer_files: dict[str, tuple[int, str]] = {}
    installed = list(sorted_code.distributions)
    for number, layer in enumerate(source.layers):
        installed += distributions.layer_distributions(layer)
        for path, inside in distributions.layer_files(layer).items():
            if _holds_secrets(inside, layer):
                left_out[path] = "it looks like it holds secrets"
            elif path not in files:
                layer_files.setdefault(path, (number, inside))
        others = [path for path in layer.paths if not path.startswith("python/")]
        if others:
            left_out[f"{layer.origin.replace('`', '')} ({_files(others)})"] = (
                "Lambda unpacks it to /opt; install what needs it"
            )
    return OwnCode(root, files, layer_files, _without_doubles(installed), left_out)


def import_root(paths: Iterable[str], handler: str, source: Source) -> str:
    """Return the folder below which the handler is imported, "" or ending in a slash.

    Raises:
        MigrateError: The handler is nowhere, or in several places.
    """
    known = set(paths)
    if not handler:
        return _root_of_the_adapter(known, source)
    module = handler.replace("/", ".").rpartition(".")[0].replace(".", "/")
    ends = (f"{module}.py", f"{module}/__init__.py")
    everywhere = set(source.paths)
    if not module or any(end in everywhere for end in ends):
        return ""
    roots = sorted({path[: -len(end)] for path in known for end in ends if path.endswith(f"/{end}")})
    roots = [root for root in roots if not {"test", "tests"} & set(PurePosixPath(root).parts)]
    if len(roots) == 1:
        return roots[0]
    where = f"there are {len(roots)} of `{ends[0]}`" if roots else f"`{ends[0]}` is missing"
    raise MigrateError(
        f"the handler `{handler}` is not in {source.origin}: {where}",
        hint="name the folder that it is imported from with `--source`, or the handler with `--handler`",
    )


def _root_of_the_adapter(known: set[str], source: Source) -> str:
    """Return where the imports of the only adapter begin; without just one, `src/` unless that is a package."""
    behind = candidates([path for path in known if path.endswith(".py")], source.read)
    roots = {each.root for each in behind}
    if len(roots) == 1:
        root = roots.pop()
        return f"{root}/" if root else ""
    return "src/" if "src/__init__.py" not in known and any(path.startswith("src/") for path in known) else ""


def _files(paths: Sequence[str]) -> str:
    return "1 file" if len(paths) == 1 else f"{len(paths)} files"


def _holds_secrets(path: str, source: Source) -> bool:
    if not _SECRET_FILE.search(path) or _EXAMPLE.search(path):
        return False
    if not path.endswith(".pem"):
        return True
    content = source.read(path)
    return b"PRIVATE KEY" in content or b"BEGIN CERTIFICATE" not in content  # a bundle of authorities is public


def _reason(path: str, root: str) -> str:
    if _TOOL_FILE.search(path) or _PROJECT_FILE.match(path) or (root and _PROJECT_FILE.match(path.removeprefix(root))):
        return "it belongs to the old project, not part of the code"
    if not path.startswith(root):
        return f"it is not in `{root}`, where the handler is imported from"
    return ""


def _without_doubles(installed: Iterable[Distribution]) -> tuple[Distribution, ...]:
    first: dict[str, Distribution] = {}
    for each in installed:
        first.setdefault(distributions.normalised(each.name), each)
    return tuple(first[name] for name in sorted(first))
