"""The web server's application: the webhooks of providers, and the list of page groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response

from helpline.web.desk.cases.pages import cases_pages
from helpline.web.desk.inbox.pages import inbox_pages
from helpline.web.desk.today.pages import today_pages
from helpline.web.health.pages import health_pages
from helpline.web.login.pages import login_pages
from helpline.web.metrics.pages import metrics_pages
from helpline.web.shared.desk import elsewhere_pages, frame_pages

if TYPE_CHECKING:
    from helpline.app.build import Gateway
    from helpline.web.phones.pages import Phones

LARGEST = 64 * 1024

# every page group; /phones is one more where there is a simulated network
PAGES = (
    health_pages,
    metrics_pages,
    login_pages,
    today_pages,
    cases_pages,
    inbox_pages,
    frame_pages,
    elsewhere_pages,
)


def make_app(gateway: Gateway, phones: Phones | None = None) -> Flask:
    """Return the application for a gateway. `phones` are those of a simulated network, shown at
    /phones."""
    from helpline.providers.africastalking.webhooks import africastalking_webhooks
    from helpline.providers.twilio.webhooks import twilio_webhooks
    from helpline.settings.providers import AfricasTalkingSettings, TwilioSettings

    settings = gateway.settings
    app = Flask("helpline.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    twilio, talking = settings.of(TwilioSettings), settings.of(AfricasTalkingSettings)
    if twilio.configured:
        app.register_blueprint(twilio_webhooks(twilio, settings.service.public_url, gateway))
    if talking.configured:
        app.register_blueprint(africastalking_webhooks(talking, gateway))
    for pages in PAGES:
        app.register_blueprint(pages(gateway))
    if phones is not None:
        from helpline.web.phones.pages import phones_page

        app.register_blueprint(phones_page(gateway, phones))
    app.add_url_rule("/", "home", lambda: Response(status=302, headers={"Location": "/desk/today"}))
    app.register_error_handler(
        413, lambda _: Response("too large", status=413, mimetype="text/plain")
    )
    return app
