"""Settings survive files of any kind."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk import config
from supportdesk.config import Settings
from supportdesk.errors import UserFacing


def test_defaults_name_the_os_account_and_are_valid(tmp_path: Path) -> None:
    settings, problem = config.load(tmp_path / "none.json")
    assert problem is None
    assert settings.agent == config.os_account_name()
    assert replace(settings, agent="M. Keller").validate() == {}


def test_round_trip_through_a_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    settings = replace(
        Settings(),
        agent="Zoë Ж 🙂",
        regimes=("uk_disp",),
        rate_share=0.25,
        closing_days=("2026-12-24",),
    )
    config.write(settings, path)
    assert config.read(path) == settings
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


@given(
    st.builds(
        Settings,
        **{f.name: st.text(max_size=30) for f in fields(Settings) if isinstance(f.default, str)},
        regimes=st.lists(st.text(max_size=9)).map(tuple),
        retention_years=st.integers(),
        rate_share=st.floats(allow_nan=False),
    )
)
def test_any_settings_come_back_the_same(settings: Settings) -> None:
    assert config.parse(config.dump(settings)) == settings


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_other_texts_are_refused_in_words(text: str) -> None:
    with pytest.raises(UserFacing) as caught:
        config.parse(text)
    assert caught.value.code == "settings_unreadable"


@pytest.mark.parametrize(
    "body",
    [
        '{"format": "supportdesk-settings", "settings": {"agent": 5}}',
        '{"format": "supportdesk-settings", "settings": {"regimes": "all"}}',
        '{"format": "supportdesk-settings", "settings": {"lock_minutes": true}}',
        '{"format": "supportdesk-settings", "settings": []}',
        '{"format": "other", "settings": {}}',
        "[" * 100_000,
        "",
    ],
)
def test_wrong_types_are_refused_and_a_damaged_file_stays(tmp_path: Path, body: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(body, encoding="utf-8")
    settings, problem = config.load(path)
    assert problem is not None
    assert problem.code == "settings_unreadable"
    assert settings.agent == config.os_account_name()
    assert path.read_text(encoding="utf-8") == body


def test_entries_of_a_newer_desk_are_ignored() -> None:
    text = '{"format": "supportdesk-settings", "settings": {"agent": "A", "hologram": 3}}'
    assert config.parse(text).agent == "A"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agent": " "}, "agent"),
        ({"programme_country": "Germany"}, "programme_country"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"account_id": "sk_test_1"}, "account_id"),
        ({"regimes": ("moon",)}, "regimes"),
        ({"handling_model": "both"}, "handling_model"),
        ({"retention_years": 4}, "retention_years"),
        ({"lock_minutes": -1}, "lock_minutes"),
        ({"rate_share": 1.5}, "rate_share"),
        ({"closing_days": ("24.12.2026",)}, "closing_days"),
        ({"programme_name": "x" * 1000}, "programme_name"),
    ],
)
def test_each_wrong_value_is_named(change: dict[str, object], field: str) -> None:
    settings = replace(Settings(agent="A"), **change)  # type: ignore[arg-type]
    assert list(settings.validate()) == [field]


def test_a_folder_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(UserFacing) as caught:
        config.write(Settings(), tmp_path / "settings.json")
    assert caught.value.code == "settings_unwritable"
    with pytest.raises(UserFacing):
        config.read(tmp_path / "settings.json")
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]
