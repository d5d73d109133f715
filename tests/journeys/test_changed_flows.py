"""A flow file changes while somebody is in the middle of it: nobody is stranded."""

from __future__ import annotations

from pathlib import Path

from helpline.conversations.files.book import shipped_flows_dir
from tests.fakes import Town


def test_a_conversation_goes_on_in_the_version_it_began_with(tmp_path: Path) -> None:
    own = tmp_path / "flows"
    own.mkdir()
    help_flow = (shipped_flows_dir() / "help.yaml").read_text("utf-8")
    (own / "help.yaml").write_text(help_flow, "utf-8")
    town = Town(tmp_path, flows=own)
    fatima = town.person("+33639980031", "Fatima")
    fatima.texts("aide")
    fatima.gets("Quelle aide?")
    changed = help_flow.replace("Quelle aide?", "Quel besoin?").replace(
        "C'est pour quand?", "Pour quel jour?"
    )
    (own / "help.yaml").write_text(changed, "utf-8")
    town.be_down(minutes=1)
    fatima.texts("2")
    fatima.gets("C'est pour quand?")
    fatima.texts("aide")
    fatima.gets("Quel besoin?")
    town.stop()
