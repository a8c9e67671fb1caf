"""What there is: the function, everything that belongs to it, and everything that can invoke it. Reads only.

What cannot be read is said, in ``warnings``, and never taken for empty.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from lambda_migrate import triggers
from lambda_migrate.aws.answers import statements, unreadable
from lambda_migrate.errors import AwsError, ConfigError, MigrateError, NoCredentials, NotAllowed, NotFound
from lambda_migrate.function import documents
from lambda_migrate.function.model import ENFORCE, STACK_TAG, Alias, Function, Qualified, Version
from lambda_migrate.function.versions import original
from lambda_migrate.inventory import code_signing, concurrently, finders, images
from lambda_migrate.inventory.model import (
    ASYNC_SETTINGS,
    FUNCTION_URLS,
    IMAGE,
    PROVISIONED,
    PROXY_LAYER,
    RUNTIME_UPDATES,
    STACKS,
    Inventory,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.image import Image
    from lambda_migrate.triggers.base import Settings, Trigger

_Value = TypeVar("_Value")
_KEPT = ("Manual", "FunctionUpdate")


def take(aws: Aws, name_or_arn: str, *, alias: str) -> Inventory:
    """Read a function and its surroundings.

    The number of calls grows with the function's versions, aliases and triggers, not with the account, except where AWS
    has no index. Where a permission names no source, all APIs, topics or event buses of the region are looked through;
    where a role that a service can assume may invoke the function, all that the service has.

    Args:
        aws: Where to look.
        name_or_arn: The function's name, or its ARN without qualifier.
        alias: Name of the traffic alias; it need not exist.

    Raises:
        NotFound: The function does not exist.
        NotAllowed: What is essential may not be read.
    """
    return _Reader(aws, name_or_arn).read(alias)


class _Reader:
    """Reads one function; collects what could not be read."""

    def __init__(self, aws: Aws, name: str) -> None:
        self.aws = aws
        self.name = name
        self.warnings: list[str] = []
        self.unread: list[str] = []

    def read(self, alias: str) -> Inventory:
        answer = self._function()
        function = replace(
            documents.function(answer["Configuration"]),
            versions=self._versions(),
            aliases=self._aliases(),
            tags=dict(answer.get("Tags") or {}),
            reserved_concurrency=(answer.get("Concurrency") or {}).get("ReservedConcurrentExecutions"),
            source_kms_key=(answer.get("Code") or {}).get("SourceKMSKeyArn") or "",
            **self._code_signing(),
            **self._runtime_updates(answer["Configuration"]),
        )
        function = self._with_original(function)
        function = replace(function, qualified=self._qualified(function))
        deployed = self._image(answer, function.versions)
        if deployed:
            function = replace(function, web_adapter=images.web_adapter_of(deployed, answer["Configuration"]))
        callers, unused = finders.find(self.aws, function)
        self.warnings += unused
        self._remarks(function)
        things = [function.qualified_arn(alias)] if function.alias(alias) else []
        things += [triggers.kind_of(each).physical_id(each) for each in callers if triggers.kind_of(each).alias]
        published = self._layers(function.name)
        signed = self._signed_layers(function, published)
        return Inventory(
            function=function,
            triggers=callers,
            unexplained=tuple(_unexplained(trigger) for trigger in callers if triggers.kind_of(trigger).caller),
            warnings=tuple(self.warnings),
            alias=alias,
            layers=tuple(sorted(published)),
            signed_layers=signed,
            owners=self._owners(dict.fromkeys(things)),
            image=deployed,
            unread=tuple(dict.fromkeys(self.unread)),
        )

    def _function(self) -> dict[str, Any]:
        try:
            answer = self.aws.call("lambda", "get_function", FunctionName=self.name)
        except NotFound as error:
            where = f" in {self.aws.region_name}" if self.aws.region_name else ""
            raise NotFound(
                f"function `{self.name}` does not exist{where}",
                operation=error.operation,
                aws_code=error.aws_code,
                hint="check the name, `--region` and `--profile`; `aws lambda list-functions` shows those that exist",
            ) from error
        if answer["Configuration"].get("Version", "$LATEST") != "$LATEST":
            raise ConfigError(
                f"`{self.name}` names a version or an alias", hint="name the function without a qualifier"
            )
        return answer

    def _versions(self) -> tuple[Version, ...]:
        listed = self.aws.pages("lambda", "list_versions_by_function", "Versions", FunctionName=self.name)
        versions = [documents.version(each) for each in listed if each["Version"] != "$LATEST"]
        for version in versions:
            if not (version.number.isascii() and version.number.isdigit()):
                raise unreadable("lambda:ListVersionsByFunction", "a `Version` is not a number")
        return tuple(sorted(versions, key=lambda version: int(version.number)))

    def _aliases(self) -> tuple[Alias, ...]:
        listed = self.aws.pages("lambda", "list_aliases", "Aliases", FunctionName=self.name)
        return tuple(sorted((documents.alias(each) for each in listed), key=lambda alias: alias.name))

    def _qualified(self, function: Function) -> dict[str, Qualified]:
        names = [*function.qualifiers, *(version.number for version in function.versions)]
        policies = zip(names, concurrently.ask(self.aws, self._policy, names), strict=True)
        qualified = {
            name: Qualified(policy=policy) for name, policy in policies if policy or name in function.qualifiers
        }
        settings = self._listed("list_function_event_invoke_configs", "FunctionEventInvokeConfigs", ASYNC_SETTINGS)
        for each in settings:
            name = function.qualifier_of(each["FunctionArn"]) or ""
            kept = {key: value for key, value in each.items() if key not in ("FunctionArn", "LastModified")}
            qualified[name] = replace(qualified.get(name, Qualified()), event_invoke=kept)
        for each in self._listed("list_function_url_configs", "FunctionUrlConfigs", FUNCTION_URLS):
            name = function.qualifier_of(each["FunctionArn"]) or ""
            qualified[name] = replace(
                qualified.get(name, Qualified()),
                url=each["FunctionUrl"],
                url_auth=each.get("AuthType", ""),
                url_mode=each.get("InvokeMode") or "",
                url_cors=each.get("Cors") or {},
            )
        for each in self._listed("list_provisioned_concurrency_configs", "ProvisionedConcurrencyConfigs", PROVISIONED):
            name = function.qualifier_of(each["FunctionArn"]) or ""
            requested = int(each.get("RequestedProvisionedConcurrentExecutions", 0))
            qualified[name] = replace(qualified.get(name, Qualified()), provisioned=requested)
        return qualified

    def _policy(self, qualifier: str) -> tuple[dict[str, Any], ...]:
        try:
            answer = self.aws.call("lambda", "get_policy", FunctionName=self.name, Qualifier=qualifier or None)
        except NotFound:
            return ()
        return tuple(statements(answer))

    def _code_signing(self) -> dict[str, Any]:
        """Return which code the function takes; its code signing configuration is read where it has one."""
        what = "code signing"
        arn = self._optional(partial(code_signing.of_function, self.aws, self.name), "", what)
        unknown: tuple[str, tuple[str, ...]] = ("", ())
        policy = self._optional(partial(code_signing.policy, self.aws, arn), unknown, what) if arn else unknown
        return {"code_signing": arn, "unsigned_code": policy[0], "signing_profiles": policy[1]}

    def _runtime_updates(self, configuration: dict[str, Any]) -> dict[str, Any]:
        """Return when the runtime is updated, and its version where Lambda does not update it by itself."""

        def read() -> dict[str, Any]:
            answer = self.aws.call("lambda", "get_runtime_management_config", FunctionName=self.name)
            updates = str(answer.get("UpdateRuntimeOn") or "")
            running = (configuration.get("RuntimeVersionConfig") or {}).get("RuntimeVersionArn")
            pinned = answer.get("RuntimeVersionArn") or running or "" if updates in _KEPT else ""
            return {"runtime_updates": updates, "runtime_version": str(pinned)}

        return self._optional(read, {}, RUNTIME_UPDATES)

    def _with_original(self, function: Function) -> Function:
        """Where no version is listed as ``$LATEST`` is, read the newest that may be it in the way ``$LATEST`` is read.

        Lambda publishes nothing where both are the same to it. If a listing wrote a field otherwise, the original would
        never be found, and never be published.
        """
        alike = [each for each in function.versions if each.code_sha256 == function.code_sha256]
        if original(function) is not None or not alike or alike[-1].proxy_events:
            return function
        number = alike[-1].number
        configuration = self.aws.call("lambda", "get_function_configuration", FunctionName=self.name, Qualifier=number)
        read = documents.version(configuration)
        return replace(function, versions=tuple(read if each.number == number else each for each in function.versions))

    def _listed(self, operation: str, key: str, what: str) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            return list(self.aws.pages("lambda", operation, key, FunctionName=self.name))

        return self._optional(read, [], what)

    def _layers(self, function: str) -> dict[str, str]:
        """Return the versions of the proxy's layer: the newest ARN of each by its description."""

        def read() -> dict[str, str]:
            listed = self.aws.pages(
                "lambda", "list_layer_versions", "LayerVersions", LayerName=f"{PROXY_LAYER}{function}"
            )
            newest_last = reversed(list(listed))
            return {str(each.get("Description", "")): str(each["LayerVersionArn"]) for each in newest_last}

        return self._optional(read, {}, "versions of the proxy's layer")

    def _signed_layers(self, function: Function, published: dict[str, str]) -> tuple[str, ...]:
        """Return the descriptions of those layers that the function takes; asked only where it takes no others."""
        if function.unsigned_code != ENFORCE:
            return ()
        read = partial(code_signing.signed, self.aws, published, function.signing_profiles)
        return self._optional(read, (), "signatures of the proxy's layer")

    def _image(self, answer: dict[str, Any], versions: tuple[Version, ...]) -> Image | None:
        deployed = images.named(answer)
        if deployed is None:
            return None
        try:
            return images.read(self.aws, deployed, versions, self.warnings)
        except NoCredentials:
            raise
        except (MigrateError, NotFound) as error:
            self.unread.append(IMAGE)
            self.warnings.append(f"unknown: {IMAGE} could not be read ({error.message})")
            return replace(deployed, unread=error.message)

    def _optional(self, read: Callable[[], _Value], nothing: _Value, what: str) -> _Value:
        """Return what can be read; where it may not or cannot be, nothing, and a warning that it is unknown."""
        try:
            return read()
        except NotFound:
            return nothing
        except (AwsError, NotAllowed) as error:
            self.unread.append(what)
            self.warnings.append(f"unknown: {what} could not be read ({error.message})")
            return nothing

    def _owners(self, things: Iterable[str]) -> dict[str, str]:
        """Return which stacks things belong to, by what CloudFormation calls them: a call for each."""
        listed = list(things)
        stacks = concurrently.ask(
            self.aws, lambda thing: self._optional(lambda: _stack(self.aws, thing), "", STACKS), listed
        )
        return {thing: stack for thing, stack in zip(listed, stacks, strict=True) if stack}

    def _remarks(self, function: Function) -> None:
        stack = function.tags.get(STACK_TAG)
        if stack:
            self.warnings.append(
                f"CloudFormation stack `{stack}` owns the function: its next deployment may undo what is changed here"
            )
        if function.reserved_concurrency == 0:
            self.warnings.append("reserved concurrency is 0: the function is switched off")
        for name in function.unknown:
            self.warnings.append(
                f"setting `{name}` is new to lambda-migrate: versions get it; the service may need it too"
            )


def _stack(aws: Aws, thing: str) -> str:
    """Return the stack of a thing, "" where no stack has it; of a large stack only other resources may be shown."""
    try:
        answer = aws.call("cloudformation", "describe_stack_resources", PhysicalResourceId=thing)
    except AwsError as error:
        if error.aws_code == "ValidationError":  # "Stack for … does not exist"
            return ""
        raise
    return next((str(each["StackName"]) for each in answer["StackResources"]), "")


def _unexplained(trigger: Trigger[Settings]) -> str:
    whom = f"`{trigger.settings.principal or trigger.name}`"
    which = f"`{trigger.qualifier}`" if trigger.qualifier else "the unqualified function"
    reason = trigger.settings.reason
    return f"{whom} may invoke {which}" + (f", and cannot be looked at: {reason}" if reason else "")
