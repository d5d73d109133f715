"""What `helpline doctor` says of the Africa's Talking account: does it know us, what it holds."""

from __future__ import annotations

import json

from helpline.base.ports import Finding
from helpline.providers.http import Answer

LONG_ENOUGH = 16  # letters and digits of a token that nobody tries out


def look_at_token(token: str) -> list[Finding]:
    """Return what is wrong with the secret in our addresses: nothing else guards them."""
    if len(token) >= LONG_ENOUGH:
        return []
    text = "Africa's Talking signs nothing, and no long token guards the addresses it calls."
    where = "and use it in the addresses given there."
    remedy = f"Set [africastalking] token to {LONG_ENOUGH} or more letters and digits, {where}"
    return [Finding("problem", text, remedy)]


def nothing_to_ask_with() -> Finding:
    """There are no credentials."""
    where = "docs/settings.md says where they are found."
    remedy = f"Fill in username and api_key of [africastalking]; {where}"
    return Finding("problem", "Africa's Talking settings are missing.", remedy)


def not_asked(error: Exception) -> Finding:
    """Nobody answered."""
    remedy = "Check this machine's way to the internet, and [africastalking] api_base."
    return Finding("problem", f"Africa's Talking could not be asked ({error}).", remedy)


def of_account(answer: Answer) -> Finding:
    """Return what the answer to a question for the account shows."""
    if answer.status_code == 401:
        copied = "Copy username and API key from the Africa's Talking dashboard"
        remedy = f"{copied}; a new key takes some minutes to work."
        return Finding("problem", "Africa's Talking does not know our username or key.", remedy)
    try:
        balance = str(json.loads(answer.text)["UserData"]["balance"])
    except (ValueError, TypeError, KeyError):
        remedy = "Check [africastalking] api_base, and the provider's status page."
        text = f"Africa's Talking answered oddly (HTTP {answer.status_code})."
        return Finding("problem", text, remedy)
    return Finding("ok", f"The Africa's Talking account holds {balance}.")
