from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.evidence_files import MAX_BYTES, check, read, sniff
from supportdesk.errors import UserFacing

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20 + b"IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\n\n" + PDF, "application/pdf"),
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
    ],
)
def test_the_content_tells_the_type_whatever_the_name(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    path = tmp_path / "scan.txt"
    path.write_bytes(content)
    found = read(path)
    assert (found.name, found.content_type, found.content) == ("scan.txt", kind, content)


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "evidence_empty", "0 bytes"),
        (b"PK\x03\x04rest", "evidence_wrong_type", "Office document"),
        (b"\x00\x00\x00\x18ftypheic", "evidence_wrong_type", "HEIC"),
        (b"GIF89a", "evidence_wrong_type", "GIF"),
        (b"hello", "evidence_wrong_type", "plain text"),
        (b"<!DOCTYPE html>", "evidence_wrong_type", "web page"),
        (b"\x01\x00\x02", "evidence_wrong_type", "another kind"),
        (PDF[:-10], "evidence_cut_off", "end is missing"),
        (JPEG[:-2], "evidence_cut_off", "end is missing"),
        (PDF + b" " * MAX_BYTES, "evidence_too_large", "5.0 MB"),
    ],
)
def test_each_bad_file_has_its_own_sentence(
    tmp_path: Path, content: bytes, code: str, says: str
) -> None:
    path = tmp_path / "Lena Hoffmann police report.pdf"
    path.write_bytes(content)
    with pytest.raises(UserFacing) as caught:
        read(path)
    assert caught.value.code == code
    assert says in caught.value.title
    assert caught.value.remedy
    assert "Lena" not in f"{caught.value.title}{caught.value.detail}{caught.value.remedy}"


def test_a_file_of_50_mb_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.write(PDF)
        file.truncate(50_000_000)
    with pytest.raises(UserFacing, match=r"50\.0 MB"):
        read(path)


def test_exactly_5_mb_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "full.pdf"
    path.write_bytes(PDF[:-6] + b"\n" * (MAX_BYTES - len(PDF)) + PDF[-6:])
    assert len(read(path).content) == MAX_BYTES


def test_a_file_that_vanished(tmp_path: Path) -> None:
    with pytest.raises(UserFacing) as caught:
        read(tmp_path / "gone.pdf")
    assert caught.value.code == "evidence_gone"


def test_a_folder_and_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(UserFacing) as caught:
        read(tmp_path)
    assert caught.value.code == "evidence_folder"
    loop = tmp_path / "loop.pdf"
    loop.symlink_to(loop)  # unreadable for everybody, root too
    with pytest.raises(UserFacing) as caught:
        read(loop)
    assert caught.value.code == "evidence_unreadable"
    with pytest.raises(UserFacing) as caught:
        read(Path("nul\x00byte.pdf"))
    assert caught.value.code == "evidence_unreadable"


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_named(content: bytes) -> None:
    try:
        found = check("x", content, len(content))
    except UserFacing as problem:
        assert problem.code.startswith("evidence_")  # noqa: PT017 - nothing else may be raised
    else:
        assert found.content_type == sniff(content)
