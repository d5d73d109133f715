"""Where a town's flow files stand."""

from __future__ import annotations

from pathlib import Path


def places(config: str | None) -> tuple[list[Path], tuple[str, ...]]:
    """Return the directories of flow files and the languages, from the settings or else the shipped
    defaults."""
    from helpline.conversations.files.book import shipped_flows_dir
    from helpline.conversations.files.reader import LANGUAGES

    directories = [shipped_flows_dir()]
    if config is None and not Path("helpline.toml").is_file():
        return directories, LANGUAGES
    from helpline.app.settings import load_settings

    service = load_settings(config).service
    if service.flows:
        directories.append(Path(service.flows))
    return directories, tuple(service.languages)
