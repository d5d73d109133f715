"""The production web server: waitress, in a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from helpline.web.app import make_app

if TYPE_CHECKING:
    from helpline.web.phones import Phones
    from helpline.wiring import House


class WebServer:
    """Waitress on the address of the settings, in a thread of its own. `phones` are shown at /phones."""

    def __init__(self, house: House, phones: Any = None) -> None:
        web = house.settings.web
        self._server = create_server(
            make_app(house, phones) if phones is not None else make_app(house),
            host=web.host,
            port=web.port,
            threads=web.threads,
            ident="helpline",
            max_request_body_size=1 << 20,
            channel_timeout=30,
        )
        host, port = self._server.socket.getsockname()[:2]
        self.address = f"http://{host}:{port}"
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take no new requests; those under way are answered."""
        self._server.close()
        self._server.task_dispatcher.shutdown(timeout=5)
        self._thread.join(5)
