"""A backup of a function whose every name, as AWS gives it, leads out of the folder."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.function.backup import Backup
from lambda_migrate.http import Client
from tests.support.listening import Handler, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = b"not a zip, and not unpacked"
SHA256 = base64.b64encode(hashlib.sha256(CODE).digest()).decode()
AWAY = "../../../away"
LAYERS = [f"arn:aws:lambda:eu-west-1:123456789012:layer:{name}" for name in (AWAY, "/away:1", "..:..", "fine:3")]


class Package(Handler):
    def serve(self) -> None:
        self.answer(200, CODE)


class Away:
    """An AWS that gives such names."""

    def __init__(self, url: str) -> None:
        self.content = {"Location": url, "CodeSha256": SHA256}
        self.configuration = {
            "FunctionArn": f"arn:aws:lambda:eu-west-1:123456789012:function:{AWAY}",
            "FunctionName": AWAY,
            "Version": AWAY,
            "CodeSha256": SHA256,
            "Layers": [{"Arn": arn} for arn in LAYERS],
        }

    def call(self, _service: str, operation: str, **_parameters: Any) -> Any:
        return {
            "get_function": {"Configuration": self.configuration, "Code": self.content},
            "get_function_configuration": self.configuration,
            "get_layer_version_by_arn": {"Content": self.content},
            "get_policy": {"Policy": '{"Statement": []}'},
            "get_function_code_signing_config": {},
            "get_function_recursion_config": {"RecursiveLoop": "Terminate"},
            "get_runtime_management_config": {"UpdateRuntimeOn": "Auto"},
        }[operation]

    def pages(self, _service: str, operation: str, _key: str, **_parameters: Any) -> Iterator[Any]:
        listed = {
            "list_versions_by_function": [self.configuration],
            "list_aliases": [{"Name": AWAY}],
            "list_event_source_mappings": [{"UUID": AWAY}],
        }
        return iter(listed.get(operation, []))

    def downloads(self) -> Client:
        return Client()


def test_nothing_is_written_outside_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "two" / "three" / "backup"
    backup = Backup(folder)

    with listening(Package) as url:
        backup.write(Away(url), AWAY, {})  # type: ignore[arg-type]  # as far as a backup asks

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if not path.is_relative_to(folder)] == []
    assert backup.sound()
    assert len(list((folder / "layers").iterdir())) == len(LAYERS)
    assert (folder / "layers" / "fine-3.zip").read_bytes() == CODE


def test_a_function_in_an_image_is_kept_by_the_names_of_its_images(tmp_path: Path) -> None:
    away = Away("http://nobody.example")
    uri = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:{'1' * 64}"
    away.content = {"RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": uri}
    away.configuration = {**away.configuration, "Version": "7", "Layers": []}
    backup = Backup(tmp_path / "backup")

    backup.write(away, "orders", {})  # type: ignore[arg-type]  # as far as a backup asks

    assert backup.sound()
    assert json.loads((backup.folder / "images.json").read_text()) == {"$LATEST": uri, "7": uri}
    assert not (backup.folder / "code").exists()
