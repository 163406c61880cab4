"""Runs in the database: an answer's beginning, its end, its continuation, and what a crash leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core import request
from desktop.core.conversation import Draft, Finish, Role, Source, SourcesPart, Status, TextPart, ThinkingPart, Usage
from desktop.services.store import Store
from desktop.services.store_runs import Ending
from tests.unit.store_kit import PICTURE, answer, ask, begin, query


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ligature.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def copied_as_if_killed(store: Store, path: Path) -> Path:
    """The files as they lie on the disk now, without a proper end."""
    copy = path.with_name("after-the-kill.db")
    for suffix in ("", "-wal"):
        copy.with_name(copy.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    return copy


async def test_an_answer_streams_and_ends_with_text_thinking_usage_and_cost(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    run, [message] = await begin(store, question)
    assert (message.role, message.status, message.parent_id) == (Role.ASSISTANT, Status.STREAMING, question.id)
    assert (await store.chat(chat.id)).leaf_id == message.id
    for kind, text in (("thinking", "Let me "), ("thinking", "see."), ("text", "It is"), ("text", " blue.")):
        store.journal(run.id, 0, kind, text)
    [ended] = await store.end_run(
        run.id,
        status=Status.DONE,
        usage=Usage(10, 20, 5, 2),
        cost=0.0125,
        first_token_at=123.5,
        finishes={0: Finish.STOP},
        thinking_durations_s={0: 1.5},
        more_parts={0: (PICTURE,)},
    )
    assert ended.parts == (ThinkingPart("Let me see.", 1.5), TextPart("It is blue."), PICTURE)
    assert (ended.status, ended.finish) == (Status.DONE, Finish.STOP)
    assert await store.messages([ended.id]) == [ended]
    [kept] = await store.runs(chat.id)
    assert (kept.usage, kept.cost, kept.first_token_at) == (Usage(10, 20, 5, 2), 0.0125, 123.5)
    assert (kept.status, kept.parameters, kept.model) == (Status.DONE, {"n": 1}, "small")
    assert kept.finished_at is not None
    assert kept.finished_at >= kept.started_at


async def test_choices_are_siblings_and_each_gets_its_own_text(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    run, messages = await begin(store, question, choices=3)
    assert [(message.parent_id, message.choice) for message in messages] == [(question.id, n) for n in range(3)]
    assert (await store.chat(chat.id)).leaf_id == messages[0].id
    for round_number in range(4):
        for choice in (2, 0, 1):
            store.journal(run.id, choice, "text", f"{choice}{round_number} ")
    ended = await store.end_run(run.id, status=Status.DONE, finishes={1: Finish.LENGTH})
    assert [message.text for message in ended] == ["00 01 02 03 ", "10 11 12 13 ", "20 21 22 23 "]
    assert [message.finish for message in ended] == [Finish.NONE, Finish.LENGTH, Finish.NONE]


async def test_a_failed_run_tells_why_and_keeps_what_came(store: Store) -> None:
    chat = await store.create_chat()
    run, _ = await begin(store, await ask(store, chat, "q"))
    store.journal(run.id, 0, "text", "half")
    [message] = await store.end_run(run.id, status=Status.FAILED, error_text="It broke.", error_hint="Retry.")
    assert (message.status, message.text) == (Status.FAILED, "half")
    [kept] = await store.runs(chat.id)
    assert (kept.status, kept.error_text, kept.error_hint, kept.usage) == (Status.FAILED, "It broke.", "Retry.", None)


async def test_a_continuation_goes_on_without_a_seam(store: Store) -> None:
    chat = await store.create_chat()
    first_run, [message] = await begin(store, await ask(store, chat, "q"))
    store.journal(first_run.id, 0, "thinking", "First.")
    store.journal(first_run.id, 0, "text", "One, tw")
    await store.end_run(first_run.id, status=Status.STOPPED, thinking_durations_s={0: 1.0}, more_parts={0: (PICTURE,)})
    run, _ = await store.begin_continuation(message.id, endpoint_id="local", model="other", parameters={})
    assert (run.parent_id, run.stage, run.chat_id) == (first_run.id, "continue", chat.id)
    [streaming] = await store.messages([message.id])
    assert (streaming.status, streaming.text, streaming.run_id) == (Status.STREAMING, "One, tw", run.id)
    store.journal(run.id, 0, "thinking", "Then.")
    store.journal(run.id, 0, "text", "o, three.")
    [ended] = await store.end_run(run.id, status=Status.DONE, thinking_durations_s={0: 2.0})
    assert ended.parts == (ThinkingPart("First.\n\nThen.", 3.0), TextPart("One, two, three."), PICTURE)
    assert [found.message_id for found in await store.search("two, three")] == [message.id]


async def test_one_of_several_choices_can_be_continued(store: Store) -> None:
    chat = await store.create_chat()
    run, messages = await begin(store, await ask(store, chat, "q"), choices=2)
    for choice in range(2):
        store.journal(run.id, choice, "text", f"{choice}:")
    await store.end_run(run.id, status=Status.DONE)
    more, _ = await store.begin_continuation(messages[1].id, endpoint_id="e", model="m", parameters={})
    store.journal(more.id, 0, "text", "more")
    assert [message.text for message in await store.end_run(more.id, status=Status.DONE)] == ["1:more"]
    assert [message.text for message in await store.messages([messages[0].id])] == ["0:"]


async def test_a_fused_answer_is_two_runs_and_one_message(store: Store) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    think, [message] = await store.begin_run(
        chat.id, question.id, endpoint_id="a", model="thinker", parameters={}, stage="think"
    )
    store.journal(think.id, 0, "thinking", "deep")
    await store.end_run(think.id, status=Status.DONE, usage=Usage(5, 5))
    run, _ = await store.begin_continuation(
        message.id, endpoint_id="b", model="answerer", parameters={}, stage="answer"
    )
    store.journal(run.id, 0, "text", "reply")
    [ended] = await store.end_run(run.id, status=Status.DONE, usage=Usage(7, 7))
    assert (ended.thinking, ended.text) == ("deep", "reply")
    assert [(kept.stage, kept.parent_id) for kept in await store.runs(chat.id)] == [
        ("think", None),
        ("answer", think.id),
    ]


async def test_one_stage_ends_and_the_next_begins_in_one_step(store: Store, path: Path) -> None:
    """A kill finds the thinking streaming or the answer streaming, never an answer that is done and says nothing."""
    chat = await store.create_chat()
    question = await ask(store, chat, "q")
    think, [message] = await begin(store, question)
    store.journal(think.id, 0, "thinking", "deep")
    how: dict[str, Any] = {"endpoint_id": "b", "model": "answerer", "parameters": {}, "stage": "answer"}
    with pytest.raises(KeyError):  # there is no such answer
        await store.begin_continuation(10**6, before=(think.id, Ending(Status.DONE)), **how)
    [kept] = await store.messages([message.id])
    assert kept.status is Status.STREAMING
    _, [streaming] = await store.begin_continuation(message.id, before=(think.id, Ending(Status.DONE)), **how)
    assert (streaming.status, streaming.thinking) == (Status.STREAMING, "deep")
    ended, begun = await store.runs(chat.id)
    assert (ended.status, begun.status, begun.parent_id) == (Status.DONE, Status.STREAMING, think.id)
    after = Store(copied_as_if_killed(store, path))
    [interrupted] = await after.messages([message.id])
    after.close()
    assert (interrupted.status, interrupted.thinking, interrupted.text) == (Status.INTERRUPTED, "deep", "")


async def test_a_run_without_a_word_ends_empty(store: Store) -> None:
    chat = await store.create_chat()
    run, _ = await begin(store, await ask(store, chat, "q"))
    [message] = await store.end_run(run.id, status=Status.STOPPED)
    assert (message.parts, message.status) == ((), Status.STOPPED)


async def test_an_answer_deleted_while_it_streams_stays_deleted(store: Store) -> None:
    chat = await store.create_chat()
    run, [message] = await begin(store, await ask(store, chat, "q"))
    await store.delete_message(message.id)
    store.journal(run.id, 0, "text", "too late")
    assert await store.end_run(run.id, status=Status.DONE) == []
    assert [kept.status for kept in await store.runs(chat.id)] == [Status.DONE]


async def test_what_streamed_when_the_program_went_away_is_interrupted_on_opening(store: Store, path: Path) -> None:
    chat = await store.create_chat()
    done = await answer(store, await ask(store, chat, "q1"), "finished")
    run, _ = await begin(store, await ask(store, chat, "q2", done), choices=2)
    store.journal(run.id, 0, "text", "half an ans")
    store.journal(run.id, 1, "thinking", "half a thought")
    await store.remember("x", 1)
    store.close()  # without an end of the run
    store = Store(path)
    line = await store.messages([head.id for head in await store.heads(chat.id)])
    assert [message.status for message in line[2:]] == [Status.DONE, Status.INTERRUPTED, Status.INTERRUPTED]
    assert [(message.text, message.thinking) for message in line[3:]] == [("half an ans", ""), ("", "half a thought")]
    kept_runs = await store.runs(chat.id)
    assert [kept.status for kept in kept_runs] == [Status.DONE, Status.INTERRUPTED]
    usage = kept_runs[1].usage
    assert usage is not None
    assert usage.estimated
    assert usage.prompt_tokens > 3 * request.MESSAGE_OVERHEAD_TOKENS  # three messages were sent
    assert usage.completion_tokens == sum(map(request.estimate_tokens, ("half an ans", "half a thought")))
    assert usage.reasoning_tokens == request.estimate_tokens("half a thought")
    assert query(path, "SELECT * FROM journal") == []
    run_again, _ = await store.begin_continuation(line[3].id, endpoint_id="e", model="m", parameters={})
    store.journal(run_again.id, 0, "text", "wer")
    [message] = await store.end_run(run_again.id, status=Status.DONE)
    assert message.text == "half an answer"
    store.close()


async def test_questions_that_waited_for_their_turn_go_back_to_the_composer(store: Store, path: Path) -> None:
    chat = await store.create_chat()
    question = await ask(store, chat, "q1")
    _, [reply] = await begin(store, question)
    waiting = await store.add_question(chat.id, reply.id, (TextPart("and then?"), PICTURE), status=Status.QUEUED)
    await store.add_question(chat.id, waiting.id, (TextPart("and last?"),), status=Status.QUEUED)
    await store.update_chat(chat.id, draft=Draft("typing"))
    store.close()
    store = Store(path)
    chat = await store.chat(chat.id)
    assert chat.draft == Draft("and then?\n\nand last?\n\ntyping", (PICTURE,))
    assert chat.leaf_id == reply.id
    assert [head.id for head in await store.heads(chat.id)] == [question.id, reply.id]
    store.close()


async def test_a_copy_taken_in_mid_answer_opens_with_the_partial_answer(store: Store, path: Path) -> None:
    chat = await store.create_chat()
    run, [message] = await begin(store, await ask(store, chat, "q"))
    store.journal(run.id, 0, "text", "x" * 2048)
    await store.update_chat(chat.id, unread=True)  # the writer has been past the journal
    other = Store(copied_as_if_killed(store, path))
    [partial] = await other.messages([message.id])
    assert (partial.status, len(partial.text)) == (Status.INTERRUPTED, 2048)
    other.close()


async def test_sources_are_kept_with_the_answer_the_newest_in_place_of_those_before(store: Store) -> None:
    chat = await store.create_chat()
    first, second = Source("https://a.example"), Source("https://b.example", "B")
    run, [message] = await begin(store, await ask(store, chat, "q"))
    store.journal_sources(run.id, 0, [first])
    store.journal(run.id, 0, "text", "One[1],")
    store.journal_sources(run.id, 0, [first, second, first])
    [ended] = await store.end_run(run.id, status=Status.STOPPED)
    assert ended.parts == (TextPart("One[1],"), SourcesPart((first, second, first)))
    run, _ = await store.begin_continuation(message.id, endpoint_id="local", model="other", parameters={})
    store.journal(run.id, 0, "text", " two[2].")
    store.journal_sources(run.id, 0, [second, Source("https://c.example")])
    [ended] = await store.end_run(run.id, status=Status.DONE)
    assert ended.sources == (first, second, first, Source("https://c.example"))
    assert ended.text == "One[1], two[2]."
    assert (await store.messages([message.id]))[0] == ended


async def test_sources_outlive_a_killed_program(store: Store, path: Path) -> None:
    chat = await store.create_chat()
    run, [message] = await begin(store, await ask(store, chat, "q"))
    store.journal_sources(run.id, 0, [Source("https://a.example", "A")])
    store.journal(run.id, 0, "text", "x" * 2048)
    await store.update_chat(chat.id, unread=True)  # the writer has been past the journal
    other = Store(copied_as_if_killed(store, path))
    [recovered] = await other.messages([message.id])
    other.close()
    assert (len(recovered.text), recovered.sources) == (2048, (Source("https://a.example", "A"),))
