"""Keys: where they come from, where they go, and that a keyring which waits for its user keeps nobody waiting.

The keyrings here are stand-ins for what real ones do at their worst; tests/desktop has a real Secret Service.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator

import keyring
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest
import pytest_asyncio
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError

from desktop.core.errors import KeyringError, UserError
from desktop.services.keys import HIDDEN, KeyPlace, Keys, NoKeyring, SystemKeyring, Where, masked, system_keyring
from tests.until import until

KEY = "sk-" + "k" * 40


class Stand:
    """A keyring in memory. `answers` holds it back, as a prompt does; `error` is raised instead of an answer."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.answers = threading.Event()
        self.answers.set()
        self.error: Exception | None = None
        self.asked: list[str] = []

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        assert self.answers.wait(20)
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._ask(f"get {username}")
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._ask(f"set {username}")
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._ask(f"delete {username}")
        if self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()
    yield stand
    stand.answers.set()


Make = Callable[..., Keys]


@pytest_asyncio.fixture
async def make(stand: Stand) -> AsyncIterator[Make]:
    made: list[Keys] = []

    def make(**options: object) -> Keys:
        given = {"environment": {}, "find_keyring": lambda: SystemKeyring("Stand", stand), **options}
        made.append(Keys(**given))  # type: ignore[arg-type]  # each test gives the right ones
        return made[-1]

    yield make
    for keys in made:
        keys.close()


def no_keyring() -> SystemKeyring:
    raise NoKeyring("This system has no keyring.")


async def test_a_key_goes_to_the_keyring_under_the_fixed_names_and_comes_back(make: Make, stand: Stand) -> None:
    assert await make().set("openai", f"  {KEY}\n") == KeyPlace(Where.KEYRING, "Stand")
    assert stand.secrets == {("ligature", "openai"): KEY}
    assert await make().get("openai") == KEY


async def test_the_environment_beats_all_and_is_never_stored(make: Make, stand: Stand) -> None:
    stand.secrets["ligature", "openai"] = "stored"
    keys = make(environment={"LIGATURE_KEY_OPENAI": f" {KEY} ", "LIGATURE_KEY_DEEPSEEK": " "})
    assert await keys.get("openai") == KEY
    assert keys.from_environment("openai")
    assert not keys.from_environment("deepseek")
    assert await keys.get("deepseek") is None
    assert stand.asked == ["get deepseek"]


async def test_a_key_once_read_or_entered_is_at_hand(make: Make, stand: Stand) -> None:
    stand.secrets["ligature", "a"] = "read"
    keys = make()
    assert (await keys.get("a"), await keys.get("none")) == ("read", None)
    stand.answers.clear()
    assert (await keys.get("a"), await keys.get("none")) == ("read", None)


async def test_a_deleted_key_is_gone_and_deleting_none_is_no_error(make: Make, stand: Stand) -> None:
    keys = make()
    await keys.set("a", KEY)
    await keys.delete("a")
    await keys.delete("never")
    assert stand.secrets == {}
    assert await keys.get("a") is None


async def test_a_key_that_cannot_be_deleted_is_told(make: Make, stand: Stand) -> None:
    keys = make()
    await keys.set("a", KEY)
    stand.error = OSError("no")
    with pytest.raises(KeyringError, match=r"failed \(OSError\)"):
        await keys.delete("a")


@pytest.mark.parametrize("key", ["", "  ", "two words", "käse", "line\nbreak", "\x00"])
async def test_what_cannot_be_a_key_is_refused_and_not_repeated(make: Make, stand: Stand, key: str) -> None:
    with pytest.raises(UserError) as refused:
        await make().set("a", key)
    assert not key.strip() or key not in str(refused.value)
    assert stand.asked == []


async def test_without_a_keyring_the_key_lasts_for_the_session_and_the_reason_is_told(make: Make) -> None:
    keys = make(find_keyring=no_keyring)
    assert await keys.get("a") is None
    assert await keys.set("a", KEY) == KeyPlace(Where.SESSION, "This system has no keyring.")
    assert await keys.get("a") == KEY
    assert await keys.place() == "This system has no keyring."
    assert not await keys.has_keyring()
    assert keys.is_for_session("a")
    await keys.delete("a")
    assert not keys.is_for_session("a")
    assert await keys.get("a") is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyringLocked("x"), "locked"),
        (InitError("x"), "InitError"),
        (OSError("x"), "OSError"),
        (ValueError(KEY), "failed"),
    ],
)
async def test_a_keyring_that_fails_is_told_in_words_and_the_key_kept_for_the_session(
    make: Make, stand: Stand, error: Exception, words: str
) -> None:
    stand.error = error
    keys = make()
    with pytest.raises(KeyringError, match=words) as told:
        await keys.get("a")
    assert KEY not in str(told.value)
    place = await keys.set("a", KEY)
    assert place.where is Where.SESSION
    assert words in place.text
    assert await keys.get("a") == KEY


async def test_the_name_of_the_keyring_is_told(make: Make) -> None:
    keys = make()
    assert await keys.place() == "Stand"
    assert await keys.has_keyring()


async def test_windows_has_a_limit_that_is_told(make: Make, stand: Stand) -> None:
    keys = make(find_keyring=lambda: SystemKeyring("Windows Credential Manager", stand, 1280))
    place = await keys.set("a", "k" * 1281)
    assert place.where is Where.SESSION
    assert "1,280" in place.text
    assert "1,281" in place.text
    assert (await keys.set("a", "k" * 1280)).where is Where.KEYRING


async def test_waiting_for_the_user_is_reported_and_the_loop_stays_free(make: Make, stand: Stand) -> None:
    stand.secrets["ligature", "a"] = KEY
    stand.answers.clear()
    keys = make(report_after_s=0.05)
    reports: list[bool] = []
    keys.on_waiting = reports.append
    asking = asyncio.create_task(keys.get("a"))
    await until(lambda: reports == [True])
    stand.answers.set()
    assert await asking == KEY
    assert reports == [True, False]


async def test_a_key_entered_while_the_keyring_waits_can_be_used_at_once(make: Make, stand: Stand) -> None:
    stand.secrets["ligature", "a"] = "old"
    stand.answers.clear()
    keys = make(report_after_s=0.05)
    reading = asyncio.create_task(keys.get("a"))
    await until(lambda: stand.asked == ["get a"])
    setting = asyncio.create_task(keys.set("a", KEY))
    await asyncio.sleep(0)
    assert await keys.get("a") == KEY
    stand.answers.set()
    assert await reading == KEY
    assert await setting == KeyPlace(Where.KEYRING, "Stand")
    assert stand.secrets["ligature", "a"] == KEY


async def test_who_waits_too_long_is_told_and_a_late_answer_still_counts(make: Make, stand: Stand) -> None:
    stand.secrets["ligature", "a"] = KEY
    stand.answers.clear()
    keys = make(report_after_s=0.01, give_up_after_s=0.05)
    reports: list[bool] = []
    keys.on_waiting = reports.append
    with pytest.raises(KeyringError, match="does not answer"):
        await keys.get("a")
    assert reports == [True, False]
    place = await keys.set("b", KEY)
    assert place.where is Where.SESSION
    stand.answers.set()
    assert await keys.get("a") == KEY
    await keys.place()
    assert "set b" not in stand.asked  # given up before it began


async def test_waiting_can_be_cancelled(make: Make, stand: Stand) -> None:
    stand.answers.clear()
    keys = make(report_after_s=0.01)
    reports: list[bool] = []
    keys.on_waiting = reports.append
    asking = asyncio.create_task(keys.get("a"))
    await until(lambda: reports == [True])
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert reports == [True, False]


async def test_one_refusal_answers_all_who_asked_before_it(make: Make, stand: Stand) -> None:
    stand.answers.clear()
    stand.error = KeyringLocked("dismissed")
    keys = make()
    asking = [asyncio.create_task(keys.get(name)) for name in "abc"]
    await until(lambda: stand.asked == ["get a"])
    stand.answers.set()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(outcome, KeyringError) for outcome in outcomes)
    assert stand.asked == ["get a"]


async def test_closing_returns_at_once_while_the_keyring_waits(make: Make, stand: Stand) -> None:
    stand.answers.clear()
    keys = make()
    asking = asyncio.create_task(keys.get("a"))
    await until(lambda: stand.asked == ["get a"])
    began = time.monotonic()
    keys.close()
    assert time.monotonic() - began < 1
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "keys" and thread.is_alive()]
    assert thread.daemon
    stand.answers.set()
    await until(lambda: not thread.is_alive())


async def test_no_key_is_in_a_repr_or_a_log(make: Make, stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    keys = make()
    place = await keys.set("a", KEY)
    await keys.get("a")
    stand.error = OSError(KEY)
    failed = await keys.set("a", KEY)
    assert KEY not in f"{keys!r} {place!r} {failed!r} {caplog.text}"


@pytest.fixture
def chosen_keyring() -> Iterator[Callable[[KeyringBackend], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def backend(module: str) -> KeyringBackend:
    """A keyring that comes from `module`, without touching any that this machine has."""
    members = {"__module__": module, "priority": 0, "get_password": lambda *_: None, "set_password": lambda *_: None}
    made: KeyringBackend = type("Keyring", (KeyringBackend,), members)()
    KeyringBackend._classes.discard(type(made))
    return made


Choose = Callable[[KeyringBackend], None]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keyring.backends.SecretService", "Secret Service"),
        ("keyring.backends.kwallet", "KWallet"),
        ("keyring.backends.macOS", "macOS Keychain"),
        ("keyring.backends.Windows", "Windows Credential Manager"),
    ],
)
def test_the_systems_own_keyrings_are_trusted(chosen_keyring: Choose, module: str, name: str) -> None:
    chosen_keyring(backend(module))
    found = system_keyring()
    assert found.name == name
    assert found.longest_key == (1280 if module.endswith("Windows") else None)


@pytest.mark.parametrize("module", ["keyrings.alt.file", "keyrings.alt.Gnome", "somebody.elses"])
def test_keyrings_that_may_write_plain_files_are_not(chosen_keyring: Choose, module: str) -> None:
    chosen_keyring(backend(module))
    with pytest.raises(NoKeyring):
        system_keyring()


@pytest.mark.parametrize("kind", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
async def test_no_keyring_or_one_switched_off_means_the_session(
    chosen_keyring: Choose, make: Make, kind: Callable[[], KeyringBackend]
) -> None:
    chosen_keyring(kind())
    keys = make(find_keyring=system_keyring)
    assert (await keys.set("a", KEY)).where is Where.SESSION
    assert await keys.get("a") == KEY
    assert "no keyring" in await keys.place()


def test_in_a_chain_the_trusted_one_is_used(chosen_keyring: Choose, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, safe = backend("keyrings.alt.file"), backend("keyring.backends.SecretService")
    kind: Callable[[], KeyringBackend] = keyring.backends.chainer.ChainerBackend
    chainer = kind()
    monkeypatch.setattr(type(chainer), "backends", [plain, safe])
    chosen_keyring(chainer)
    assert system_keyring().backend is safe


def test_a_keyring_that_cannot_even_be_looked_for_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> KeyringBackend:
        raise ModuleNotFoundError("keyrings.nothing")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    with pytest.raises(NoKeyring, match="ModuleNotFoundError"):
        system_keyring()


def test_of_a_key_only_its_end_is_shown_and_of_a_short_one_nothing() -> None:
    assert masked("sk-0123456789abcdef9Kx") == f"{HIDDEN}9Kx"
    assert masked("short-9Kx") == HIDDEN


async def test_a_hint_of_a_key_asks_no_keyring(make: Make, stand: Stand) -> None:
    keys = make()
    assert keys.hint("lab") == HIDDEN
    assert stand.asked == []
    await keys.set("lab", KEY + "9Kx")
    assert keys.hint("lab") == f"{HIDDEN}9Kx"
    assert make(environment={"LIGATURE_KEY_LAB": KEY}).hint("lab") == f"{HIDDEN}kkk"
