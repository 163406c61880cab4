"""The chat on the screen follows what happens without reading it again."""

from __future__ import annotations

from dataclasses import replace

from desktop.core.conversation import Chat, Message, Role, Run, TextPart, Usage, head_of
from desktop.core.open_chat import OpenChat, Spent, Tree


def message(id_: int, parent_id: int | None, role: Role, run_id: int | None = None) -> Message:
    return Message(id_, 1, parent_id, role, (TextPart(f"text {id_}"),), run_id=run_id)


def run(id_: int, parent_id: int | None = None, cost: float | None = None) -> Run:
    return Run(id_, 1, parent_id, "answer", "e", "m", usage=Usage(100, 10), cost=cost)


def opened() -> OpenChat:
    chat = OpenChat(Chat(1, leaf_id=3))
    rows = [message(1, None, Role.USER), message(2, 1, Role.ASSISTANT, 7), message(3, 1, Role.ASSISTANT, 8)]
    heads = {row.id: head_of(row) for row in rows}
    parents = {row.id: row.parent_id for row in rows}
    lengths = {row.id: (len(row.text), 0) for row in rows}
    spent = Spent(Usage(200, 20), 0.5)
    chat.load(Tree(heads, {7: run(7, cost=0.5), 8: run(8)}, parents, lengths, spent))
    return chat


def test_the_line_leads_to_the_leaf() -> None:
    assert opened().line == [1, 3]


def test_another_answer_is_a_sibling_and_can_be_turned_to() -> None:
    chat = opened()
    assert chat.siblings(3) == [2, 3]
    chat.turn_to(chat.newest_leaf(2))
    assert chat.line == [1, 2]
    assert chat.chat.leaf_id == 2


def test_a_new_question_makes_the_line_longer() -> None:
    chat = opened()
    chat.put(message(4, 3, Role.USER))
    chat.turn_to(4)
    assert chat.line == [1, 3, 4]
    assert chat.last(Role.USER) == 4
    assert chat.messages[4].text == "text 4"


def test_tokens_and_cost_count_every_run_once_whatever_line_is_shown() -> None:
    chat = opened()
    assert chat.spent == Spent(Usage(200, 20), 0.5)
    unfinished = replace(run(9), usage=None)
    chat.put_run(unfinished)
    chat.put_run(replace(unfinished, usage=Usage(1, 2), cost=0.25))
    chat.put_run(replace(unfinished, usage=Usage(1, 2), cost=0.25))
    assert chat.spent == Spent(Usage(201, 22), 0.75)


def test_a_continued_answer_is_paid_for_by_all_of_its_runs() -> None:
    chat = opened()
    chat.put_run(run(9, parent_id=8))
    chat.put(message(3, 1, Role.ASSISTANT, 9))
    assert [each.id for each in chat.runs_of(3)] == [9, 8]
    assert chat.context_tokens() == 110


def test_the_context_is_as_full_as_before_an_answer_that_failed() -> None:
    chat = opened()
    chat.put_run(replace(run(9), usage=Usage(estimated=True)))
    chat.put(message(4, 3, Role.USER))
    chat.put(message(5, 4, Role.ASSISTANT, 9))
    chat.turn_to(5)
    assert chat.context_tokens() == 110


def test_a_run_that_names_itself_as_parent_never_hangs_the_chat() -> None:
    chat = opened()
    chat.put_run(run(8, parent_id=8))
    assert [each.id for each in chat.runs_of(3)] == [8]
