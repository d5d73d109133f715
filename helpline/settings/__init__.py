"""The settings: what a town wrote in its file and its environment, read once, as the rooms use it.

`schema` says what a setting and a section are; `sections` and `providers` hold the settings,
each written once; `load` reads them, `write` and `page` show them.
"""

from helpline.settings.load import load_settings
from helpline.settings.sections import Settings

__all__ = ["Settings", "load_settings"]
