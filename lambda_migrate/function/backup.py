"""A backup of a function: everything that is needed to make it again, on this machine, read back after writing.

It holds no value of a variable that looks like a secret: in its place stands where the value is kept, so that whoever
may read that place can make the function again, on any machine. What else it holds is readable by its owner alone, and
none of it goes into the ledger.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import document
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.download import fetch
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError, MigrateError, NotAllowed, NotFound
from lambda_migrate.file_names import file_name
from lambda_migrate.regular_file import NOTHING_TRACKED, make_private_folder
from lambda_migrate.secret_detection import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

MANIFEST = "manifest.json"
SCHEMA = 1

_HOW_TO = """# Making `{function}` again

What is here was read from AWS before the function was deleted; `manifest.json` has the sha256 of every file.

Values of variables that look like secrets are not here. In their place is where each is kept, such as
`secretsmanager:orders/PASSWORD`; `aws secretsmanager get-secret-value` and `aws ssm get-parameter --with-decryption`
read it. `{kept_nowhere}` says that no place was known.

1. `aws lambda create-function` with what `configuration.json` says (name, role, handler, memory, timeout, environment,
   VPC, layers) and the package in `code/` that is named after its `CodeSha256`. Layers that are gone:
   `aws lambda publish-layer-version` with the zips in `layers/`. A function in a container image has no package here:
   `images.json` names the image of each version, which stays in its repository for as long as nobody deletes it.
2. Its versions and aliases are in `versions.json` and `aliases.json`; `aws lambda publish-version`, then
   `aws lambda create-alias`.
3. Permissions of each qualifier are in `policies.json`: `aws lambda add-permission` for each statement.
4. Retries and destinations are in `asynchronous.json`, event source mappings in `mappings.json`, function URLs in
   `urls.json`, reserved concurrency and tags in `function.json`; code signing, runtime updates, loops and provisioned
   concurrency in `settings.json`.
"""


SETTINGS = ("FunctionCodeSigningConfig", "FunctionRecursionConfig", "RuntimeManagementConfig")
"""What is kept beside the configuration, by the names of the calls that read it."""

_REFERENCES = ("secretsmanager:", "ssm:")

NOT_READ = "not kept: "
KEPT_NOWHERE = "not kept: it looks like a secret, and no place was known"
"""What stands in place of a value that nobody has said the place of."""


def calls_of(function: str) -> tuple[Call, ...]:
    """Return the calls that writing a backup takes."""
    listed = "ListVersionsByFunction ListAliases ListFunctionEventInvokeConfigs ListFunctionUrlConfigs"
    settings = " ".join(f"Get{name}" for name in SETTINGS)
    return (
        *calls("lambda", f"GetFunctionConfiguration {listed} {settings}", FunctionName=function),
        *calls("lambda", "ListProvisionedConcurrencyConfigs", FunctionName=function),
        *calls("lambda", "GetFunction GetPolicy", FunctionName=function, Qualifier="*"),
        *calls("lambda", "ListEventSourceMappings GetLayerVersionByArn"),
    )


@dataclass(frozen=True)
class Backup:
    """A backup in a folder.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    def sound(self) -> bool:
        """Return whether it is there and every file is what the manifest says."""
        try:
            manifest = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            return all(_sha256(self.folder / name) == sha256 for name, sha256 in manifest["files"].items())
        except (OSError, ValueError, KeyError, AttributeError):
            return False

    def function_arn(self) -> str:
        """Return the ARN of the function that it is of, or "" where it is not sound."""
        if not self.sound():
            return ""
        return str(json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))["function"])

    def write(self, aws: Aws, function: str, secrets: Mapping[str, str]) -> None:
        """Read the function from AWS, write everything beside the folder, read it back, and move it into place.

        Args:
            aws: Where it is.
            function: Its name.
            secrets: Where the values of its secret variables are kept, by their names.

        Raises:
            MigrateError: A package is not what AWS says it is, or the files cannot be written.
            NotAllowed, NotFound: Something could not be read; a backup without it would be none.
        """
        draft = self.folder.with_name(f"{self.folder.name}.writing")
        try:
            shutil.rmtree(draft, ignore_errors=True)
            make_private_folder(draft)
            arn = aws.call("lambda", "get_function_configuration", FunctionName=function)["FunctionArn"]
            files = {name: _write(draft / name, content) for name, content in _contents(aws, function, secrets)}
            manifest = {"schema": SCHEMA, "function": arn, "files": files}
            _write(draft / MANIFEST, _json(manifest))
            if not Backup(draft).sound():
                raise MigrateError(
                    f"the backup in `{draft}` does not read back as it was written", hint="check the disk"
                )
            shutil.rmtree(self.folder, ignore_errors=True)
            draft.rename(self.folder)
        except OSError as error:
            raise MigrateError(
                f"the backup cannot be written to `{self.folder}`: {error.strerror}",
                hint="make room, or name another folder in `retire.backup`; nothing was deleted",
            ) from error

    def remove(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def is_secret(name: str, value: str) -> bool:
    """Return whether the value of a variable may be a secret; a reference to one is none."""
    return looks_secret(name, value) and not value.startswith(_REFERENCES)


def without_secrets(configuration: dict[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return a configuration with where each secret is kept in place of its value.

    Args:
        configuration: Of the function or one of its versions, as Lambda says it.
        secrets: Where the values of secret variables are kept, by their names.
    """
    environment = configuration.get("Environment") or {}
    variables = environment.get("Variables")
    if not variables:
        return configuration
    kept = {
        name: secrets.get(name, KEPT_NOWHERE) if name in secrets or is_secret(name, value) else value
        for name, value in variables.items()
    }
    return {**configuration, "Environment": {**environment, "Variables": kept}}


def _contents(aws: Aws, function: str, secrets: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a backup: its name and content."""
    whole = aws.call("lambda", "get_function", FunctionName=function)
    kept = {name: whole[name] for name in ("Tags", "Concurrency") if name in whole}
    versions = list(aws.pages("lambda", "list_versions_by_function", "Versions", FunctionName=function))
    aliases = list(aws.pages("lambda", "list_aliases", "Aliases", FunctionName=function))
    numbers = [each["Version"] for each in versions if each["Version"] != "$LATEST"]
    qualifiers = ["", *(alias["Name"] for alias in aliases), *numbers]
    yield ".gitignore", NOTHING_TRACKED  # `git add --all` takes nothing of it along, wherever the folder is
    yield "function.json", _json(kept)
    yield "configuration.json", _json(without_secrets(whole["Configuration"], secrets))
    yield "versions.json", _json([without_secrets(version, secrets) for version in versions])
    yield "aliases.json", _json(aliases)
    yield "policies.json", _json(_policies(aws, function, qualifiers))
    yield "asynchronous.json", _json(_listed(aws, "list_function_event_invoke_configs", function))
    yield "urls.json", _json(_listed(aws, "list_function_url_configs", function))
    yield "mappings.json", _json(_mappings(aws, function, qualifiers))
    yield "settings.json", _json(_settings(aws, function))
    code = _code(aws, function, versions)
    yield from _packages(aws, function, code)
    images = {version: told["ResolvedImageUri"] for version, (_, told) in code.items() if _in_image(told)}
    if images:
        yield "images.json", _json(images)
    yield from _layers(aws, [whole["Configuration"], *versions])
    yield "RESTORE.md", _HOW_TO.format(function=function, kept_nowhere=KEPT_NOWHERE).encode()


def _code(aws: Aws, function: str, versions: list[dict[str, Any]]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the ``CodeSha256`` of each version, and where its code is."""
    code: dict[str, tuple[str, dict[str, Any]]] = {}
    for version in ["$LATEST", *(each["Version"] for each in versions if each["Version"] != "$LATEST")]:
        qualifier = None if version == "$LATEST" else version
        answer = aws.call("lambda", "get_function", FunctionName=function, Qualifier=qualifier)
        code[version] = answer["Configuration"]["CodeSha256"], answer["Code"]
    return code


def _in_image(told: dict[str, Any]) -> bool:
    """Return whether code is an image, which AWS names and hands out no package of (FunctionCodeLocation)."""
    return bool(told.get("ResolvedImageUri"))


def _packages(aws: Aws, function: str, code: dict[str, tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, bytes]]:
    """Yield each package once, however many versions carry it."""
    seen: set[str] = set()
    for version, (code_sha256, told) in code.items():
        if code_sha256 not in seen and not _in_image(told):
            seen.add(code_sha256)
            what = f"the package of `{function}` {version}"
            content = fetch(told["Location"], code_sha256, what, downloads=aws.downloads())
            yield f"code/{file_name(code_sha256)}.zip", content


def _layers(aws: Aws, configurations: list[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    arns = {layer["Arn"] for configuration in configurations for layer in configuration.get("Layers") or []}
    for arn in sorted(arns):
        try:
            content = aws.call("lambda", "get_layer_version_by_arn", Arn=arn)["Content"]
        except NotFound:
            continue  # deleted meanwhile: versions go on with it, and nobody can read it any more
        name = file_name(Arn.parse(arn).name)
        location, what = content["Location"], f"layer `{name}`"
        yield f"layers/{name}.zip", fetch(location, content["CodeSha256"], what, downloads=aws.downloads())


def _policies(aws: Aws, function: str, qualifiers: list[str]) -> dict[str, Any]:
    """Return the policy of each qualifier; versions are left out that have none."""
    policies = {name: _policy(aws, function, name) for name in qualifiers}
    return {name: policy for name, policy in policies.items() if policy is not None or not name.isdecimal()}


def _policy(aws: Aws, function: str, qualifier: str) -> Any:
    try:
        answer = aws.call("lambda", "get_policy", FunctionName=function, Qualifier=qualifier or None)
    except NotFound:
        return None
    return document(answer["Policy"], "lambda:GetPolicy", "Policy")


def _listed(aws: Aws, operation: str, function: str) -> list[Any]:
    key = {"list_function_event_invoke_configs": "FunctionEventInvokeConfigs"}.get(operation, "FunctionUrlConfigs")
    return list(aws.pages("lambda", operation, key, FunctionName=function))


def _settings(aws: Aws, function: str) -> dict[str, Any]:
    """Return what is kept beside the configuration; what the function does not have is left out.

    Where a region or a kind of package does not know a setting, AWS may also answer that it is not allowed, or not
    valid. The function can be made again without it, so the reason is kept in its place.
    """
    settings: dict[str, Any] = {}
    for name in SETTINGS:
        operation = "get" + "".join(f"_{each.lower()}" if each.isupper() else each for each in name)
        try:
            answer = aws.call("lambda", operation, FunctionName=function)
        except NotFound:
            continue
        except (AwsError, NotAllowed) as error:
            settings[name] = f"{NOT_READ}{error.message}"
        else:
            settings[name] = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    listed = aws.pages(
        "lambda", "list_provisioned_concurrency_configs", "ProvisionedConcurrencyConfigs", FunctionName=function
    )
    return {**settings, "ProvisionedConcurrencyConfigs": list(listed)}


def _mappings(aws: Aws, function: str, qualifiers: list[str]) -> list[Any]:
    mappings: dict[str, Any] = {}
    for qualifier in qualifiers:
        name = f"{function}:{qualifier}" if qualifier else function
        for mapping in aws.pages("lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=name):
            mappings[mapping["UUID"]] = mapping
    return [mappings[uuid] for uuid in sorted(mappings)]


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True, default=str, ensure_ascii=False).encode()


def _write(path: Path, content: bytes) -> str:
    """Write a file that its owner alone can read, on disk before this returns; return its sha256 hex."""
    make_private_folder(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(content).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
