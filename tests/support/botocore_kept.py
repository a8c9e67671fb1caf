"""What botocore makes again for each session and each client, made once for all.

A user's process has one session; a process of tests has one for each command, and they are all alike. What is kept
depends on nothing but botocore's own files: models, the classes of clients, which handlers take keywords, and names.
"""

from __future__ import annotations

import copy
import os
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.endpoint
import botocore.hooks
import botocore.httpsession
import botocore.session
import botocore.useragent
import botocore.utils
import pytest
from botocore.client import ClientCreator
from botocore.hooks import EventAliaser, NodeList, _PrefixTrie
from botocore.loaders import JSONFileLoader
from botocore.useragent import UserAgentComponent
from botocore.utils import EVENT_ALIASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.loaders import Loader


def keep(patch: pytest.MonkeyPatch) -> None:
    """Have botocore keep what it would make again."""
    _models(patch)
    _classes(patch)
    _handlers(patch)
    _proxies(patch)
    clean = cache(botocore.useragent.sanitize_user_agent_string_component)
    patch.setattr(botocore.useragent, "sanitize_user_agent_string_component", clean)
    patch.setattr(UserAgentComponent, "to_string", cache(UserAgentComponent.to_string))
    # what verifies certificates is the same for all; the endpoints of tests have none
    patch.setattr(botocore.httpsession, "create_urllib3_context", cache(botocore.httpsession.create_urllib3_context))


def _models(patch: pytest.MonkeyPatch) -> None:
    """Read each model once, and look once which there are."""
    read, make = JSONFileLoader.load_file, cache(botocore.session.create_loader)
    files: dict[str, Any] = {}

    def load_file(loader: JSONFileLoader, path: str) -> Any:
        if path not in files:
            files[path] = read(loader, path)
        return files[path]

    def create_loader(search_path: str | None = None) -> Loader:
        loader = copy.copy(make(search_path))  # what it has read is shared
        loader._search_paths = [*loader._search_paths]  # boto3 adds its own
        return loader

    patch.setattr(JSONFileLoader, "load_file", load_file)
    patch.setattr(botocore.session, "create_loader", create_loader)


def _classes(patch: pytest.MonkeyPatch) -> None:
    """Make the class of a service's clients once, and the shapes of its model, which are made as they are asked for."""
    make, load = ClientCreator._create_client_class, ClientCreator._load_service_model
    classes: dict[str, type] = {}
    models: dict[tuple[str, str | None], Any] = {}

    def load_model(creator: ClientCreator, service: str, api_version: str | None = None) -> Any:
        if (service, api_version) not in models:
            models[service, api_version] = load(creator, service, api_version)
        return models[service, api_version]

    def create(creator: ClientCreator, service: str, model: Any) -> type:
        if service not in classes:
            classes[service] = make(creator, service, model)
        return classes[service]

    patch.setattr(ClientCreator, "_create_client_class", create)
    patch.setattr(ClientCreator, "_load_service_model", load_model)


def _handlers(patch: pytest.MonkeyPatch) -> None:
    """Look once what a handler takes and what an event is called, and copy lists of handlers as lists."""
    look = botocore.hooks.accepts_kwargs
    taking: dict[object, bool] = {}
    names: dict[str, str] = {}
    begin = EventAliaser.__init__

    def accepts_kwargs(handler: Callable[..., Any]) -> bool:
        code = getattr(handler, "__code__", handler)
        if code not in taking:
            taking[code] = look(handler)
        return taking[code]

    def share_names(aliaser: EventAliaser, emitter: Any, aliases: dict[str, str] | None = None) -> None:
        begin(aliaser, emitter, aliases)
        if aliaser._event_aliases == EVENT_ALIASES:
            aliaser._alias_name_cache = names

    patch.setattr(EventAliaser, "__init__", share_names)
    patch.setattr(botocore.hooks, "accepts_kwargs", accepts_kwargs)
    patch.setattr(_PrefixTrie, "_recursive_copy", staticmethod(_copied))


def _copied(node: dict[str, Any]) -> dict[str, Any]:
    """Return the structure of a trie of handlers, with the same handlers."""
    return {
        name: _copied(value)
        if value.__class__ is dict
        else NodeList([*value.first], [*value.middle], [*value.last])
        if value.__class__ is NodeList
        else value
        for name, value in node.items()
    }


def _proxies(patch: pytest.MonkeyPatch) -> None:
    """Ask which hosts go past a proxy only where the environment names one."""
    ask = botocore.utils.get_environ_proxies

    def proxies(url: str) -> dict[str, str]:
        return ask(url) if any(name.lower().endswith("_proxy") for name in os.environ) else {}

    patch.setattr(botocore.utils, "get_environ_proxies", proxies)
    patch.setattr(botocore.endpoint, "get_environ_proxies", proxies)


@pytest.fixture(scope="session", autouse=True)
def botocore_kept() -> Iterator[None]:
    """Keep it for as long as tests run."""
    with pytest.MonkeyPatch.context() as patch:
        keep(patch)
        yield
