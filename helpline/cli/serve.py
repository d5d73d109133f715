"""Run the gateway: web and engine in one process, or one of them."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from helpline.wiring import House


@click.command()
@click.option("--only", type=click.Choice(["web", "engine"]), help="Run one half only.")
@click.pass_obj
def serve(config: str | None, only: str | None) -> None:
    """Run the gateway: web and engine."""
    from helpline.settings import load_settings
    from helpline.wiring import build

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    settings = load_settings(config)
    house = build(settings, active=only != "web")
    if not settings.can_send:
        click.echo("No provider is set: texts wait until [twilio] or [africastalking] is filled in.", err=True)
    run(house, web=only != "engine")


def run(house: House, *, web: bool) -> None:
    """Run until SIGTERM or SIGINT; then finish what is under way and stop."""
    from helpline.chores import Chores

    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    house.engine.start()
    chores = Chores(house) if house.engine.sender is not None else None
    if chores is not None:
        chores.start()
    server = WebServer(house) if web else None
    if server is not None:
        server.start()
        click.echo(f"{house.settings.service.name} listens on {server.address}", err=True)
    stopping.wait()
    if server is not None:
        server.stop()
    if chores is not None:
        chores.stop()
    house.engine.stop()


class WebServer:
    """Waitress on the address of the settings, in a thread of its own."""

    def __init__(self, house: House) -> None:
        from waitress.server import create_server

        from helpline.web.app import make_app

        web = house.settings.web
        self._server = create_server(
            make_app(house),
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
