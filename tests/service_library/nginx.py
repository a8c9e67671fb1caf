"""nginx as Elastic Beanstalk runs it, with the settings that `init` writes.

Needs nginx (Debian: `apt-get install nginx-light`), found on the path or named by `NGINX`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import jinja2
import pytest

from tests.support.ports import reserved_port
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

NGINX = os.environ.get("NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OURS = Path(__file__).parents[2] / "templates" / "extras" / "elastic-beanstalk" / ".platform" / "nginx" / "conf.d"
# the platform's own: a location that writes Host, X-Real-IP and X-Forwarded-For, and asks for an upgrade
PLATFORM = """
daemon off;
user {user};
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/service.conf;
  map $http_upgrade $connection_upgrade {{ default "upgrade"; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {upstream};
      proxy_http_version 1.1;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""

needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-light)")


@contextmanager
def behind_nginx(upstream: str, folder: Path) -> Iterator[str]:
    """Run nginx in front of a service, and give its URL.

    Args:
        upstream: URL of the service.
        folder: Where nginx may write.
    """
    written = jinja2.Template((OURS / "service.conf.jinja").read_text()).render(function=SimpleNamespace(timeout=3))
    (folder / "service.conf").write_text(written)
    with reserved_port() as port:
        (folder / "nginx.conf").write_text(
            PLATFORM.format(user=pwd.getpwuid(os.getuid()).pw_name, folder=folder, port=port, upstream=upstream)
        )
        process = subprocess.Popen([str(NGINX), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
        try:
            eventually(lambda: listens(port) or process.poll() is not None)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(TIMEOUT)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
