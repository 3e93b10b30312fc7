"""Puts a desk together: what lives as long as the program, and a desk on one account."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from supportdesk import aio, config
from supportdesk.config import Settings
from supportdesk.errors import UserFacing
from supportdesk.paths import Paths, resources
from supportdesk.secrets import Vault, database_key
from supportdesk.services.accounts import Account, Accounts, mirror_key_name
from supportdesk.services.actions import Actions
from supportdesk.services.activity import Activity
from supportdesk.services.audit import Audit, chain_key
from supportdesk.services.calls import Calls
from supportdesk.services.cards import Cards
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_basis import read_basis
from supportdesk.services.complaints import Complaints
from supportdesk.services.decline_words import read_words
from supportdesk.services.desk import Desk
from supportdesk.services.dispute_case import DisputeCases
from supportdesk.services.dispute_figures import DisputeFigures
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.dispute_words import read_rules, read_steps
from supportdesk.services.disputes import Disputes
from supportdesk.services.expiring import ExpiringCards
from supportdesk.services.lookup import Lookup
from supportdesk.services.lost_reports import LostReports
from supportdesk.services.lost_texts import read_texts
from supportdesk.services.reason_lists import read_reasons
from supportdesk.services.reporting import Reporting
from supportdesk.services.retention import Retention
from supportdesk.services.settle import Settle
from supportdesk.services.sync import Sync
from supportdesk.services.verification import Verification
from supportdesk.services.verification_table import read_policy
from supportdesk.services.wallets import Wallets
from supportdesk.store import files
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway
from supportdesk.ui import text
from supportdesk.ui.cards.tab import CardsTab
from supportdesk.ui.complaints.tab import ComplaintsTab
from supportdesk.ui.disputes.tab import DisputesTab
from supportdesk.ui.focus import Focus
from supportdesk.ui.frame import Frame
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.main_window import MainWindow

CASEBOOK_KEY = "database-key:casebook"
# Problems after which a mirror is made anew: everything in it is at Stripe.
_REBUILD = ("database_key_missing", "db_locked_out", "db_damaged")


@dataclass(kw_only=True)
class House:
    """What lives as long as the program: folders, keys, accounts and the casebook."""

    paths: Paths
    vault: Vault
    kept: bool
    accounts: Accounts
    casebook: Casebook
    audit: Audit
    settings: Settings
    changes: Changes
    problems: list[UserFacing] = field(default_factory=list)

    def save_settings(self, settings: Settings) -> None:
        """Write the settings, then let everyone know; raises UserFacing when it cannot."""
        config.write(settings, self.paths.data / "settings.json")
        self.settings = settings
        self.changes.settings.emit()


@cache
def texts(name: str) -> dict[str, Any]:
    """Content of a JSON file of `resources/`."""
    content: dict[str, Any] = json.loads((resources() / f"{name}.json").read_text("utf-8"))
    return content


async def open_house(paths: Paths, vault: Vault, *, kept: bool) -> House:
    """Open what lives as long as the program.

    Raises:
        UserFacing: the keyring, the folder or the casebook cannot be used. Nothing is changed.
    """
    await aio.in_thread(paths.make)
    settings, problem = config.load(paths.data / "settings.json")
    path = paths.data / "casebook.db"
    key = await aio.in_thread(lambda: database_key(vault, CASEBOOK_KEY, create=not path.exists()))
    accounts = Accounts(paths, vault)
    await accounts.load()
    seal = await aio.in_thread(chain_key, vault)
    casebook = Casebook(await Database.open(path, key, "casebook"), seal)
    changes = Changes()
    audit = Audit(casebook, vault, changes)
    try:
        await audit.start()
    except UserFacing:
        await casebook.database.close()
        raise
    house = House(
        paths=paths,
        vault=vault,
        kept=kept,
        accounts=accounts,
        casebook=casebook,
        audit=audit,
        settings=settings,
        changes=changes,
    )
    if problem is not None:
        house.problems.append(problem)
    return house


async def open_mirror(accounts: Accounts, account: Account) -> Database:
    """Open an account's mirror; one that cannot be read is made anew from Stripe.

    Raises:
        UserFacing: the keyring or the disk refuses, or a newer Supportdesk wrote the file.
    """
    path, vault = accounts.mirror_path(account), accounts.vault_of(account)
    name = mirror_key_name(account.ref)

    async def open_it() -> Database:
        create = not path.exists()
        key = await aio.in_thread(lambda: database_key(vault, name, create=create))
        return await Database.open(path, key, "mirror")

    try:
        return await open_it()
    except UserFacing as problem:
        if problem.code not in _REBUILD:
            raise
    for part in files.family(path):
        await aio.in_thread(part.unlink, True)
    return await open_it()


class OpenDesk:
    """A desk on one account: its mirror, its connection to Stripe, its tasks."""

    def __init__(self, house: House, account: Account) -> None:
        self._house = house
        self._account = account
        self._stack = AsyncExitStack()
        self.tasks = aio.Tasks()

    async def open(self) -> Desk:
        """Open mirror and gateway; `begin` starts to read.

        Raises:
            UserFacing: the key, the mirror or the disk stands in the way; nothing stays open.
        """
        async with AsyncExitStack() as stack:
            desk = await self._build(stack)
            self._stack = stack.pop_all()
        return desk

    async def _build(self, stack: AsyncExitStack) -> Desk:
        house, account = self._house, self._account
        database = await open_mirror(house.accounts, account)
        stack.push_async_callback(database.close)
        gateway = await house.accounts.open(
            account, share=house.settings.rate_share, on_reach=house.changes.reach.emit
        )
        stack.push_async_callback(gateway.aclose)
        desk = self._services(Mirror(database), gateway)
        await desk.calls.load()
        stack.push_async_callback(house.audit.finish)
        stack.push_async_callback(desk.actions.finish)
        stack.push_async_callback(desk.cards.finish)
        stack.push_async_callback(self.tasks.aclose)
        stack.callback(desk.sync.close)
        return desk

    def begin(self, desk: Desk) -> None:
        """Begin what goes on beside the agent: reading, settling, keeping, checking."""
        self.tasks.failed.connect(_unseen)
        self.tasks.start(desk.sync.keep_full())
        self.tasks.start(desk.sync.keep_fresh())
        self.tasks.start(desk.settle.follow())
        self.tasks.start(desk.dispute_queue.keep())
        if self._house.audit.result is None:
            self.tasks.start(self._house.audit.verify())

    def _services(self, mirror: Mirror, gateway: Gateway) -> Desk:
        house, account, changes = self._house, self._account, self._house.changes
        actions = Actions(
            house.casebook.journal, changes, account=account.ref, agent=lambda: house.settings.agent
        )
        calls, verification = self._calls(mirror)
        complaints = self._complaints(mirror, calls)
        how = partial(Reporting.of, settings=lambda: house.settings, account=account.ref)
        reporting = how(house.casebook, mirror, complaints, changes)
        queue = self._queue(mirror, gateway)
        cards = self._cards(mirror, gateway, actions, verification)
        disputes = self._disputes(mirror, gateway, actions, verification, queue)
        return Desk(
            account=account,
            accounts=house.accounts,
            read_settings=lambda: house.settings,
            save_settings=house.save_settings,
            changes=changes,
            actions=actions,
            settle=Settle(gateway, mirror, house.casebook.journal, actions, changes),
            audit=house.audit,
            calls=calls,
            verification=verification,
            sync=Sync(gateway, mirror, changes, allowed=lambda: house.settings.monthly_reads),
            lookup=Lookup(
                gateway, mirror, changes, region=lambda: house.settings.programme_country
            ),
            activity=self._activity(mirror, gateway, actions),
            cards=cards,
            expiring=ExpiringCards(mirror),
            disputes=disputes,
            dispute_queue=queue,
            dispute_cases=DisputeCases(mirror, house.casebook, queue, account=account.ref),
            dispute_figures=DisputeFigures(mirror, queue),
            lost=self._lost(mirror, gateway, actions, cards, disputes, verification),
            wallets=Wallets(gateway, mirror, actions, changes, guard=verification),
            complaints=complaints,
            month_pack=reporting.months,
            reporting=reporting,
            retention=self._retention(mirror, complaints),
            texts=texts,
            kept=house.kept and account.kept,
        )

    def _cards(
        self, mirror: Mirror, gateway: Gateway, actions: Actions, guard: Verification
    ) -> Cards:
        house = self._house
        reasons, problem = read_reasons(resources() / "cards", house.paths.data / "cards")
        if problem is not None:
            house.problems.append(problem)
        return Cards(gateway, mirror, actions, house.changes, guard=guard, reasons=reasons)

    def _disputes(
        self,
        mirror: Mirror,
        gateway: Gateway,
        actions: Actions,
        guard: Verification,
        queue: DisputeQueue,
    ) -> Disputes:
        house = self._house
        return Disputes(
            gateway,
            mirror,
            house.casebook,
            actions,
            house.changes,
            rules=queue.rules,
            account=self._account.ref,
            settings=lambda: house.settings,
            locale=text.locale,
            guard=guard,
        )

    def _lost(
        self,
        mirror: Mirror,
        gateway: Gateway,
        actions: Actions,
        cards: Cards,
        disputes: Disputes,
        guard: Verification,
    ) -> LostReports:
        house = self._house
        texts, problem = read_texts(resources() / "lost", house.paths.data / "lost")
        if problem is not None:
            house.problems.append(problem)
        return LostReports(
            house.casebook.lost,
            house.casebook.journal,
            gateway,
            mirror,
            actions,
            house.changes,
            cards,
            disputes,
            texts=texts,
            programme=lambda: house.settings.programme_name,
            account=self._account.ref,
            agent=lambda: house.settings.agent,
            locale=text.locale,
            guard=guard,
        )

    def _calls(self, mirror: Mirror) -> tuple[Calls, Verification]:
        house, account = self._house, self._account
        journal = house.casebook.journal
        policy, problem = read_policy(house.paths.data)
        if problem is not None:
            house.problems.append(problem)
        calls = Calls(
            house.casebook.calls,
            journal,
            house.changes,
            account=account.ref,
            agent=lambda: house.settings.agent,
        )
        return calls, Verification(
            calls,
            mirror,
            journal,
            policy,
            enabled=lambda: house.settings.verification == "on",
            agent=lambda: house.settings.agent,
        )

    def _queue(self, mirror: Mirror, gateway: Gateway) -> DisputeQueue:
        house, folder = self._house, resources() / "disputes"
        steps, problem = read_steps(folder, house.paths.data / "disputes")
        rules, broken = read_rules(folder, house.paths.data / "disputes")
        house.problems += [one for one in (problem, broken) if one is not None]
        return DisputeQueue(
            gateway,
            mirror,
            house.casebook.dispute_cases,
            house.changes,
            rules=rules,
            steps=steps,
            settings=lambda: house.settings,
            account=self._account.ref,
            locale=text.locale,
        )

    def _activity(self, mirror: Mirror, gateway: Gateway, actions: Actions) -> Activity:
        words, problem = read_words(resources(), self._house.paths.data, text.locale())
        if problem is not None:
            self._house.problems.append(problem)
        return Activity(
            gateway, mirror, actions, self._house.changes, texts=words, locale=text.locale
        )

    def _complaints(self, mirror: Mirror, calls: Calls) -> Complaints:
        house, account = self._house, self._account
        basis, problem = read_basis(resources() / "complaints", house.paths.data / "complaints")
        if problem is not None:
            house.problems.append(problem)
        return Complaints(
            house.casebook.complaints,
            mirror,
            house.changes,
            basis,
            settings=lambda: house.settings,
            account=account.ref,
            account_id=account.account_id,
            calls=calls,
        )

    def _retention(self, mirror: Mirror, complaints: Complaints) -> Retention:
        house = self._house
        return Retention(
            house.casebook,
            mirror.database,
            complaints,
            house.changes,
            settings=lambda: house.settings,
            account=self._account.ref,
        )

    async def close(self) -> None:
        """Stop reading, wait for actions under way, close connection and mirror."""
        await self._stack.aclose()


def window_of(desk: Desk, frame: Frame | None = None) -> MainWindow:
    """Build the window of an open desk, into a frame that is shown already if there is one."""
    focus = Focus()
    others = (CardsTab, DisputesTab, ComplaintsTab)
    window = MainWindow(desk, focus, [LookupTab(desk, focus)], frame, others)
    focus.setParent(window)
    return window


def _unseen(error: BaseException) -> None:
    """A problem of the reading task is on the status bar already; a bug is a bug."""
    if not isinstance(error, UserFacing):
        aio.report_bug(error)
