"""Run the gateway: web and engine in one process, or one of them."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import click

from helpline.cli.shutdown import ShutdownSignal

if TYPE_CHECKING:
    from helpline.app.build import Gateway
    from helpline.simulator.demo import DemoPhones


@click.command()
@click.option("--only", type=click.Choice(["web", "engine"]), help="Run one half only.")
@click.pass_obj
def serve(config: str | None, only: str | None) -> None:
    """Run the gateway: web and engine."""
    from helpline.app.build import build
    from helpline.app.settings import load_settings
    from helpline.store.opening import check_whole

    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    settings = load_settings(config)
    check_whole(settings.service.database)
    gateway = build(settings, active=only != "web")
    if not settings.can_send:
        missing = settings.carrier_sections
        click.echo(f"No provider is set: texts wait until {missing} is filled in.", err=True)
    run(gateway, web=only != "engine")


def run(gateway: Gateway, *, web: bool) -> None:
    """Run until SIGTERM or SIGINT; then finish what is under way and stop."""
    from helpline.web.server import WebServer

    told = ShutdownSignal()
    phones = _phones(gateway) if web and gateway.settings.web.phones else None
    server = WebServer(gateway, phones) if web else None  # a busy port ends it before it begins
    gateway.engine.start()
    if server is not None:
        if phones is not None:
            phones.carrier.gateway_url = server.address
        server.start()
        click.echo(f"{gateway.settings.service.name} listens on {server.address}", err=True)
    from helpline.ops.maintenance import (
        Maintenance,
    )  # takes a while to load: the door is open by now
    from helpline.ops.watch.systemd import Watchdog

    active = gateway.engine.sender is not None
    watch = Maintenance(gateway) if active else Watchdog(gateway, lambda: True, lambda: None)
    watch.start()
    told.wait()
    if server is not None:
        server.stop()
    watch.stop()
    if phones is not None:
        phones.carrier.stop()
    gateway.engine.stop()


def _phones(gateway: Gateway) -> DemoPhones | None:
    """Return the phones on screen where no text can leave this machine; elsewhere say why there are
    none."""
    from helpline.simulator.beside import phones_beside

    beside = phones_beside(gateway.settings, gateway.clock)
    if beside.why_not:
        click.echo(beside.why_not, err=True)
    return beside.phones
