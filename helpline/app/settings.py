"""Reads the settings of this house: the town's own sections, and those its providers bring.

`python -m helpline.app.settings > docs/settings.md` writes the page that describes them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from helpline.app.providers import PROVIDERS
from helpline.providers.provider import Providers
from helpline.settings import load
from helpline.settings.sections import Settings


def load_settings(
    path: str | None = None,
    environ: Mapping[str, str] = os.environ,
    providers: Providers = PROVIDERS,
) -> Settings:
    """Return the settings of a file, overridden by `environ`; without any file, of `environ` alone.

    The file is the one at `path`, of HELPLINE_CONFIG, or ./helpline.toml. Raises InvalidSettings
    naming every problem at once.
    """
    return load.load_settings(path, environ, providers.sections)


if __name__ == "__main__":
    from helpline.settings.page import page

    print(page(PROVIDERS.schema), end="")
