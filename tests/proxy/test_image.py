"""The derived image: the original's layers, byte for byte, one more, and a configuration that keeps what it had."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import tarfile
from typing import Any

import pytest

from lambda_migrate.function.image import ADAPTER, BASE, CLIENT, SCRIPT, Image, overrides, parse, start
from lambda_migrate.proxy import image, layer
from tests.support.images import DOCKER, Built, Recipe, digest

FILES = ({"var/task/app.py": b"def handler(event, context): ..."}, {"var/task/more.txt": b"more"})
OCI = "application/vnd.oci.image.manifest.v1+json"


def derived(built: Built, media_type: str = DOCKER, *, on_path: bool = True) -> image.Derived:
    return image.derive(built.manifest.decode(), media_type, built.config.decode(), on_path=on_path)


def test_the_original_s_layers_come_first_and_the_proxy_s_behind_them() -> None:
    original = Recipe(FILES).build()

    made = derived(original)

    manifest, theirs = json.loads(made.manifest.content), json.loads(original.manifest)
    assert manifest == {
        **theirs,
        "config": {**theirs["config"], "size": len(made.config.content), "digest": digest(made.config.content)},
        "layers": [
            *theirs["layers"],
            {
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "size": len(made.layer.content),
                "digest": digest(made.layer.content),
            },
        ],
    }
    assert (made.digest, made.layer.digest) == (digest(made.manifest.content), digest(made.layer.content))


def pair(built: Built) -> tuple[str, str]:
    return built.manifest.decode(), built.config.decode()


def changed(pair: tuple[str, str], **settings: Any) -> tuple[str, str]:
    manifest, config = pair
    return manifest, json.dumps({**json.loads(config), **settings})


def test_anybody_can_prove_that_an_image_is_the_original_and_the_proxy_and_nothing_else() -> None:
    original, other = Recipe(FILES).build(), Recipe(FILES[:1]).build()
    made = derived(original)
    ours = made.manifest.content.decode(), made.config.content.decode()
    theirs = pair(original)
    own = json.loads(ours[1])["config"]
    less = json.loads(ours[0])
    less["layers"] = less["layers"][1:]

    assert image.is_derived(theirs, ours)
    assert not image.is_derived(theirs, theirs)
    assert not image.is_derived(pair(other), ours)
    assert not image.is_derived(theirs, (json.dumps(less), ours[1]))
    assert not image.is_derived(theirs, changed(ours, config={**own, "Cmd": ["theirs.handler"]}))
    assert not image.is_derived(theirs, changed(ours, config={**own, "Env": [*own["Env"], "LEVEL=debug"]}))
    assert not image.is_derived(theirs, ("{", "{"))


def test_an_image_that_another_version_of_this_tool_has_made_carries_the_proxy_too() -> None:
    original = Recipe(FILES).build()
    made = derived(original)
    ours = made.manifest.content.decode(), made.config.content.decode()
    older = json.loads(ours[0])
    older["layers"][-1]["digest"] = f"sha256:{'0' * 64}"

    assert image.carries(*ours)
    assert image.carries(json.dumps(older), ours[1])
    assert not image.carries(*pair(original))
    assert not image.carries("", "")


def test_the_configuration_keeps_what_it_had_in_its_order_and_lists_one_layer_more() -> None:
    original = Recipe(FILES).build()

    made = json.loads(derived(original).config.content)

    theirs = json.loads(original.config)
    _, unpacked = image.proxy_layer()
    entry = {"created": "2026-11-01T00:00:00Z", "created_by": "lambda-migrate: the proxy"}
    assert made == {
        **theirs,
        "history": [*theirs["history"], entry],
        "rootfs": {"type": "layers", "diff_ids": [*theirs["rootfs"]["diff_ids"], unpacked]},
    }
    assert list(made) == list(theirs)


@pytest.mark.parametrize(
    ("variables", "on_path", "expected"),
    [
        (("A=1",), True, ["A=1"]),
        (("A=1",), False, ["A=1", "PYTHONPATH=/opt/python"]),
        (("PYTHONPATH=/app", "A=1"), True, ["PYTHONPATH=/opt/python:/app", "A=1"]),
        (("PYTHONPATH=", "A=1"), False, ["PYTHONPATH=/opt/python", "A=1"]),
    ],
)
def test_modules_of_the_proxy_are_found_whatever_the_image_says(
    variables: tuple[str, ...], expected: list[str], *, on_path: bool
) -> None:
    made = derived(Recipe(FILES, variables=variables).build(), on_path=on_path)

    assert json.loads(made.config.content)["config"]["Env"] == expected


def test_the_layer_holds_the_same_files_as_that_of_packages_and_folders_that_may_be_entered() -> None:
    blob, unpacked = image.proxy_layer()
    content = gzip.decompress(blob.content)

    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        found = {entry.name: entry for entry in archive}
        files = {name: archive.extractfile(entry).read() for name, entry in found.items() if entry.isreg()}  # type: ignore[union-attr]
    assert digest(content) == unpacked
    assert {name.removeprefix("opt/"): each for name, each in files.items()} == layer.files()
    assert {each.mode for each in found.values() if each.isdir()} == {0o755}
    runs = {name for name, each in found.items() if each.isreg() and each.mode == 0o755}
    assert runs == {f"opt/{name}" for name in layer.EXECUTABLE}
    assert {(each.mtime, each.uid, each.gid, each.uname) for each in found.values()} == {(0, 0, 0, "")}


def test_another_process_derives_the_same_image() -> None:
    program = "from lambda_migrate.proxy.image import proxy_layer; print(proxy_layer()[0].digest)"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == image.proxy_layer()[0].digest


def test_an_image_of_oci_gets_a_layer_of_oci() -> None:
    made = derived(Recipe(FILES, more={"mediaType": OCI}).build(), OCI)

    last = json.loads(made.manifest.content)["layers"][-1]
    assert (last["mediaType"], made.media_type) == ("application/vnd.oci.image.layer.v1.tar+gzip", OCI)


SOME = {"digest": f"sha256:{'0' * 64}", "size": 1}


def named(*layers: object) -> str:
    return json.dumps({"config": SOME, "layers": layers})


@pytest.mark.parametrize(
    ("manifest", "media_type", "config", "reason"),
    [
        (
            '{"manifests": []}',
            "application/vnd.oci.image.index.v1+json",
            "",
            "its manifest is a list of images",
        ),
        ('{"layers": []}', "application/x", "{}", "its manifest has the media type `application/x`"),
        ("[]", DOCKER, "{}", "its manifest is not a JSON object"),
        (named(), DOCKER, "<", "its configuration is not a JSON object"),
        (named(SOME), DOCKER, '{"rootfs": {"diff_ids": []}}', "its configuration does not list the layers that"),
        (named(), DOCKER, "{}", "its configuration does not list the layers that its manifest does"),
        ('{"layers": []}', DOCKER, '{"rootfs": {"diff_ids": []}}', "its manifest names no configuration"),
        (json.dumps({"config": SOME}), DOCKER, "{}", "its manifest names no layers"),
        (named(1), DOCKER, "{}", "its manifest names a layer or configuration without a SHA-256 digest"),
        (named({"digest": "md5:1"}), DOCKER, "{}", "its manifest names a layer or configuration without a SHA-256"),
        (named({**SOME, "size": True}), DOCKER, "{}", "its manifest does not say how large sha256:000000000000… is"),
        (named({**SOME, "size": -1}), DOCKER, "{}", "its manifest does not say how large sha256:000000000000… is"),
        (named(), DOCKER, "[]", "its configuration is not a JSON object"),
        (named(), DOCKER, '{"rootfs": []}', "in its configuration `rootfs` is not an object"),
        (named(), DOCKER, '{"config": "x"}', "in its configuration `config` is not an object"),
        (named(), DOCKER, '{"config": {"Env": [7]}}', "in its configuration `config.Env` is not a list of strings"),
        (named(), DOCKER, '{"config": {"Cmd": "a.b"}}', "in its configuration `config.Cmd` is not a list of strings"),
        (named(), DOCKER, '{"config": {"WorkingDir": 7}}', "in its configuration `config.WorkingDir` is not text"),
        (named(), DOCKER, '{"history": [7]}', "in its configuration `history` is not a list of objects"),
        (named(), DOCKER, '{"x": 1e999, "rootfs": {"diff_ids": []}}', "cannot be written back unchanged"),
        (named(), DOCKER, '{"x": "\\ud800", "rootfs": {"diff_ids": []}}', "cannot be written back unchanged"),
        (named(), DOCKER, "[" * 100_000, "its configuration is not a JSON object"),
    ],
)
def test_what_cannot_be_edited_is_refused(manifest: str, media_type: str, config: str, reason: str) -> None:
    with pytest.raises(image.CannotDeriveError, match=reason):
        image.derive(manifest, media_type, config, on_path=True)


@pytest.mark.parametrize("path", ["", "/app", "/app:/lib"])
def test_a_path_for_modules_is_as_before_when_the_proxy_is_gone(path: str) -> None:
    assert image.without_proxy(image.with_proxy(path)) == path


ADAPTED = "COPY /lambda-adapter /opt/extensions/lambda-adapter # buildkit"


def started(entry_point: list[str], command: list[str], history: str = "", **overridden: Any) -> tuple[str, str]:
    config = {"config": {"Entrypoint": entry_point, "Cmd": command}, "history": [{"created_by": history}]}
    found = start(config, overridden)
    return found.kind, found.handler


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (started(["/lambda-entrypoint.sh"], ["app.handler"]), (BASE, "app.handler")),
        (started(["/lambda-entrypoint.sh"], ["app.handler"], Command=["other/app.main"]), (BASE, "other/app.main")),
        (started(["/lambda-entrypoint.sh"], []), ("", "")),
        (started(["/lambda-entrypoint.sh"], ["app.handler", "more"]), ("", "")),
        (started(["python", "-m", "awslambdaric"], ["app.handler"]), (CLIENT, "app.handler")),
        (started([], ["python", "-m", "awslambdaric", "app.handler"]), (CLIENT, "app.handler")),
        (started(["python", "-m", "awslambdaric", "app.handler"], []), (CLIENT, "app.handler")),
        (started(["python", "-m", "awslambdaric", "app.handler"], ["more"]), (CLIENT, "app.handler")),
        (started(["python", "-m", "awslambdaric"], []), ("", "")),
        (started(["/entry.sh", "app.handler"], []), ("", "")),
        (started(["/bin/sh", "-c", "python -m awslambdaric app.handler"], []), ("", "")),
        (started(["/entry.sh"], ["app.handler"]), (SCRIPT, "app.handler")),
        (started(["/entry.sh"], ["run.sh"]), ("", "")),
        (started([], ["uvicorn", "app.main"]), ("", "")),
        (started([], ["uvicorn", "main:app"], ADAPTED), (ADAPTER, "")),
        (started([], ["uvicorn", "main:app"], "COPY file:1a in /opt/extensions/lambda-adapter "), (ADAPTER, "")),
        (started([], ["uvicorn", "main:app"], "COPY /lambda-adapter /opt/extensions/ # buildkit"), (ADAPTER, "")),
        (started([], ["/main", "serve"], "RUN pip install my-lambda-adapter # buildkit"), ("", "")),
        (started([], ["/main", "serve"], "COPY lambda-adapter.py /opt/extensions/x # buildkit"), ("", "")),
        (started([], ["/main", "serve"], "COPY /lambda-adapter /src/lambda-adapter # buildkit"), ("", "")),
        (started([], [], ADAPTED), ("", "")),
        (started(["/main"], []), ("", "")),
    ],
)
def test_what_starts_the_handler_is_recognised_or_unknown(found: tuple[str, str], expected: tuple[str, str]) -> None:
    assert found == expected


def test_the_handler_alone_is_replaced_and_the_rest_is_kept() -> None:
    client = start({"config": {"Cmd": ["python", "-m", "awslambdaric", "app.handler"]}}, {"WorkingDirectory": "/app"})
    whole = start({"config": {"Entrypoint": ["python", "-m", "awslambdaric", "app.handler"], "Cmd": ["more"]}}, {})
    own = {"Entrypoint": ["tini", "--"], "Cmd": ["uvicorn", "a:b"]}
    adapter = start({"config": own, "history": [{"created_by": ADAPTED}]}, {})

    assert client.replaced({"WorkingDirectory": "/app"}, "proxy.handler", "/opt/x") == {
        "WorkingDirectory": "/app",
        "Command": ["python", "-m", "awslambdaric", "proxy.handler"],
    }
    assert whole.replaced({}, "proxy.handler", "/opt/x") == {
        "EntryPoint": ["python", "-m", "awslambdaric", "proxy.handler"]
    }
    assert adapter.replaced({}, "proxy.handler", "/opt/x") == {
        "EntryPoint": ["/opt/x", "tini", "--"],
        "Command": ["uvicorn", "a:b"],
    }


def test_a_uri_with_a_digest_is_taken_apart_and_others_are_not() -> None:
    uri = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/orders@sha256:{'a' * 64}"
    found = parse(uri)

    assert found == Image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/orders", f"sha256:{'a' * 64}")
    assert found is not None
    assert (found.registry, found.name, found.region) == ("123456789012", "shop/orders", "eu-west-1")
    assert [parse(each) for each in (uri[:-1], uri.partition("@")[0], "public.ecr.aws/lambda/python", "")] == [None] * 4


def test_what_is_not_overridden_is_left_out() -> None:
    told = {"ImageConfigResponse": {"ImageConfig": {"Command": ["a"], "EntryPoint": []}}}

    assert overrides(told) == {"Command": ["a"]}
    assert overrides({}) == {}
