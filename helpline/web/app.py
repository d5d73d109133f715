"""The web server's application: the webhooks of providers, and the list of page groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response

from helpline.app.providers import PROVIDERS
from helpline.web.desk.cases.pages import cases_pages
from helpline.web.desk.inbox.pages import inbox_pages
from helpline.web.desk.today.pages import today_pages
from helpline.web.health.pages import health_pages
from helpline.web.login.pages import login_pages
from helpline.web.metrics.pages import metrics_pages
from helpline.web.shared.desk import elsewhere_pages, frame_pages

if TYPE_CHECKING:
    from helpline.app.build import Gateway
    from helpline.providers.provider import Providers
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


def make_app(
    gateway: Gateway, phones: Phones | None = None, providers: Providers = PROVIDERS
) -> Flask:
    """Return the application for a gateway, with the routes by which `providers` call it.

    `phones` are those of a simulated network, shown at /phones.
    """
    app = Flask("helpline.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # 405: no page of ours is asked so
    for routes in providers.webhooks(gateway.settings, gateway):
        app.register_blueprint(routes)
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
