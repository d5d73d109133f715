"""One folder for each provider: settings, transport, webhooks, errors, checks."""
