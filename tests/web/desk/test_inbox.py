"""What people wrote waits at the desk until a person has read it."""

from __future__ import annotations

import re

from tests.desk_town import Visitor, do
from tests.fakes import Town


def test_a_text_is_unread_until_somebody_says_so(town: Town, claire: Visitor) -> None:
    page = claire.opens("/desk/today").text
    assert "Et pour vendredi" in page
    (path,) = re.findall(r'action="(/desk/texts/\d+/read)"', page)[:1]
    assert do(claire, path).status_code == 303
    page = claire.opens("/desk/today").text
    assert "Et pour vendredi" not in page
    assert "شكرا" in page
