"""A programme's own verification table."""

from __future__ import annotations

from pathlib import Path

from supportdesk.services.verification_table import read_policy


def test_the_table_in_the_data_folder_counts_and_a_broken_one_does_not(tmp_path: Path) -> None:
    assert read_policy(tmp_path)[1] is None
    own = tmp_path / "verification.json"
    own.write_text('{"attempts": 1}', "utf-8")
    policy, problem = read_policy(tmp_path)
    assert (policy.attempts, problem) == (1, None)
    for broken in (b'{"attempts": 99}', b"\xff\xfe", b"{", b'{"needs": {"freeze": {"level": 3}}}'):
        own.write_bytes(broken)
        policy, problem = read_policy(tmp_path)
        assert policy == read_policy(tmp_path / "nowhere")[0]
        assert problem is not None
        assert problem.code == "verification_unreadable"
