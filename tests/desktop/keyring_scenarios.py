"""What test_keyring.py has done inside a session of its own: one scenario a process, told as one JSON line.

python -m tests.desktop.keyring_scenarios NAME DATA_DIR KEY
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from desktop.core.conversation import TextPart
from desktop.core.endpoints import Endpoint, Model
from desktop.core.errors import KeyringError, UserError
from desktop.services.api import Api
from desktop.services.keys import Keys
from desktop.services.logs import start_log
from desktop.services.model_notes import ModelNotes
from desktop.services.models import ModelCatalogue
from desktop.services.settings import Paths, SettingsFile
from desktop.services.store import Store
from tests.gateway import Gateway, answer, error
from tests.until import until

ENDPOINT_ID = "mine"
PASSWORD = "test"  # the keyring's

Facts = dict[str, Any]


def lock_keyring() -> None:
    """As the desktop does when the screen is locked."""
    import secretstorage

    connection = secretstorage.dbus_init()
    collection = secretstorage.get_default_collection(connection)
    collection.lock()
    assert collection.is_locked()
    connection.close()


async def tried(asking: Awaitable[str | None]) -> Facts:
    """What came of asking for a key, and after how long."""
    began = time.monotonic()
    try:
        facts: Facts = {"key": await asking}
    except KeyringError as error:
        facts = {"error": str(error)}
    return {**facts, "seconds": time.monotonic() - began}


async def prompt() -> None:
    """Waits until the system asks for the keyring's password and listens to the keyboard."""

    def shown() -> bool:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "^Unlock "], stdout=subprocess.PIPE, check=False
        )
        return bool(found.stdout.strip())

    await until(shown, 20, "the system's question for the password")
    await asyncio.sleep(0.5)  # its window grabs the keyboard a moment after it is shown


async def press(*keys: str) -> None:
    """Presses keys, as the user does."""
    await asyncio.to_thread(subprocess.run, ["xdotool", "key", "--delay", "40", *keys], check=True)


async def round_trip(_data_dir: Path, key: str) -> Facts:
    """A key set, read by another instance, changed, deleted, and not there any more."""
    placed = await Keys().set(ENDPOINT_ID, key)
    read = await Keys().get(ENDPOINT_ID)
    await Keys().set(ENDPOINT_ID, f"{key}-changed")
    changed = await Keys().get(ENDPOINT_ID)
    await Keys().delete(ENDPOINT_ID)
    await Keys().delete(ENDPOINT_ID)
    return {
        "where": placed.where,
        "name": placed.text,
        "read": read,
        "changed": changed,
        "gone": await Keys().get(ENDPOINT_ID),
    }


async def keep(_data_dir: Path, key: str) -> Facts:
    """A key set and left there."""
    return {"where": (await Keys().set(ENDPOINT_ID, key)).where}


async def read(_data_dir: Path, _key: str) -> Facts:
    """A key that an earlier process kept."""
    return await tried(Keys().get(ENDPOINT_ID))


async def locked(_data_dir: Path, key: str) -> Facts:
    """A locked keyring, and nobody who could be asked."""
    await Keys().set(ENDPOINT_ID, key)
    lock_keyring()
    outcome = await tried(Keys().get(ENDPOINT_ID))
    keys = Keys()
    placed = await keys.set(ENDPOINT_ID, key)
    return {**outcome, "where": placed.where, "why": placed.text, "session": await keys.get(ENDPOINT_ID)}


async def absent(_data_dir: Path, key: str) -> Facts:
    """No keyring at all."""
    keys = Keys()
    outcome = await tried(keys.get(ENDPOINT_ID))
    placed = await keys.set(ENDPOINT_ID, key)
    return {
        **outcome,
        "where": placed.where,
        "why": placed.text,
        "has_keyring": await keys.has_keyring(),
        "session": await keys.get(ENDPOINT_ID),
        "other": await Keys().get(ENDPOINT_ID),
    }


async def unlocked_by_the_user(_data_dir: Path, key: str) -> Facts:
    """A locked keyring; the user types the password into the system's window after a while."""
    await Keys().set(ENDPOINT_ID, key)
    lock_keyring()
    keys = Keys(report_after_s=0.2)
    reports: list[bool] = []
    keys.on_waiting = reports.append
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    beating = asyncio.create_task(beat())
    asking = asyncio.create_task(tried(keys.get(ENDPOINT_ID)))
    await prompt()
    waiting, done_early = list(reports), asking.done()
    await press(*PASSWORD, "Return")
    outcome = await asking
    beating.cancel()
    return {**outcome, "waiting": waiting, "done_early": done_early, "reports": reports, "beats": beats}


async def refused_by_the_user(_data_dir: Path, key: str) -> Facts:
    """A locked keyring; the user closes the system's window."""
    await Keys().set(ENDPOINT_ID, key)
    lock_keyring()
    keys = Keys()
    asking = [asyncio.create_task(tried(keys.get(name))) for name in (ENDPOINT_ID, "another")]
    await prompt()
    await press("Escape")
    first, second = await asyncio.gather(*asking)
    setting = asyncio.create_task(keys.set(ENDPOINT_ID, key))
    await prompt()
    at_hand = await keys.get(ENDPOINT_ID)
    await press("Escape")
    placed = await setting
    return {"first": first, "second": second, "at_hand": at_hand, "where": placed.where, "why": placed.text}


async def ended_while_the_keyring_waits(_data_dir: Path, key: str) -> Facts:
    """The program ends while the system's window is open."""
    await Keys().set(ENDPOINT_ID, key)
    lock_keyring()
    keys = Keys()
    asking = asyncio.create_task(keys.get(ENDPOINT_ID))
    await prompt()
    asking.cancel()
    keys.close()
    return {"ended_at": time.time()}


async def use(data_dir: Path, key: str) -> Facts:
    """All that touches a key in a day: kept, sent, an answer, a refusal that repeats it, settings, lists, the log."""
    paths = Paths.under(data_dir)
    paths.create()
    start_log(paths.logs_dir)
    keys, api, store = Keys(), Api(version="test"), Store(paths.database_file)
    with Gateway() as gateway:
        gateway.then(answer("The answer."), error(401, f"Incorrect API key provided: {key}"))
        headers = {"x-api-key": "{key}", "Authorization": "Bearer {key}"}
        endpoint = Endpoint(ENDPOINT_ID, "Mine", gateway.base_url, headers=headers)
        placed = await keys.set(ENDPOINT_ID, key)
        SettingsFile(paths).save_endpoint(endpoint)
        models = await listed(paths, endpoint, api, keys, store)
        told = [await asked(text, endpoint, api, keys) for text in ("A plain question", "A refused question")]
        for text in told:
            chat = await store.create_chat(endpoint_id=ENDPOINT_ID, model="echo")
            await store.add_question(chat.id, None, (TextPart(text),))
        sent = [request.headers.get("authorization") for request in gateway.chats]
    await api.aclose()
    store.close()
    keys.close()
    return {"where": placed.where, "told": told, "sent": sent, "models": models}


async def listed(paths: Paths, endpoint: Endpoint, api: Api, keys: Keys, store: Store) -> int:
    """How many models the endpoint has; the list is cached on disk."""

    async def fetch(which: Endpoint) -> list[Model]:
        return await api.models(which, await keys.get(which.id))

    notes = ModelNotes(store)
    catalogue = ModelCatalogue(cache_file=paths.models_file, data_dir=paths.data_dir, fetch=fetch, notes=notes)
    catalogue.set_endpoints([endpoint])
    await catalogue.load()
    await catalogue.refresh()
    return len(catalogue.models())


async def asked(text: str, endpoint: Endpoint, api: Api, keys: Keys) -> str:
    """A question and all that was heard of it; a refusal is logged with its traceback."""
    body = {"model": "echo", "messages": [{"role": "user", "content": text}], "stream": True}
    try:
        deltas = [repr(delta) async for delta in api.stream(endpoint, await keys.get(ENDPOINT_ID), body)]
    except UserError as refused:
        logging.getLogger("scenario").exception("refused")
        return f"{text}: {refused}"
    return f"{text}: {deltas}"


SCENARIOS: dict[str, Callable[[Path, str], Awaitable[Facts]]] = {
    scenario.__name__: scenario
    for scenario in (
        round_trip,
        keep,
        read,
        locked,
        absent,
        unlocked_by_the_user,
        refused_by_the_user,
        ended_while_the_keyring_waits,
        use,
    )
}


async def main(name: str, data_dir: str, key: str) -> None:
    """Runs one scenario and prints what came of it."""
    print(json.dumps(await SCENARIOS[name](Path(data_dir), key)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
