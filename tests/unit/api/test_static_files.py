"""Files of the layer that is mounted: conftest.py mounts it as Lambda does."""

import sys

import pytest

from neoforge.api.response import JSON
from neoforge.api.static_files import File, file, read
from neoforge.errors import NotFound


def test_a_file_is_found_on_sys_path() -> None:
    assert read("docs.html").startswith("<!doctype html>")


def test_without_the_layer_no_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/opt/python"])
    with pytest.raises(NotFound):
        read("docs.html")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.json", JSON), ("a.html", "text/html; charset=utf-8"), ("a.css", "text/css; charset=utf-8")],
)
def test_the_media_type_follows_from_the_name(name: str, media_type: str) -> None:
    assert File.of(name, "x").media_type == media_type


def test_the_tag_of_a_file_is_that_of_its_content() -> None:
    assert File.of("a.css", "x").tag == File.of("b.css", "x").tag != File.of("a.css", "y").tag


def test_a_file_is_read_once() -> None:
    assert file("docs.html") is file("docs.html")
