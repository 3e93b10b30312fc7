"""The words of decline answers on disk."""

from __future__ import annotations

from pathlib import Path

from supportdesk.paths import resources
from supportdesk.services.decline_words import read_words


def test_words_of_the_data_folder_come_first_and_a_broken_file_does_no_harm(
    tmp_path: Path,
) -> None:
    own = tmp_path / "declines.json"
    own.write_text('{"reasons": {"not_allowed": {"say": "Bitte nicht."}}}', "utf-8")
    texts, problem = read_words(resources(), tmp_path, "de_DE")
    assert (texts.reasons["not_allowed"].say, problem) == ("Bitte nicht.", None)
    (tmp_path / "declines.de.json").write_text('{"reasons": {"not_allowed": {"say": "Nein."}}}')
    assert read_words(resources(), tmp_path, "de_DE")[0].reasons["not_allowed"].say == "Nein."
    assert read_words(resources(), tmp_path, "fr")[0].reasons["not_allowed"].say == "Bitte nicht."
    own.write_bytes(b"\xff\xfe{")
    texts, problem = read_words(resources(), tmp_path)
    assert problem is not None
    assert texts == read_words(resources(), None)[0]
