"""Messages in the database: the tree of a chat, questions, changes, deletion, search."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.conversation import (
    Draft,
    Role,
    Status,
    TextPart,
    ThinkingPart,
    line_to,
)
from desktop.services.store import Store
from tests.unit.store_kit import PICTURE, answer, ask, begin, query


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ligature.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


async def test_a_question_becomes_the_leaf_names_the_chat_and_empties_the_draft(store: Store) -> None:
    chat = await store.create_chat()
    await store.update_chat(chat.id, draft=Draft("Why is the sky blue?"))
    question = await store.add_question(chat.id, None, (TextPart("Why is the sky blue?"), PICTURE))
    chat = await store.chat(chat.id)
    assert (chat.title, chat.draft, chat.leaf_id) == ("Why is the sky blue?", Draft(), question.id)
    assert question.role is Role.USER
    assert question.attachments == (PICTURE,)
    assert await store.messages([question.id]) == [question]
    await ask(store, chat, "And at night?", question)
    assert (await store.chat(chat.id)).title == "Why is the sky blue?"


async def test_a_chat_that_begins_with_a_picture_is_named_after_it(store: Store) -> None:
    chat = await store.create_chat()
    await store.add_question(chat.id, None, (PICTURE,))
    assert (await store.chat(chat.id)).title == "cat.png"


async def test_the_tree_is_read_without_its_texts(store: Store) -> None:
    chat = await store.create_chat()
    question = await store.add_question(chat.id, None, (TextPart("four"), PICTURE))
    run, _ = await begin(store, question)
    store.journal(run.id, 0, "thinking", "hmm…")
    store.journal(run.id, 0, "text", "日本")
    await store.end_run(run.id, status=Status.DONE)
    asked, answered = await store.heads(chat.id)
    assert (asked.text_length, asked.thinking_length, asked.attachment_count) == (4, 0, 1)
    assert (answered.text_length, answered.thinking_length, answered.run_id) == (2, 4, run.id)
    assert answered.parent_id == asked.id == question.id


async def test_retries_are_siblings_and_the_line_goes_to_the_newest(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    first = await answer(store, question, "one")
    second = await answer(store, question, "two")
    await ask(store, chat, "more", second)
    tree = {head.id: head.parent_id for head in await store.heads(chat.id)}
    assert tree[first.id] == tree[second.id] == question.id
    leaf = (await store.chat(chat.id)).leaf_id
    assert line_to(leaf, tree)[:2] == [question.id, second.id]


async def test_a_line_is_read_without_the_rest_of_the_chat(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    first = await answer(store, question, "one")
    await answer(store, question, "two")
    more = await ask(store, chat, "more", first)
    assert await store.line(more.id) == [question.id, first.id, more.id]
    assert await store.line(999) == []


async def test_the_next_waiting_question_is_the_first_of_the_line(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    reply = await answer(store, question, "a")
    aside = await store.add_question(chat.id, question.id, (TextPart("aside"),), status=Status.QUEUED)
    assert await store.next_queued(chat.id) == aside.id
    first = await store.add_question(chat.id, reply.id, (TextPart("first"),), status=Status.QUEUED)
    await store.add_question(chat.id, first.id, (TextPart("second"),), status=Status.QUEUED)
    assert await store.next_queued(chat.id) == first.id
    await store.set_message(first.id, status=Status.DONE)
    assert await store.next_queued(chat.id) != first.id


async def test_messages_come_in_the_order_they_are_asked_for_and_missing_ones_are_left_out(store: Store) -> None:
    chat = await store.create_chat()
    ids = [(await ask(store, chat, str(number))).id for number in range(3)]
    assert [message.text for message in await store.messages([ids[2], 999, ids[0]])] == ["2", "0"]
    assert await store.messages([]) == []


async def test_a_message_is_changed_only_where_told(store: Store) -> None:
    chat = await store.create_chat(title="t")
    question = await store.add_question(chat.id, None, (TextPart("old words"), PICTURE), status=Status.QUEUED)
    assert question.status is Status.QUEUED
    changed = await store.set_message(question.id, status=Status.DONE)
    assert (changed.status, changed.text, changed.in_context) == (Status.DONE, "old words", True)
    changed = await store.set_message(question.id, in_context=False, parts=(TextPart("new words"),))
    assert (changed.text, changed.attachments, changed.in_context) == ("new words", (), False)
    assert (await store.heads(chat.id))[0].attachment_count == 0
    assert await store.search("old words") == []
    assert [found.message_id for found in await store.search("new words")] == [question.id]


async def test_deleting_a_message_loses_nothing_that_follows_it(store: Store) -> None:
    chat = await store.create_chat()
    first = await ask(store, chat, "first")
    reply = await answer(store, first, "reply")
    second = await ask(store, chat, "second", reply)
    await store.delete_message(reply.id)
    tree = {head.id: head.parent_id for head in await store.heads(chat.id)}
    assert line_to((await store.chat(chat.id)).leaf_id, tree) == [first.id, second.id]
    await store.delete_message(second.id)
    assert (await store.chat(chat.id)).leaf_id == first.id
    await store.delete_message(first.id)
    assert (await store.chat(chat.id)).leaf_id is None
    assert await store.heads(chat.id) == []


async def test_a_deleted_message_can_be_put_back_where_it_was(store: Store) -> None:
    chat = await store.create_chat()
    first = await ask(store, chat, "first")
    reply = await answer(store, first, "reply")
    second = await ask(store, chat, "second", reply)
    tree = await store.heads(chat.id)
    removed = await store.delete_message(reply.id)
    assert (removed.child_ids, removed.leaf_after) == ((second.id,), second.id)
    assert await store.put_back(removed) == second.id
    assert await store.heads(chat.id) == tree
    assert (await store.messages([reply.id])) == [removed.message]
    assert [found.message_id for found in await store.search("reply")] == [reply.id]
    removed = await store.delete_message(second.id)
    assert await store.put_back(removed) == second.id
    assert (await store.chat(chat.id)).leaf_id == second.id


async def test_putting_back_does_not_move_a_chat_that_went_on(store: Store) -> None:
    chat = await store.create_chat()
    first = await ask(store, chat, "first")
    second = await ask(store, chat, "second", first)
    removed = await store.delete_message(second.id)
    third = await ask(store, chat, "third", first)
    assert await store.put_back(removed) == third.id


async def test_deleting_the_shown_answer_shows_its_sibling(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    first = await answer(store, question, "one")
    follow_up = await ask(store, chat, "more", first)
    second = await answer(store, question, "two")
    await store.delete_message(second.id)
    assert (await store.chat(chat.id)).leaf_id == follow_up.id


async def test_ids_are_never_used_twice(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    await store.delete_message(question.id)
    assert (await ask(store, chat, "q")).id > question.id


async def test_half_an_emoji_does_not_stop_the_store(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "half \ud83d of it")
    run, _ = await begin(store, question)
    store.journal(run.id, 0, "text", "a \ud83d")
    store.journal(run.id, 0, "text", "\ude00 face")
    [message] = await store.end_run(run.id, status=Status.DONE)
    assert message.text == "a 😀 face"
    assert question.text == "half \ufffd of it"


async def test_search_finds_words_in_any_language_and_in_titles(store: Store) -> None:
    chat = await store.create_chat(title="Holiday 東京")
    question = await ask(store, chat, "Where do I find good ramen? 100% sure_thing")
    reply = await answer(store, question, "在东京有很多拉面店。Äpfel gibt es auch.")
    assert await store.search("RAMEN") == [(chat.id, question.id, "…find good ramen? 100% sure_thing")]
    assert [found.message_id for found in await store.search("拉面")] == [reply.id]
    assert [found.message_id for found in await store.search("面")] == [reply.id]
    assert [found.message_id for found in await store.search("äpfel 东京")] == [reply.id]
    assert [found[:2] for found in await store.search("holiday")] == [(chat.id, None)]
    assert [found[:2] for found in await store.search("東京")] == [(chat.id, None)]
    assert [found.message_id for found in await store.search("good 100%")] == [question.id]
    for nothing in ("", "  ", "%%", "__", "zebra", 'quo"te AND (', "ramen zebra"):
        assert await store.search(nothing) == [], nothing


async def test_search_leaves_thinking_out_and_gives_the_newest_first(store: Store) -> None:
    chat = await store.create_chat(title="t")
    questions = [await ask(store, chat, f"the needle number {number}") for number in range(5)]
    await store.set_message(questions[0].id, parts=(ThinkingPart("needle", 1.0),))
    found = await store.search("needle", limit=3)
    assert [hit.message_id for hit in found if hit.message_id] == [q.id for q in reversed(questions[2:])]


async def test_a_snippet_shows_the_hit_in_one_line(store: Store) -> None:
    chat = await store.create_chat(title="t")
    await ask(store, chat, "word " * 50 + "\n\nthe Needle\nis here " + "word " * 50)
    [(_, _, snippet)] = await store.search("needle")
    assert snippet.startswith("…word the Needle is here")  # soon, for there is little room in the list
    assert len(snippet) < 100
    assert snippet.endswith("…")


async def test_the_index_agrees_with_the_texts(store: Store, path: Path) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "first words")
    await answer(store, question, "an answer")
    await store.set_message(question.id, parts=(ThinkingPart("not indexed"), TextPart("other words")))
    await store.delete_message(question.id)
    store.close()
    assert query(path, "INSERT INTO search(search, rank) VALUES ('integrity-check', 1)") == []
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert query(path, "PRAGMA foreign_key_check") == []


async def test_reads_go_on_while_much_is_written(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    run, _ = await begin(store, question)

    async def write() -> None:
        for number in range(50):
            store.journal(run.id, 0, "text", "x" * 3000)
            await ask(store, chat, f"question {number}", question)

    async def read() -> list[int]:
        return [len(await store.heads(chat.id)) for _ in range(50)]

    _, counts = await asyncio.gather(write(), read())
    assert counts == sorted(counts)
    assert len(await store.heads(chat.id)) == 52
    [message] = await store.end_run(run.id, status=Status.DONE)
    assert len(message.text) == 150_000


async def test_what_was_asked_to_be_written_is_written_though_the_caller_is_cancelled(store: Store) -> None:
    chat = await store.create_chat()
    tasks = [asyncio.create_task(ask(store, chat, f"question {number}")) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await store.update_chat(chat.id, unread=True)  # the writer has done all before this
    assert len(await store.heads(chat.id)) == 20
