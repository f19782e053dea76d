"""What every use case works with: the home, what is configured, the log, the store, and who is asking."""

from __future__ import annotations

import datetime as dt
import os
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph.model import Phone
from tracer import config as configuration
from tracer.clock import Clock
from tracer.config import Config, Operation
from tracer.desk.signoffs import packs_of
from tracer.errors import LogUnavailable, Refused, WrongUse
from tracer.log import Draft, Entry, Log, Notary, Signer
from tracer.log.entry import JSON
from tracer.log.signer import KEY_NAME
from tracer.policy import Decision, Policy, decide_operation
from tracer.policy.pack import Pack
from tracer.store import Store
from tracer.store.cases import OPEN, CaseFile, NoCase
from tracer.vault import Vault
from tracer.words import N_

CONFIG_NAME = "config.toml"
STORE_NAME = "tracer.db"

# Written by `tracer init`: it allows nothing, and says where the working example is.
EMPTY_CONFIG = """# Nothing is allowed until it is written here. A working example: config.example.toml
region = "CN"
timezone = "Asia/Shanghai"
purposes = []
"""


@dataclass(slots=True)
class Office:
    """An open home and the person working in it."""

    home: Path
    config: Config
    vault: Vault
    log: Log
    store: Store
    clock: Clock
    actor: str

    def today(self) -> dt.date:
        """The day in the configured zone: agreements and budgets count by it."""
        return self.clock().astimezone(self.config.zone).date()

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The packs of law with this home's sign-offs."""
        return packs_of(self.home)

    @property
    def policy(self) -> Policy:
        """What decides look-ups here: the house's rules, and the packs where they are wanted."""
        return Policy(self.config, self.packs)

    def case(self, ref: str) -> CaseFile:
        """Give the case a person means; WrongUse when none or several fit.

        Full-width characters, blanks and small letters are forgiven where no case is written just so.
        """
        clients = tuple(self.config.clients)
        try:
            return self.store.cases.find(ref, clients)
        except NoCase as error:
            client, slash, number = unicodedata.normalize("NFKC", ref).partition("/")
            number = "".join((number if slash else client).split())
            plain = f"{client.strip()}/{number}" if slash else number
            head = plain.removesuffix(number)
            for spelt in dict.fromkeys((plain, head + number.upper())):
                with suppress(NoCase):
                    return self.store.cases.find(spelt, clients)
            raise error

    def only_purpose(self, client: str) -> str:
        """The purpose that both the house and the client's agreement allow; empty when it is not one."""
        agreement = self.config.clients.get(client)
        both = self.config.purposes & agreement.purposes if agreement else frozenset[str]()
        return next(iter(both)) if len(both) == 1 else ""

    def number_name(self, case: CaseFile, phone: Phone) -> str:
        """What the log calls a number: the same name the gateway gives it in its own entries."""
        return case.unsealed.pseudonym("number", phone.key)

    def write(
        self,
        event: str,
        *,
        case: CaseFile | None = None,
        purpose: str = "",
        about: int | None = None,
        body: Mapping[str, JSON] | None = None,
    ) -> Entry:
        """Append one entry; durable when this returns, or LogUnavailable."""
        return self.log.append(
            Draft(
                event,
                actor=self.actor,
                purpose=purpose,
                case=case.pseudonym if case else "",
                about=about,
                body=body or {},
            )
        )

    def decide(
        self,
        operation: Operation,
        client: str,
        *,
        purpose: str | None = None,
        case: CaseFile | None = None,
        other_client: str | None = None,
    ) -> Decision:
        """Ask policy about something that is not a look-up. Nothing is written yet."""
        return decide_operation(
            operation,
            client,
            self.config,
            self.today(),
            purpose=purpose,
            case_open=None if case is None else case.state == OPEN,
            other_client=other_client,
        )

    def require(
        self, operation: Operation, client: str, *, purpose: str | None = None, case: CaseFile | None = None
    ) -> Decision:
        """Go on only if policy allows; a no is written in the log and raised with what would make it yes."""
        decision = self.decide(operation, client, purpose=purpose, case=case)
        if not decision.allowed:
            self.refused(operation, client, decision, case=case)
        return decision

    def refused(
        self, operation: Operation, client: str, decision: Decision, *, case: CaseFile | None = None
    ) -> None:
        """Write a refusal in the log and raise it."""
        known = client if client in self.config.clients else None
        self.write(
            "refused",
            case=case,
            body={
                "operation": str(operation),
                "client": known,
                "verdict": str(decision.verdict),
                "fired": [fired.rule for fired in decision.fired],
                "missing": list(decision.missing),
                "policy": decision.digest,
            },
        )
        raise Refused(N_("Policy refused this.\n{reasons}"), reasons=decision.shown())

    def close(self) -> None:
        """Give back what is open."""
        self.log.close()
        self.store.close()


def create(home: Path, clock: Clock, actor: str, config_text: str = EMPTY_CONFIG) -> None:
    """Make a home: keys, store, log, configuration. Raises WrongUse when something is there already."""
    database = home / STORE_NAME
    settings = home / CONFIG_NAME
    if database.exists() or settings.exists() or (home / "keys").exists():
        raise WrongUse(
            N_("There is a home at {home} already"),
            N_("Use it, or choose another with --home. Nothing was changed."),
            home=home,
        )
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        vault = Vault.create(home)
        signer = Signer.create(home)
        settings.write_text(config_text, encoding="utf-8")
    except OSError as error:
        raise WrongUse(
            N_("The home {home} cannot be made: {why}"),
            N_("Name a folder you may write to with --home or TRACER_HOME."),
            home=home,
            why=os.strerror(error.errno) if error.errno else type(error).__name__,
        ) from error
    store = Store.create(database, vault)
    database.chmod(0o600)
    log = Log.create(database, clock=clock, notary=Notary(signer))
    log.append(Draft("init", actor=actor, body={"config": configuration.load(settings).digest}))
    log.close()
    store.close()


def open_office(home: Path, config: Path | None, clock: Clock, actor: str) -> Office:
    """Open a home. Closes what a crash left open in the log, and notes a changed configuration.

    Only questions of runs that died on this machine are closed, as ``unknown``: what another process is
    asking right now is left alone (``tracer.log.runs``), and so is what came with a copy from elsewhere, for
    which there is ``tracer log recover``. Nothing is asked again.

    Raises WrongUse when there is no home, LogUnavailable when its log or keys cannot be used.
    """
    database = home / STORE_NAME
    if not database.exists():
        raise WrongUse(
            N_("There is no home at {home}"),
            N_("Make one with: tracer init. Or name the right one with --home or TRACER_HOME."),
            home=home,
        )
    settings = configuration.load(config or home / CONFIG_NAME)
    vault = Vault.open(home)
    store = Store.open(database, vault)
    log = Log.open(database, clock=clock, notary=_notary(home, database, settings))
    _close_left_open(log, actor)
    office = Office(home=home, config=settings, vault=vault, log=log, store=store, clock=clock, actor=actor)
    _note_config(office)
    return office


def _close_left_open(log: Log, actor: str) -> None:
    # Where the log cannot be written (a full disk, a clock set back) the home can still be read, and the
    # command that puts it right must be able to open it. What is open stays open until then.
    with suppress(LogUnavailable):
        if log.left_open():
            log.recover(actor)


def _notary(home: Path, database: Path, settings: Config) -> Notary:
    """Give who signs the log. A home from before there were checkpoints gets its key now; one that has some
    and has lost its key is not given another in silence."""
    try:
        return _signing(Signer.open(home), settings)
    except LogUnavailable:
        if (home / "keys" / KEY_NAME).exists():
            raise
        with Log.open(database) as log:
            if log.checkpoints(last=True):
                raise
        return _signing(Signer.create(home), settings)


def _signing(signer: Signer, settings: Config) -> Notary:
    return Notary(signer, every=settings.log.checkpoint_every, seconds=settings.log.checkpoint_seconds)


def _note_config(office: Office) -> None:
    """Write an entry when the configuration is not the one last seen: who could do what changed that day."""
    last = None
    for event in ("init", "config_changed"):
        for entry in office.log.entries(event=event):
            if last is None or entry.seq > last.seq:
                last = entry
    if last is None or last.body.get("config") != office.config.digest:
        office.write("config_changed", body={"config": office.config.digest})


def whole_day(text: str) -> dt.date:
    """Read a date given on the command line; WrongUse when it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WrongUse(N_("{text} is not a date"), N_("Write it as 2026-12-31."), text=text) from None


def a_moment(office: Office, text: str) -> dt.datetime:
    """Read a time given on the command line, in the configured zone unless it names one, or WrongUse."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise WrongUse(
            N_("{text} is not a time"),
            N_("Write it as 2026-12-31T10:15, with +08:00 behind it for another zone than {zone}."),
            text=text[:40],
            zone=office.config.timezone,
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=office.config.zone)
