"""What the carrier says to senders, in the words of Twilio's and Africa's Talking's APIs."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from helpline.language.segments import segments
from helpline.simulator.carrier_faults import NO_FAULT, Fault, Kind
from helpline.simulator.carrier_http import Call, Reply
from helpline.simulator.carrier_texts import CarrierText

if TYPE_CHECKING:
    from helpline.simulator.carrier import Carrier

_TWILIO = re.compile(r"/2010-04-01/Accounts/([^/]+?)(?:\.json|/(.+)\.json)")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[a-z]+:.+")
_GONE_WRONG = {429: 20429, 500: 20500, 503: 20503}


def answer(carrier: Carrier, call: Call) -> Reply:
    """Return what the provider whose API `call` speaks would answer."""
    found = _TWILIO.fullmatch(call.path)
    try:
        if found:
            return _twilio(carrier, call, found[1], found[2] or "")
        if call.path.startswith("/version1/"):
            return _africastalking(carrier, call)
    finally:
        if call.method == "POST":
            carrier.texts.handed_over()
    return Reply(404, {"code": 20404, "message": "Nothing is here.", "status": 404})


# --- Twilio ---------------------------------------------------------------------------------------


def _twilio(carrier: Carrier, call: Call, account: str, resource: str) -> Reply:
    right = base64.b64encode(f"{carrier.account_sid}:{carrier.auth_token}".encode()).decode()
    if call.headers.get("Authorization", call.headers.get("authorization")) != f"Basic {right}":
        return _twilio_error(401, 20003, "Authenticate")
    if account != carrier.account_sid:
        return _twilio_error(404, 20404, "The requested account was not found")
    if call.method == "POST" and resource == "Messages":
        return _twilio_send(carrier, call)
    fault = carrier.fault_of_reading() if resource.startswith("Messages") else NO_FAULT
    if fault.kind is not Kind.NONE:
        status = fault.code or 500
        return Reply(
            status, {"code": _GONE_WRONG.get(status, status), "status": status}, fault=fault
        )
    pages = {
        "": lambda: Reply(
            200, {"sid": account, "status": carrier.account_status, "type": carrier.account_type}
        ),
        "Messages": lambda: _twilio_list(carrier, call),
        "IncomingPhoneNumbers": lambda: _twilio_numbers(carrier, call),
        "Balance": lambda: Reply(
            200, {"account_sid": account, "balance": carrier.balance, "currency": "EUR"}
        ),
    }
    if call.method == "GET" and resource in pages:
        return pages[resource]()
    text = carrier.texts.get(resource.removeprefix("Messages/"))
    return (
        Reply(200, _twilio_record(carrier, text))
        if text
        else _twilio_error(404, 20404, "No such resource")
    )


def _twilio_send(carrier: Carrier, call: Call) -> Reply:
    fault = carrier.take_fault()
    if fault.kind is Kind.REFUSE:
        return _twilio_error(401 if fault.code == 20003 else 400, fault.code, "Refused on purpose")
    if fault.kind is Kind.STATUS:
        headers = {"Retry-After": f"{fault.seconds:g}"} if fault.seconds else {}
        return _twilio_error(
            fault.code, _GONE_WRONG.get(fault.code, fault.code), "Failed on purpose", headers
        )
    wrong = _wrong_with(carrier, call.form)
    if wrong:
        return _twilio_error(400, *wrong)
    if fault.kind is not Kind.NONE and not fault.after_accepting:
        return Reply(500, {}, fault=fault)
    form = call.form
    text = carrier.accept(
        via="twilio",
        sender=form.get("From") or carrier.number,
        receiver=form["To"],
        body=form["Body"],
        callback=form.get("StatusCallback", ""),
        service=form.get("MessagingServiceSid", ""),
        fault=fault,
    )
    if fault.kind is Kind.GARBAGE:
        return Reply(200, "<html><body>Welcome to the hotel</body></html>", media_type="text/html")
    return Reply(201, _twilio_record(carrier, text), fault=fault)


def _wrong_with(carrier: Carrier, form: dict[str, str]) -> tuple[int, str] | None:
    complaint = carrier.check(form) if carrier.check else ""
    if complaint:
        carrier.complaints.append(complaint)
    checks = [
        (bool(complaint), 20001, complaint),
        (not form.get("To"), 21604, "A 'To' phone number is required."),
        (not _NUMBER.fullmatch(form.get("To", "")), 21211, "Invalid 'To' Phone Number"),
        (
            not (form.get("From") or form.get("MessagingServiceSid")),
            21603,
            "A 'From' phone number is required.",
        ),
        (
            form.get("From", carrier.number) != carrier.number,
            21606,
            "The 'From' phone number is not yours.",
        ),
        (not form.get("Body"), 21602, "Message body is required."),
        (len(form.get("Body", "")) > 1600, 21617, "The message exceeds 1600 characters."),
    ]
    return next(((code, words) for is_wrong, code, words in checks if is_wrong), None)


def _twilio_list(carrier: Carrier, call: Call) -> Reply:
    wanted = carrier.texts.to(call.query["To"]) if "To" in call.query else carrier.texts.all()
    wanted = [text for text in reversed(wanted) if text.via == "twilio"]
    if "From" in call.query:
        wanted = [text for text in wanted if text.sender == call.query["From"]]
    size, page = int(call.query.get("PageSize", "50")), int(call.query.get("Page", "0"))
    shown = wanted[page * size : (page + 1) * size]
    more = urlencode({**call.query, "PageSize": size, "Page": page + 1})
    content = {
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + len(shown),
        "uri": call.path,
        "first_page_uri": call.path,
        "previous_page_uri": None,
        "next_page_uri": f"{call.path}?{more}" if len(wanted) > (page + 1) * size else None,
        "messages": [_twilio_record(carrier, text) for text in shown],
    }
    return Reply(200, content)


def _twilio_numbers(carrier: Carrier, call: Call) -> Reply:
    record = {
        "sid": "PN" + "0" * 32,
        "account_sid": carrier.account_sid,
        "phone_number": carrier.number,
        "sms_url": carrier.sms_url,
        "sms_method": carrier.sms_method,
        "sms_fallback_url": carrier.sms_fallback_url,
    }
    shown = [record] if call.query.get("PhoneNumber", carrier.number) == carrier.number else []
    return Reply(
        200, {"incoming_phone_numbers": shown, "page": 0, "next_page_uri": None, "uri": call.path}
    )


def _twilio_record(carrier: Carrier, text: CarrierText) -> dict[str, object]:
    by_service = bool(text.service) and text.status == "queued"
    made = format_datetime(datetime.fromtimestamp(text.at / 1000, UTC))
    return {
        "sid": text.sid,
        "account_sid": carrier.account_sid,
        "messaging_service_sid": text.service or None,
        "from": None if by_service else text.sender,
        "to": text.receiver,
        "body": text.body,
        "direction": "inbound" if text.by_people else "outbound-api",
        "status": "accepted" if by_service else text.status,
        "num_segments": "0" if by_service else str(segments(text.body)),
        "num_media": "0",
        "date_created": made,
        "date_updated": made,
        "date_sent": None if text.status == "queued" else made,
        "error_code": text.error_code or None,
        "error_message": None,
        "price": None,
        "price_unit": "EUR",
        "api_version": "2010-04-01",
        "uri": f"/2010-04-01/Accounts/{carrier.account_sid}/Messages/{text.sid}.json",
        "subresource_uris": {},
    }


def _twilio_error(
    status: int, code: int, message: str, headers: dict[str, str] | None = None
) -> Reply:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Reply(
        status,
        {"code": code, "message": message, "more_info": more, "status": status},
        headers or {},
    )


# --- Africa's Talking -----------------------------------------------------------------------------


def _africastalking(carrier: Carrier, call: Call) -> Reply:
    key = call.headers.get("apiKey", call.headers.get("apikey", ""))
    username = call.form.get("username") or call.query.get("username")
    if (
        username != carrier.at_username
        or (carrier.at_api_key and key != carrier.at_api_key)
        or not key
    ):
        return Reply(401, "The supplied authentication is invalid", media_type="text/plain")
    if call.path == "/version1/user":
        return Reply(200, {"UserData": {"balance": f"KES {carrier.balance}"}})
    return _africastalking_send(carrier, call.form, carrier.take_fault())


def _africastalking_send(carrier: Carrier, form: dict[str, str], fault: Fault) -> Reply:
    if fault.kind is Kind.REFUSE:
        return _recipient(form, fault.code, "None", fault)
    if fault.kind is Kind.STATUS:
        headers = {"Retry-After": f"{fault.seconds:g}"} if fault.seconds else {}
        return Reply(fault.code, "Failed on purpose", headers, media_type="text/plain")
    if not form.get("message") or not form.get("to"):
        return Reply(400, "Request is missing required form field", media_type="text/plain")
    if not _NUMBER.fullmatch(form["to"]):
        return _recipient(form, 403, "None", fault)
    if fault.kind is not Kind.NONE and not fault.after_accepting:
        return Reply(500, {}, fault=fault)
    text = carrier.accept(
        via="africastalking",
        sender=form.get("from") or carrier.at_number,
        receiver=form["to"],
        body=form["message"],
        fault=fault,
    )
    if fault.kind is Kind.GARBAGE:
        return Reply(200, "<html><body>Welcome to the hotel</body></html>", media_type="text/html")
    return _recipient(form, 101, text.sid, fault)


def _recipient(form: dict[str, str], code: int, sid: str, fault: Fault) -> Reply:
    taken = code <= 102
    recipient = {
        "statusCode": code,
        "number": form.get("to", ""),
        "status": "Success" if taken else "Failed",
        "cost": "KES 0.8000" if taken else "0",
        "messageId": sid,
    }
    summary = f"Sent to {int(taken)}/1 Total Cost: KES {'0.8000' if taken else '0'}"
    return Reply(
        201, {"SMSMessageData": {"Message": summary, "Recipients": [recipient]}}, fault=fault
    )
