"""Commands that only look, in the middle of a migration: they change neither AWS nor the ledger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws.session import READ_EXCEPTIONS, READ_PREFIXES
from lambda_migrate.sandbox.sample import SOURCE
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox

LOOKING = (
    ["inspect"],
    ["doctor"],
    ["plan"],
    ["plan", "--phase", "direct"],
    ["proxy", "deploy", "--events", "api", "--dry-run"],
    ["proxy", "rotate-key", "--dry-run"],
    ["cutover", "--dry-run"],
    ["cutover", "--direct", "--dry-run"],
    ["retire", "--dry-run"],
    ["rollback", "--dry-run"],
    ["init", "--source", str(SOURCE), "--handler", "app.main.handler", "--directory", "elsewhere", "--dry-run"],
    ["service", "deploy", "--dry-run"],
    ["service", "status"],
    ["freeze", "--dry-run"],
    ["freeze", "--check"],
    ["verify"],
    ["status"],
    ["history", "--verify"],
)
CHANGES_NOTHING = re.compile(r"^aws: (\S+):(\S+)$", re.MULTILINE)


def standing(client: Callable[[str], Any], function: str) -> dict[str, Any]:
    """Return the function, its versions and aliases as they stand, to the last letter."""
    functions = client("lambda")
    return {
        "latest": functions.get_function_configuration(FunctionName=function)["RevisionId"],
        "versions": functions.list_versions_by_function(FunctionName=function)["Versions"],
        "aliases": functions.list_aliases(FunctionName=function)["Aliases"],
        "layers": functions.list_layer_versions(LayerName=f"lambda-migrate-proxy-{function}")["LayerVersions"],
    }


def test_commands_that_look_change_nothing_while_a_canary_stands(
    run: Callable[..., Answer],
    tmp_path: Path,
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
) -> None:
    make_function()
    client("secretsmanager").create_secret(Name=f"{unique}/keys", SecretString="k1:the-signing-secret")
    with serving() as service:
        (tmp_path / "migration.yaml").write_text(
            f"function: {unique}\nservice: {{url: '{service.url}', directory: '.'}}\n"
            f"proxy: {{signing_keys: 'secretsmanager:{unique}/keys'}}\n"
            "cutover: {propagation: false, bake: 1s}\nverify: {timeout: 1s, slow: 60s, probes: 1, arrival: 0s}\n"
        )
        assert run("proxy", "deploy", "--yes").code == 0
        assert run("cutover", "--weights", "50,100", "--yes").code == 7
        before, files = standing(client, unique), {path: path.read_bytes() for path in tmp_path.rglob("*.*")}

        for arguments in LOOKING:
            answer = run(*arguments, "--debug")

            assert answer.code in (0, 3), (arguments, answer.err)
            called = set(CHANGES_NOTHING.findall(answer.err))
            reads = {call for call in called if call[1].startswith(READ_PREFIXES)}
            assert called - reads - {(service, name) for service, name in READ_EXCEPTIONS} == set(), arguments
            assert standing(client, unique) == before, arguments
            assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == files, arguments
