"""Where who holds the loft calls us."""

from __future__ import annotations

from flask import Blueprint, Response, request

from helpline.base.errors import NotSaved
from helpline.base.ports import InboundText, Intake
from helpline.providers.texts import plain, read_form
from tests.providers.pigeon.settings import PigeonSettings


def pigeon_webhooks(settings: PigeonSettings, intake: Intake) -> Blueprint:
    """Return the one route: a pigeon landed. Answers once it is on disk, 503 otherwise."""
    routes = Blueprint("pigeon", __name__)

    @routes.post("/pigeon/landed")
    def landed() -> Response:
        if request.args.get("token", "") != settings.token:
            return Response(status=403)
        form = {name: plain(value) for name, value in read_form(request.get_data())}
        text = InboundText("pigeon", form["ring"], form["from"], settings.number, form["text"])
        try:
            intake.receive_text(text)
        except NotSaved:
            return Response(status=503)
        return Response(status=204)

    return routes
