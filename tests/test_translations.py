"""Every text has its English; placeholders agree; the compiled catalogues are those of the sources."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import dkbm_monitor

PACKAGE = Path(dkbm_monitor.__file__).parent
TEXT = PACKAGE / "text"
KEYWORDS = {"_": None, "msgid": None, "plural": (1, 2)}
PLACEHOLDER = re.compile(r"{[^{}]*}")


def _read(language: str, domain: str) -> Catalog:
    path = TEXT / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def _source_texts() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _as_texts(part: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (part,) if isinstance(part, str) else tuple(part)


def test_every_text_is_translated() -> None:
    known = {message.id: message for message in _messages(_read("en", "dkbm"))}
    lacking = [text for text in _source_texts() if text not in known or not all(_as_texts(known[text].string))]
    assert not lacking, f"{len(lacking)} texts lack English; see CONTRIBUTING.md"


def test_the_catalogue_holds_no_text_that_nobody_says() -> None:
    assert {message.id for message in _messages(_read("en", "dkbm"))} <= _source_texts()


@pytest.mark.parametrize(("language", "domain"), [("en", "dkbm"), ("de", "dkbm_click")])
def test_placeholders_agree(language: str, domain: str) -> None:
    for message in _messages(_read(language, domain)):
        wanted = {_name(one) for text in _as_texts(message.id) for one in PLACEHOLDER.findall(text)}
        for text in filter(None, _as_texts(message.string)):
            assert {_name(one) for one in PLACEHOLDER.findall(text)} <= wanted, message.id


def _name(placeholder: str) -> str:
    return placeholder.strip("{}").partition("!")[0].partition(":")[0]


@pytest.mark.parametrize(("language", "domain"), [("en", "dkbm"), ("de", "dkbm_click")])
def test_the_compiled_catalogue_is_up_to_date(language: str, domain: str) -> None:
    with (TEXT / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in _messages(_read(language, domain)):
        wanted = _as_texts(message.string)
        if not all(wanted):
            continue  # not translated: gettext hands back the German text
        found = (
            (compiled.gettext(message.id),)
            if isinstance(message.id, str)
            else (compiled.ngettext(*message.id, 1), compiled.ngettext(*message.id, 2))
        )
        assert found == wanted, "please run: python .ci/translations"


def test_the_words_of_click_are_german() -> None:
    """Fails when a new click has words our catalogue lacks, for those a user meets most."""
    known = {one for message in _messages(_read("de", "dkbm_click")) for one in _as_texts(message.id)}
    import click.core
    import click.exceptions

    source = "".join(Path(module.__file__).read_text("utf-8") for module in (click.core, click.exceptions))
    met = {"Usage:", "Options", "Commands", "Error: {message}", "Missing command.", "Missing argument"}
    assert met <= known
    assert "Missing command." in source  # if click renames its words, this list must follow
