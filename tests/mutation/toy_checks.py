"""Tests of the toy that notice less than they could; test_mutants.py counts what they miss."""

from __future__ import annotations

from tests.mutation import toy


def test_a_child_pays_less() -> None:
    assert toy.price(6) == 4
    assert toy.price(40) == 8


def test_a_dog_travels_free() -> None:
    assert toy.price(3, "dog") == 0
