"""Images in the embedded AWS: what two functions share stays until both are done; a missing right changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.engine.apply import bring
from lambda_migrate.proxy.image import derive
from tests.support.images import DOCKER, Recipe, push
from tests.support.screen import call
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws

pytestmark = pytest.mark.sandbox

HANDLER = b"def handler(event, context): return 'original'\n"
BUILT = Recipe([{"var/task/app.py": HANDLER}]).build()
MADE = derive(BUILT.manifest.decode(), DOCKER, BUILT.config.decode(), on_path=True)


def digests(client: Callable[[str], Any], repository: str) -> dict[str, list[str]]:
    details = client("ecr").describe_images(repositoryName=repository)["imageDetails"]
    return {each["imageDigest"]: sorted(each.get("imageTags", [])) for each in details}


def test_two_functions_of_one_image_share_what_is_derived_until_both_are_done(
    aws: Aws, client: Callable[[str], Any], unique: str
) -> None:
    push(client("ecr"), unique, BUILT, "v1")
    one, two = (
        PushImage(unique, BUILT.digest, MADE.digest, f"ours-{name}", on_path=True, function=f"{unique}-{name}")
        for name in ("one", "two")
    )

    for each in (one, two):
        assert bring(each, aws, Observed.AFTER)
    both = digests(client, unique)
    assert bring(one, aws, Observed.BEFORE)
    left = digests(client, unique)
    assert bring(two, aws, Observed.BEFORE)

    assert both == {BUILT.digest: ["v1"], MADE.digest: ["ours-one", "ours-two"]}
    assert left == {BUILT.digest: ["v1"], MADE.digest: ["ours-two"]}
    assert digests(client, unique) == {BUILT.digest: ["v1"]}


def test_without_a_right_nothing_of_the_function_is_changed_and_the_same_command_goes_on(
    aws: Aws,
    client: Callable[[str], Any],
    unkind: Callable[..., None],
    unique: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    lambdas = client("lambda")
    client("secretsmanager").create_secret(Name=unique, SecretString="k1:a-secret-of-the-tests")
    lambdas.create_function(
        FunctionName=unique,
        Role=f"arn:aws:iam::000000000000:role/{unique}",
        PackageType="Image",
        Code={"ImageUri": push(client("ecr"), unique, BUILT, "v1")},
    )
    aws.wait_function_updated(unique)
    client("ecr").put_image_tag_mutability(repositoryName=unique, imageTagMutability="IMMUTABLE")
    with serving() as service:
        lines = [f"function: {unique}", f"service: {{url: '{service.url}'}}"]
        lines += [f"proxy: {{signing_keys: 'secretsmanager:{unique}'}}"]
        (tmp_path / "migration.yaml").write_text("\n".join(lines))
        unkind(denied=("ecr:BatchGetImage",))
        unread = call("proxy", "deploy", "--yes")
        unkind(denied=("ecr:CompleteLayerUpload",))
        refused = call("proxy", "deploy", "--yes")
        shown = lambdas.get_function(FunctionName=unique)["Code"]["ResolvedImageUri"]
        tags = digests(client, unique)
        unkind()
        again = call("proxy", "deploy", "--yes")

    assert unread.code == 3
    assert unread.error.startswith(f"unread: its image `{unique}` cannot be read: ecr:BatchGetImage `{unique}` is not")
    assert unread.error.endswith("; allow it to be read, or replace it")
    assert unread.hint == "nothing was changed; `lambda-migrate explain unread` says why, and what to do"
    assert refused.code == 4
    assert refused.error.startswith(
        f"ecr:CompleteLayerUpload `{unique}` is not allowed for `arn:aws:iam::000000000000:"
    )
    assert refused.hint == "allow `ecr:CompleteLayerUpload`, then run the same command"
    assert shown.endswith(BUILT.digest)
    assert MADE.digest not in tags
    assert again.code == 0, again.err
    assert MADE.digest in digests(client, unique)
