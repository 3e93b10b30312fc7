"""Settings of the desk: file, environment, defaults. Never a secret."""

from __future__ import annotations

import getpass
import json
import zoneinfo
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from supportdesk.errors import UserFacing
from supportdesk.paths import write_whole

FORMAT = "supportdesk-settings"
VERSION = 1
MAX_FILE = 1_000_000  # bytes; a settings file has a few hundred
MAX_TEXT = 200

# Complaint and refund regimes a programme can be under (resources/complaints/clocks.json,
# resources/disputes/refunds.json).
REGIMES = ("stripe", "us_cfpb", "us_reg_e", "us_reg_z", "uk_disp", "uk_psrs", "eu_psd2", "ie_cpc")
# Payment calendars that can be argued beside the country's (domain/calendars.py).
FINANCIAL_CALENDARS = ("", "XECB", "XFED")
HANDLING_MODELS = ("resolve_and_report", "forward")
THEMES = ("system", "light", "dark")
VERIFICATION = ("on", "off")
APPROVAL = ("off", "on")
LANGUAGES = ("system", "en")


def os_account_name() -> str:
    """Name of the person logged in to the operating system, "" if it cannot be known."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no passwd entry, no environment
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a desk and its programme are set to.

    Attributes:
        agent: name written beside every action and complaint.
        programme_name: shown in the top bar.
        programme_country: ISO 3166-1 alpha-2; picks business-day calendars.
        programme_subdivision: part of the country for calendars (SCT, BY), "" for none.
        timezone: IANA name; day 0 of a complaint clock is counted there.
        business_name, account_id: the programme's own entries in Stripe's complaint form.
        regimes: which clocks can apply, of REGIMES.
        handling_model: of HANDLING_MODELS (Stripe's contracts differ).
        financial_calendar: of FINANCIAL_CALENDARS; its date counts where it is earlier.
        ombudsman: body that letters name to turn to; "" and none speaks of any.
        closing_days: own non-business days, ISO dates.
        retention_years: years a closed complaint is kept (Stripe asks for at least 5).
        lock_minutes: idle minutes until the window hides its content; 0 never.
        verification: whether this desk verifies callers ("on"), or the programme does it
            elsewhere ("off").
        dispute_approval: whether a second person approves a dispute before it is submitted.
        rate_share: part of the account's request rate this desk may use, 0.05 to 1.
        monthly_reads: how many reads a month this desk may make by itself; all desks of an
            account share Stripe's allowance, at least 10,000 (docs.stripe.com/rate-limits).
    """

    agent: str = ""
    programme_name: str = "Acme Spend"
    programme_country: str = "DE"
    programme_subdivision: str = ""
    timezone: str = "Europe/Berlin"
    business_name: str = ""
    account_id: str = ""
    regimes: tuple[str, ...] = ("stripe", "eu_psd2")
    handling_model: str = "resolve_and_report"
    financial_calendar: str = ""
    ombudsman: str = ""
    closing_days: tuple[str, ...] = ()
    retention_years: int = 6
    language: str = "system"
    theme: str = "system"
    lock_minutes: int = 10
    rate_share: float = 0.5
    verification: str = "on"
    dispute_approval: str = "off"
    monthly_reads: int = 10_000

    def validate(self) -> dict[str, str]:
        """What is wrong, by field name; empty when all is right."""
        wrong: dict[str, str] = {}
        if not self.agent.strip():
            wrong["agent"] = "Enter the name that stands beside your actions."
        if not self.programme_name.strip():
            wrong["programme_name"] = "Enter the programme's name."
        country = self.programme_country
        if not (len(country) == 2 and country.isascii() and country.isupper()):
            wrong["programme_country"] = "Choose a country (two letters, such as DE)."
        if self.timezone not in zoneinfo.available_timezones():
            wrong["timezone"] = "Choose a time zone, such as Europe/Berlin."
        if self.account_id and not self.account_id.startswith("acct_"):
            wrong["account_id"] = "A Stripe account id starts with acct_."
        if unknown := set(self.regimes) - set(REGIMES):
            wrong["regimes"] = f"Unknown: {', '.join(sorted(unknown))}."
        for name, allowed in (
            ("handling_model", HANDLING_MODELS),
            ("financial_calendar", FINANCIAL_CALENDARS),
            ("theme", THEMES),
            ("language", LANGUAGES),
            ("verification", VERIFICATION),
            ("dispute_approval", APPROVAL),
        ):
            if getattr(self, name) not in allowed:
                wrong[name] = f"Choose one of: {', '.join(allowed)}."
        for name, low, high in (
            ("retention_years", 5, 30),
            ("lock_minutes", 0, 240),
            ("rate_share", 0.05, 1.0),
            ("monthly_reads", 100, 10_000_000),
        ):
            if not low <= getattr(self, name) <= high:
                wrong[name] = f"Between {low:g} and {high:g}."
        if any(not _is_day(day) for day in self.closing_days):
            wrong["closing_days"] = "Write days as YYYY-MM-DD."
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, str) and len(value) > MAX_TEXT:
                wrong[item.name] = f"At most {MAX_TEXT} characters."
        return wrong


def _is_day(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _coerced(name: str, kind: Any, value: Any) -> Any:
    """`value` from JSON as the field's type; raises ValueError when it does not fit."""
    if get_origin(kind) is tuple:
        if isinstance(value, list) and all(isinstance(v, get_args(kind)[0]) for v in value):
            return tuple(value)
    elif kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise ValueError(f"{name} has the wrong type")


def parse(text: str) -> Settings:
    """Settings from the text of a file; unknown entries are ignored (a newer desk's).

    Raises:
        UserFacing: `settings_unreadable` when it is not a settings file or a value is wrong.
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError("another format")
        kinds = get_type_hints(Settings)
        known = {k: _coerced(k, kinds[k], v) for k, v in data["settings"].items() if k in kinds}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserFacing(
            "This is not a settings file of Supportdesk.",
            detail=str(error) if isinstance(error, ValueError) else "",
            remedy="Choose a file that was written by Export settings.",
            code="settings_unreadable",
        ) from error
    return Settings(**known)


def dump(settings: Settings) -> str:
    """Text of a settings file."""
    body = {"format": FORMAT, "version": VERSION, "settings": asdict(settings)}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def read(path: Path) -> Settings:
    """Settings of a file.

    Raises:
        UserFacing: `settings_unreadable` when the file is missing, too large or not ours.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE + 1)
        if len(raw) > MAX_FILE:
            raise ValueError("too large")
        text = raw.decode("utf-8")
    except (OSError, ValueError) as error:
        raise UserFacing(
            "The settings file cannot be read.",
            detail=error.strerror or "" if isinstance(error, OSError) else "",
            remedy="Choose a file that was written by Export settings.",
            code="settings_unreadable",
        ) from error
    return parse(text)


def write(settings: Settings, path: Path) -> None:
    """Write a settings file, whole or not at all.

    Raises:
        UserFacing: `settings_unwritable` when the folder or disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, dump(settings).encode())
    except OSError as error:
        raise UserFacing(
            "The settings could not be saved.",
            detail=error.strerror or "",
            remedy="Check that the folder exists, is writable and has space left.",
            code="settings_unwritable",
        ) from error


def load(path: Path) -> tuple[Settings, UserFacing | None]:
    """Settings at start: a missing file gives defaults, a damaged one defaults and the reason.

    A damaged file is left as it is until the person saves.
    """
    problem = None
    settings = Settings()
    if path.exists():
        try:
            settings = read(path)
        except UserFacing as error:
            problem = error
    if not settings.agent:
        settings = replace(settings, agent=os_account_name())
    return settings, problem
