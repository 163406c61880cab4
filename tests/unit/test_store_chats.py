"""Chats in the database: made, changed, deleted with a way back, and remembered settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.conversation import Draft, FilePart, TextPart
from desktop.services.store import Store
from tests.unit.store_kit import PICTURE, answer, ask, query


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ligature.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def reopened(store: Store, path: Path) -> Store:
    store.close()
    return Store(path)


async def test_a_chat_comes_back_with_all_that_was_set(store: Store, path: Path) -> None:
    chat = await store.create_chat(
        endpoint_id="openai", model="gpt", parameters={"temperature": 0.5}, features={"web": {"results": 3}}, title="A"
    )
    draft = Draft("half a thought", (PICTURE, FilePart("cd" * 32, "text/plain", 5, "notes.txt")))
    changed = await store.update_chat(chat.id, folder="Work", pinned=True, draft=draft, unread=True, failed=True)
    assert changed.draft == draft
    store = reopened(store, path)
    assert store.first_chats() == [changed]
    assert await store.chat(chat.id) == changed
    store.close()


async def test_the_chat_used_last_comes_first_and_a_change_does_not_move_it(store: Store) -> None:
    first = await store.create_chat(title="first")
    second = await store.create_chat(title="second")
    await store.update_chat(first.id, title="renamed", draft=Draft("typing"))
    assert [chat.id for chat in store.first_chats()] == [second.id, first.id]
    await ask(store, first, "something")
    assert [chat.id for chat in store.first_chats()] == [first.id, second.id]


async def test_a_field_that_a_chat_does_not_have_is_a_bug(store: Store) -> None:
    chat = await store.create_chat()
    with pytest.raises(TypeError, match="colour"):
        await store.update_chat(chat.id, colour="red")
    with pytest.raises(KeyError):
        await store.chat(chat.id + 1)


async def test_a_deleted_chat_can_be_put_back_whole(store: Store, path: Path) -> None:
    chat = await store.create_chat()
    reply = await answer(store, await ask(store, chat, "a question"), "an answer worth finding")
    before = await store.chat(chat.id)
    await store.delete_chat(chat.id)
    assert store.first_chats() == []
    assert await store.search("worth finding") == []
    await store.purge_deleted()  # it can still be undone, so it stays
    assert await store.restore_chat(chat.id) == before
    assert [message.text for message in await store.messages([reply.id])] == ["an answer worth finding"]
    assert len(await store.search("worth finding")) == 1


async def test_a_purged_chat_leaves_nothing_behind(store: Store, path: Path) -> None:
    kept = await store.create_chat(title="kept")
    await answer(store, await ask(store, kept, "keep me"), "kept answer")
    chat = await store.create_chat()
    question = await store.add_question(chat.id, None, (TextPart("secret words"), PICTURE))
    run, _ = await store.begin_run(chat.id, question.id, endpoint_id="e", model="m", parameters={})
    store.journal(run.id, 0, "text", "more secret words")
    await store.delete_chat(chat.id)
    await store.purge_deleted(kept_s=0)
    for table, count in {"chat": 1, "message": 2, "part": 2, "run": 1}.items():
        assert query(path, f"SELECT count(*) FROM {table}") == [(count,)], table
    assert query(path, "SELECT count(*) FROM search WHERE search MATCH 'secret'") == [(0,)]
    assert await store.attachments_in_use() == set()
    store.journal(run.id, 0, "text", "a late chunk")
    assert await store.end_run(run.id, status=run.status) == []
    store = reopened(store, path)
    assert query(path, "SELECT * FROM journal") == []
    store.close()


async def test_a_long_chat_is_purged_in_slices(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.services.store_chats.PURGED_AT_ONCE", 3)
    chat = await store.create_chat()
    message = None
    for index in range(10):
        message = await ask(store, chat, f"question {index}", message)
    await store.delete_chat(chat.id)
    await store.purge_deleted(kept_s=0)
    assert query(path, "SELECT count(*) FROM message") == [(0,)]
    assert query(path, "SELECT count(*) FROM chat") == [(0,)]


async def test_what_is_remembered_is_there_at_once_and_after_a_restart(store: Store, path: Path) -> None:
    assert store.remembered("favourites", []) == []
    await store.remember("favourites", [["openai", "gpt"]])
    await store.remember("favourites", [["openai", "gpt"], ["local", "ü"]])
    assert store.remembered("favourites", []) == [["openai", "gpt"], ["local", "ü"]]
    store = reopened(store, path)
    assert store.remembered("favourites", []) == [["openai", "gpt"], ["local", "ü"]]
    store.close()


async def test_attachments_of_messages_and_drafts_are_in_use(store: Store) -> None:
    chat = await store.create_chat()
    await store.add_question(chat.id, None, (TextPart("see"), PICTURE))
    await store.update_chat(chat.id, draft=Draft("", (FilePart("ef" * 32, "text/plain", 1, "x"),)))
    assert await store.attachments_in_use() == {"ab" * 32, "ef" * 32}


async def test_a_closed_store_says_so_instead_of_waiting_for_ever(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        await store.create_chat()
