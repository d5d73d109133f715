"""What `helpline doctor` says of the Twilio account: can it send, does it call us, which words does
it keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

from helpline.base.ports import Finding
from helpline.providers.twilio.signature import SIGNATURE_HEADER, is_genuine

LOW_BALANCE = 5.0
KEPT_WORDS = (
    "STOP, STOPALL, UNSUBSCRIBE, REVOKE, OPTOUT, CANCEL, END, QUIT, START, YES, UNSTOP, HELP and "
    "INFO"
)


_FORM = "application/x-www-form-urlencoded"


class Signed(Protocol):
    """The settings read where a signature is tried."""

    @property
    def account_sid(self) -> str: ...
    @property
    def auth_tokens(self) -> tuple[str, ...]: ...


class Examined(Protocol):
    """The settings read here."""

    @property
    def account_sid(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def messaging_service_sid(self) -> str: ...


def examine(client: Callable[[], Any], settings: Examined, public_url: str) -> list[Finding]:
    """Return what asking Twilio shows, each finding a sentence. Sends nothing, raises nothing."""
    try:
        account = client().api.v2010.accounts(settings.account_sid).fetch()
    except Exception as error:
        return [_unanswered(error)]
    findings = [_of_account(account)]
    findings += _tried(lambda: _of_number(client(), settings, public_url))
    findings += _tried(lambda: [_of_balance(client().balance.fetch())])
    findings.append(_of_kept_words())
    return findings


def _tried(part: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return part()
    except Exception as error:
        return [_unanswered(error)]


def _unanswered(error: Exception) -> Finding:
    outcome = getattr(error, "outcome", None)
    if getattr(outcome, "settings_are_wrong", False):
        return Finding(
            "problem",
            f"Twilio turns us away: {outcome.reason}",  # type: ignore[union-attr]
            "Copy account_sid and auth_token from the first page of the Twilio console into the "
            "settings.",
        )
    why = getattr(outcome, "reason", type(error).__name__)
    return Finding(
        "problem",
        f"Twilio could not be asked: {why}",
        "Check this machine's way to the internet, and [twilio] api_base.",
    )


def _of_account(account: Any) -> Finding:
    if account.status != "active":
        return Finding(
            "problem",
            f"The Twilio account is {account.status}: no text leaves.",
            "Log in to the Twilio console; it says what it waits for, usually a payment.",
        )
    if account.type == "Trial":
        return Finding(
            "warning",
            "This is a Twilio trial account: it only writes to numbers verified with Twilio.",
            "Upgrade the account in the Twilio console before residents rely on it.",
        )
    return Finding("ok", "The Twilio account is active.")


def _of_number(client: Any, settings: Examined, public_url: str) -> list[Finding]:
    if not settings.number:
        return [_of_service()]
    owned = client.incoming_phone_numbers.list(phone_number=settings.number, limit=1)
    if not owned:
        return [
            Finding(
                "problem",
                f"The number {settings.number} does not belong to the Twilio account.",
                "Correct [twilio] number, or buy the number in the Twilio console.",
            )
        ]
    findings = list(_of_addresses(owned[0], public_url))
    return findings + ([_of_service()] if settings.messaging_service_sid else [])


def _of_service() -> Finding:
    return Finding(
        "warning",
        "Texts go out by a messaging service, whose addresses are not checked here.",
        "See in the Twilio console, under the service's Integration, that incoming texts reach "
        "our /twilio/sms.",
    )


def _of_addresses(number: Any, public_url: str) -> Iterator[Finding]:
    if not public_url:
        yield Finding(
            "problem",
            "Texts cannot come in: the helpline does not know the address Twilio calls it by.",
            "Set [service] public_url to the https address of this machine, as the outside sees "
            "it.",
        )
        return
    wanted = f"{public_url}/twilio/sms"
    if (number.sms_url or "").partition("#")[0] != wanted:
        yield Finding(
            "problem",
            f"Twilio hands texts for {number.phone_number} to {number.sms_url or 'nobody'}.",
            "In the Twilio console, let incoming messages call "
            f"{wanted}#rc=2&rp=all&ct=3000&rt=4500 by POST.",
        )
    elif str(number.sms_method).upper() != "POST":
        yield Finding(
            "problem",
            "Twilio calls us by GET, which is refused.",
            "In the Twilio console, choose HTTP POST for incoming messages.",
        )
    else:
        yield Finding("ok", f"Texts to {number.phone_number} reach {wanted}.")
    if not number.sms_fallback_url:
        yield Finding(
            "warning",
            "No second address is set: a text that comes in while we are down waits for our "
            "catch-up.",
            "In the Twilio console, set “if primary handler fails” to "
            f"{public_url}/twilio/sms-fallback.",
        )


def _of_balance(balance: Any) -> Finding:
    amount = f"{balance.balance} {balance.currency}"
    if float(balance.balance) < LOW_BALANCE:
        return Finding(
            "warning",
            f"The Twilio account holds {amount}; at nought no text leaves.",
            "Top it up, and switch on automatic recharge in the Twilio console.",
        )
    return Finding("ok", f"The Twilio account holds {amount}.")


def _of_kept_words() -> Finding:
    return Finding(
        "warning",
        f"Twilio keeps some words for itself unless told otherwise: {KEPT_WORDS}. "
        "HELP is answered by Twilio and END cuts a person off.",
        "Ask Twilio support to switch default opt-out handling off, or set up Advanced Opt-Out; "
        "no menu uses them.",
    )


# --- without asking anybody ---


def look_at_signature(settings: Signed, public_url: str) -> list[Finding]:
    """A request signed as Twilio signs it is let in; one changed by a letter is not."""
    if not public_url:
        return []
    form = {
        "AccountSid": settings.account_sid,
        "Body": "Ça va ?",
        "From": "+33600000000",
        "MessageSid": "SM0",
    }
    address = f"{public_url}/twilio/sms"
    if all(
        _knows_a_signature(settings.auth_tokens, token, address, form)
        for token in settings.auth_tokens
    ):
        text = f"A request signed for {address} is let in, and a changed one is not."
        return [Finding("ok", text)]
    remedy = "Report this with the public address, please; until then no text comes in."
    return [Finding("problem", f"A request signed for {address} is not recognised.", remedy)]


def _knows_a_signature(
    tokens: Sequence[str], token: str, address: str, form: dict[str, str]
) -> bool:
    from twilio.request_validator import RequestValidator

    headers = {SIGNATURE_HEADER: RequestValidator(token).compute_signature(address, form)}

    def is_let_in(posted: dict[str, str]) -> bool:
        return is_genuine(tokens, address, urlencode(posted).encode(), _FORM, headers, "POST")

    return is_let_in(form) and not is_let_in(form | {"Body": "x"})


def look_at_number(number: str, country: str) -> list[Finding]:
    """Return why people could not text `number`, or texts not come from it, in `country`."""
    return [Finding("warning", text, remedy) for text, remedy in _doubts(number, country)]


def _doubts(number: str, country: str) -> Iterator[tuple[str, str]]:
    more = "docs/providers/twilio.md."
    if any(letter.isalpha() for letter in number):
        remedy = f"Take a number or a short code for a service that people answer; {more}"
        yield f"Nobody can reply to texts from the name {number}.", remedy
    if country == "MA":
        remedy = f"Use Twilio there for texts one way only, or another provider; {more}"
        yield "Twilio carries no texts from phones in Morocco to us.", remedy
    if number.startswith(("+336", "+337")):
        remedy = f"Ask Twilio for a short code, which takes 8 to 12 weeks; {more}"
        yield f"{number} is a French mobile number: services may not text from it.", remedy
