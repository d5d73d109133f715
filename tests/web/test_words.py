"""What pages and summaries say: the same in both languages, and all of it written."""

from __future__ import annotations

import re
from pathlib import Path

from helpline.reports.words import sentences

PACKAGE = Path(__file__).parents[2] / "helpline"


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    french, english = sentences("fr"), sentences("en")
    assert list(french) == list(english)
    for key, said in french.items():
        if isinstance(said, str):
            assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", english[key])), key


def test_every_sentence_a_page_asks_for_is_written() -> None:
    known = sentences("fr")
    pages = [
        *PACKAGE.glob("web/**/templates/*.html"),
        *PACKAGE.glob("reports/mail/*"),
        PACKAGE / "reports/digest.py",
    ]
    assert {"base.html", "today.html", "case.html", "login.html"} <= {page.name for page in pages}
    for page in pages:
        text = page.read_text("utf-8")
        for key in re.findall(r"""\b(?:t|words)\(["'](\w+)["'](?! ~)""", text):
            assert key in known, f"{page.name}: {key}"
        for key in re.findall(r"""\.count\(["'](\w+)["']""", text):
            assert f"{key}_one" in known, f"{page.name}: {key}"
