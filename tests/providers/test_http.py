"""The pool of connections all providers use."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from helpline.providers.http import HttpPool


def test_what_is_posted_as_json_arrives_whole_with_its_type_and_our_headers() -> None:
    got: dict[str, object] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.update(said=json.loads(body), kind=self.headers["Content-Type"])
            got["token"] = self.headers["X-Token"]
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        pool, words = HttpPool(), {"text": "ça va ? مرحبا"}
        url = f"http://127.0.0.1:{server.server_port}/messages"
        answer = pool.post_json(url, words, {"X-Token": "t"})
        thread.join()
        pool.close()
    assert answer.status_code == 202
    assert got == {"said": words, "kind": "application/json", "token": "t"}
