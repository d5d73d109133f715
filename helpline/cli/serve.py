"""Run the gateway: web and engine in one process, or one of them."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import click

from helpline.cli.shutdown import ToldToStop

if TYPE_CHECKING:
    from helpline.app.build import House
    from helpline.simulator.demo import DemoPhones


@click.command()
@click.option("--only", type=click.Choice(["web", "engine"]), help="Run one half only.")
@click.pass_obj
def serve(config: str | None, only: str | None) -> None:
    """Run the gateway: web and engine."""
    from helpline.app.build import build
    from helpline.settings import load_settings
    from helpline.store.opening import check_whole

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    settings = load_settings(config)
    check_whole(settings.service.database)
    house = build(settings, active=only != "web")
    if not settings.can_send:
        click.echo("No provider is set: texts wait until [twilio] or [africastalking] is filled in.", err=True)
    run(house, web=only != "engine")


def run(house: House, *, web: bool) -> None:
    """Run until SIGTERM or SIGINT; then finish what is under way and stop."""
    from helpline.web.server import WebServer

    told = ToldToStop()
    house.engine.start()
    phones = _phones(house) if web and house.settings.web.phones else None
    server = WebServer(house, phones) if web else None
    if server is not None:
        if phones is not None:
            phones.carrier.gateway_url = server.address
        server.start()
        click.echo(f"{house.settings.service.name} listens on {server.address}", err=True)
    from helpline.ops.maintenance import Chores  # takes a while to load: the door is open by now
    from helpline.ops.watch.systemd import Watchdog

    active = house.engine.sender is not None
    watch = Chores(house) if active else Watchdog(house, lambda: True, lambda: None)
    watch.start()
    told.wait()
    if server is not None:
        server.stop()
    watch.stop()
    if phones is not None:
        phones.carrier.stop()
    house.engine.stop()


def _phones(house: House) -> DemoPhones | None:
    """Return the phones on screen where no text can leave this machine; elsewhere say why there are none."""
    from helpline.simulator.beside import phones_beside

    beside = phones_beside(house.settings, house.clock)
    if beside.why_not:
        click.echo(beside.why_not, err=True)
    return beside.phones
