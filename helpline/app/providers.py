"""The providers: the one list. What each brings stands in its folder; nothing else names them."""

from __future__ import annotations

from helpline.providers import africastalking, smsgate, smtp, twilio
from helpline.providers.provider import Providers

# Of several that are set up, the first one carries; files and pages name them in this order.
PROVIDERS = Providers((twilio.PROVIDER, africastalking.PROVIDER, smsgate.PROVIDER, smtp.PROVIDER))
