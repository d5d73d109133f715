"""The web server's application: webhooks of providers, the desk, signs of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response

if TYPE_CHECKING:
    from helpline.app.build import Gateway
    from helpline.web.phones.pages import Phones

LARGEST = 64 * 1024


def make_app(gateway: Gateway, phones: Phones | None = None) -> Flask:
    """Return the application for a gateway. `phones` are those of a simulated network, shown at
    /phones."""
    from helpline.providers.africastalking.webhooks import africastalking_webhooks
    from helpline.providers.twilio.webhooks import twilio_webhooks
    from helpline.settings.providers import AfricasTalkingSettings, TwilioSettings
    from helpline.web.desk import desk_pages
    from helpline.web.health import health_pages
    from helpline.web.login import login_pages

    settings = gateway.settings
    app = Flask("helpline.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    twilio, talking = settings.of(TwilioSettings), settings.of(AfricasTalkingSettings)
    if twilio.configured:
        app.register_blueprint(twilio_webhooks(twilio, settings.service.public_url, gateway))
    if talking.configured:
        app.register_blueprint(africastalking_webhooks(talking, gateway))
    app.register_blueprint(health_pages(gateway))
    app.register_blueprint(login_pages(gateway, settings))
    app.register_blueprint(desk_pages(gateway, settings))
    if phones is not None:
        from helpline.web.phones.pages import phones_page

        app.register_blueprint(phones_page(gateway, phones))
    app.add_url_rule("/", "home", lambda: Response(status=302, headers={"Location": "/desk/today"}))
    app.register_error_handler(
        413, lambda _: Response("too large", status=413, mimetype="text/plain")
    )
    return app
