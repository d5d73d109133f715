"""The settings: what a town wrote in its file and its environment, read once, as the rooms use it.

`schema` says what a setting and a section are; `sections` holds the town's own, each written once,
and each provider's folder its own; `load` reads them, `write` and `page` show them. Who they are is
told from above: `app.settings.load_settings` reads with the sections of all providers.
"""

from helpline.settings.sections import Settings

__all__ = ["Settings"]
