"""/phones: basic phones side by side, for the demo town and for trying a gateway out. No text
leaves this machine.

What the phones show was carried by the simulated network; what is typed goes over it, signed, like
anybody's text.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from flask import Blueprint, Response, abort, make_response, render_template, request

from helpline.base.calendar import local
from helpline.base.errors import InvalidNumber
from helpline.base.phone import number
from helpline.language.segments import segments
from helpline.store.sqlite import Row
from helpline.web.phones.words import WORDS, long_day, role_of
from helpline.web.shared.pages import HEADERS, Gateway, is_from_here

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
LONGEST_TEXT, LONGEST_WAIT = 1600, 7 * 24 * 60
SHOWN_TEXTS = 60  # on one phone; a basic phone holds fewer
DEFAULT_CODE = "*384*20#"


class Text(Protocol):
    """One text on the network; `at` is milliseconds, `by_people` tells who sent it."""

    @property
    def sid(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def receiver(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def at(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def by_people(self) -> bool: ...


class Kept(Protocol):
    """The texts a network holds."""

    def all(self) -> Sequence[Text]: ...


class Network(Protocol):
    """The simulated network."""

    @property
    def texts(self) -> Kept: ...
    def text(self, sender: str, body: str) -> int: ...
    def dial(self, sender: str, session: str, code: str, typed: str = "") -> str: ...
    def end_session(
        self, session: str, sender: str = "", code: str = "", status: str = "Incomplete"
    ) -> int: ...


class Hands(Protocol):
    """Whoever may put the town's clock forward."""

    def forward(self, minutes: int) -> None: ...
    def settle(self) -> None: ...


class Phones(Protocol):
    """The phones shown. `names`: of numbers to show in any case. Without `passing` the clock is the
    world's."""

    @property
    def carrier(self) -> Any: ...
    @property
    def passing(self) -> Hands | None: ...
    @property
    def names(self) -> Mapping[str, str]: ...


def phones_page(gateway: Gateway, phones: Phones) -> Blueprint:
    """Return /phones and what it talks to."""
    pages = Blueprint(
        "phones",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/phones/static",
    )
    desk = _Board(gateway, phones)
    routes: dict[str, Callable[[Mapping[str, Any]], object]] = {
        "text": desk.text,
        "dial": desk.dial,
        "clock": desk.clock,
    }

    @pages.after_request
    def guard(response: Response) -> Response:
        response.headers.update({**HEADERS, "Content-Security-Policy": POLICY})
        return response

    @pages.get("/phones")
    def show() -> Response:
        return desk.page()

    @pages.get("/phones/state")
    def state() -> Response:
        return _json(desk.state(request.args.getlist("also")))

    for name, act in routes.items():

        def view(act: Callable[[Mapping[str, Any]], object] = act) -> Response:
            content = request.get_json(silent=True) if is_from_here(gateway) else None
            if not isinstance(content, dict):
                abort(400)
            return _json(act(content))

        pages.add_url_rule(f"/phones/{name}", name, view, methods=["POST"])
    return pages


class _Board:
    def __init__(self, gateway: Gateway, phones: Phones) -> None:
        self._gateway, self._phones = gateway, phones
        self._network: Network = phones.carrier
        self._one_by_one = (
            threading.Lock()
        )  # each text calls this very server: two at a time leave room to answer

    @property
    def _code(self) -> str:
        return self._gateway.town.settings.service_code or DEFAULT_CODE

    def page(self) -> Response:
        """Return the page, empty of phones: the script brings them."""
        language = request.accept_languages.best_match(list(WORDS)) or "en"
        settings = self._gateway.town.settings
        return make_response(
            render_template(
                "phones.html",
                t=WORDS[language],
                language=language,
                service=settings.service.name,
                code=self._code,
                has_ussd=settings.has_ussd,
                may_steer=self._phones.passing is not None,
            )
        )

    # --- what is there ----------------------------------------------------------------------------

    def state(self, also: Sequence[str]) -> object:
        """Return the clock and all phones with their texts; `also` names numbers of phones added by
        hand."""
        language = request.accept_languages.best_match(list(WORDS)) or "en"
        now, zone = self._gateway.clock.now(), self._gateway.town.zone_name
        with self._gateway.read() as store:
            known = {row["phone"]: row for row in store.all("phone_owners")}
        texts = self._texts()
        numbers = dict.fromkeys(
            (*self._phones.names, *known, *texts, *filter(None, map(_e164, also)))
        )
        return {
            "clock": f"{local(now, zone):%H:%M}",
            "day": long_day(local(now, zone).date(), language),
            "phones": [
                self._phone(each, known.get(each), texts.get(each, []), language)
                for each in numbers
            ],
        }

    def _texts(self) -> dict[str, list[Text]]:
        found: dict[str, list[Text]] = {}
        for text in self._network.texts.all():
            found.setdefault(text.sender if text.by_people else text.receiver, []).append(text)
        return found

    def _phone(self, phone: str, row: Row | None, texts: Sequence[Text], language: str) -> object:
        return {
            "number": phone,
            "shown": _spaced(phone),
            "name": (row["name"] if row is not None else "") or self._phones.names.get(phone, ""),
            "role": role_of(row, language),
            "kind": _kind(row),
            "texts": [self._bubble(text, language) for text in texts[-SHOWN_TEXTS:]],
        }

    def _bubble(self, text: Text, language: str) -> object:
        zone = self._gateway.town.zone_name
        moment = local(text.at, zone)
        return {
            "id": text.sid,
            "mine": text.by_people,
            "body": text.body,
            "at": f"{moment:%H:%M}",
            "day": long_day(moment.date(), language),
            "status": text.status,
            "segments": segments(text.body),
        }

    # --- what is done -----------------------------------------------------------------------------

    def text(self, content: Mapping[str, Any]) -> object:
        """Send a text from a phone."""
        sender, body = _sender(content), content.get("body")
        if not isinstance(body, str) or not 0 < len(body) <= LONGEST_TEXT:
            abort(400)
        with self._one_by_one:
            status = self._network.text(sender, body)
            self._settle()
        return {"status": status}

    def dial(self, content: Mapping[str, Any]) -> object:
        """Dial, type on or hang up; return the screen, and whether it is the last one."""
        sender, session, typed = _sender(content), content.get("session"), content.get("typed", "")
        if (
            not isinstance(session, str)
            or not 8 <= len(session) <= 64
            or not isinstance(typed, str)
        ):
            abort(400)
        with self._one_by_one:
            if content.get("hang_up"):
                self._network.end_session(session, sender, self._code)
                return {"screen": "", "ended": True}
            answer = self._network.dial(sender, session, self._code, typed[:400])
            ended = not answer.startswith("CON")
            if ended:
                self._network.end_session(session, sender, self._code, "Success")
            self._settle()
        return {"screen": answer[4:], "ended": ended}

    def clock(self, content: Mapping[str, Any]) -> object:
        """Let the town's time pass; every due time on the way is met."""
        minutes = content.get("minutes")
        if (
            self._phones.passing is None
            or not isinstance(minutes, int)
            or not 0 < minutes <= LONGEST_WAIT
        ):
            abort(400)
        self._phones.passing.forward(minutes)
        return {}

    def _settle(self) -> None:
        if self._phones.passing is not None:
            self._phones.passing.settle()


def _json(content: object) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), mimetype="application/json")


def _sender(content: Mapping[str, Any]) -> str:
    found = _e164(content.get("number"))
    if not found:
        abort(400)
    return found


def _e164(text: object) -> str:
    try:
        return number(text, "FR").e164 if isinstance(text, str) else ""
    except InvalidNumber:
        return ""


def _spaced(phone: str) -> str:
    """Return a number as people read it aloud."""
    import phonenumbers as library

    shown: str = library.format_number(
        library.parse(phone), library.PhoneNumberFormat.INTERNATIONAL
    )
    return shown


def _kind(row: Row | None) -> str:
    if row is None:
        return "stranger"
    parts = ("coordinator", "volunteer", "resident", "contact_of")
    return next((part.removesuffix("_of") for part in parts if row[part]), "stranger")
