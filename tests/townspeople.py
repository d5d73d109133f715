"""The people of the story, as fixtures. Each asks for the fixture `town` of the folder it is used
in."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town


@pytest.fixture
def rene(town: Town) -> Phone:
    """A resident who is greeted every day at nine."""
    return town.resident("+33639980001", "René", at="09:00")


@pytest.fixture
def lucie(town: Town, rene: Phone) -> Phone:
    """René's daughter, who agreed to be told."""
    return town.contact("+33639980002", "Lucie", of=rene)


@pytest.fixture
def amina(town: Town) -> Phone:
    """A volunteer of Belleville."""
    return town.volunteer("+33639980011", "Amina")


@pytest.fixture
def bruno(town: Town) -> Phone:
    """Another volunteer of Belleville."""
    return town.volunteer("+33639980012", "Bruno")


@pytest.fixture
def claire(town: Town) -> Phone:
    """The coordinator."""
    return town.coordinator("+33639980021", "Claire", email="claire@mairie.example")
