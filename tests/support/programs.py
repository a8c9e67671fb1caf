"""Programs that tests start as processes of their own."""

from __future__ import annotations

SERVER = """
import http.server, os, signal, subprocess, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(os.environ.get("GREETING", "").encode())
    def log_message(self, *_): pass
signal.signal(signal.SIGTERM, lambda *_: (print("goodbye", flush=True), os._exit(0)))
print("listening on", os.environ["HOST"], flush=True)
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Answer).serve_forever()
"""
"""A web service that answers everything with ``GREETING``, and says goodbye on SIGTERM."""
