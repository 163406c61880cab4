from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.conversation import Message, PicturePart, Role, TextPart, ThinkingPart, ThoughtKind
from desktop.core.errors import UserError
from desktop.core.features import Chosen, Feature, Option, body_fields, in_force, model_name, switched
from desktop.core.fusion import (
    Reasoning,
    Splice,
    Thought,
    check_template,
    reasoning_of,
    splice_for,
    spliced,
    thought_of,
    with_reasoning,
    without_pictures,
)
from desktop.core.pass_on import PassOn

PICTURE = PicturePart("ab" * 32, "image/png", 1, 1, 1)
FEATURES = (
    Feature("image_analysis", suffix="-ocr", blind_only=True, options=(Option("ocr_model", "Model"),)),
    Feature("reasoning", suffix="-r1-fusion", body={"r1-fusion": True}),
    Feature("web_search", suffix="-web-search", options=(Option("search-service", "By", "choice"),)),
    Feature("read_links", suffix="-file-parse", body={"file-parse": True}, send="body"),
)


def message(role: Role, *parts: TextPart | PicturePart) -> Message:
    return Message(1, 1, None, role, parts)


def test_features_are_put_on_in_the_order_of_the_data() -> None:
    chosen: Chosen = {"web_search": {"on": True, "search-service": "tavily"}, "reasoning": {"on": True}}
    features = in_force(FEATURES, chosen, sees=None)
    assert model_name("gpt-4o", features) == "gpt-4o-r1-fusion-web-search"
    assert body_fields(features, chosen) == {"search-service": "tavily"}


def test_a_feature_is_told_by_its_fields_where_the_data_says_so() -> None:
    chosen = switched({}, "read_links", on=True)
    features = in_force(FEATURES, chosen, sees=None)
    assert model_name("gpt-4o", features) == "gpt-4o"
    assert body_fields(features, chosen) == {"file-parse": True}


def test_a_model_that_sees_is_never_given_other_eyes() -> None:
    chosen = switched({}, "image_analysis", on=True)
    assert in_force(FEATURES, chosen, sees=True) == ()
    assert in_force(FEATURES, chosen, sees=None) == ()
    assert model_name("deepseek-r1", in_force(FEATURES, chosen, sees=False)) == "deepseek-r1-ocr"


def test_options_outlive_switching_off() -> None:
    chosen = {"web_search": {"on": True, "search-service": "exa"}}
    off = switched(chosen, "web_search", on=False)
    assert in_force(FEATURES, off, sees=None) == ()
    assert switched(off, "web_search", on=True) == chosen


@pytest.mark.parametrize(
    ("pass_on", "thought", "splice"),
    [
        (PassOn.THINKING, Thought("hm", "so"), Splice.THINKING),
        (PassOn.THINKING, Thought("", "so"), None),
        (PassOn.ANSWER, Thought("hm", "so"), Splice.ANSWER),
        (PassOn.ANSWER, Thought("hm", ""), Splice.THINKING),
        (PassOn.BOTH, Thought("hm", "so"), Splice.BOTH),
        (PassOn.BOTH, Thought("", "so"), Splice.ANSWER),
        (PassOn.BOTH, Thought(" \n", ""), None),
        (PassOn.CRITIQUE, Thought("hm", "bad", "draft"), Splice.CRITIQUE),
        (PassOn.CRITIQUE, Thought("", "", "draft"), None),
        (PassOn.CRITIQUE, Thought("", "bad", ""), None),
    ],
)
def test_what_there_is_decides_what_is_passed_on(pass_on: PassOn, thought: Thought, splice: Splice | None) -> None:
    assert splice_for(pass_on, thought) is splice


def test_only_the_last_question_is_spliced_and_its_picture_stays() -> None:
    line = [
        message(Role.USER, TextPart("first")),
        message(Role.ASSISTANT, TextPart("answer")),
        message(Role.USER, PICTURE, TextPart("second")),
    ]
    result = spliced(line, "{question} | {thinking}", Thought("deep"))
    assert [part.text for part in result] == ["first", "answer", "second | deep"]
    assert result[2].attachments == (PICTURE,)


@given(st.text(), st.text(), st.text())
def test_placeholders_in_questions_and_thoughts_stay_words(question: str, thinking: str, answer: str) -> None:
    line = [message(Role.USER, TextPart(f"{{thinking}}{question}"))]
    [result] = spliced(line, "«{question}»{thinking}«{answer}»", Thought(f"{{answer}}{thinking}", answer))
    assert result.text == f"«{{thinking}}{question}»{{answer}}{thinking}".rstrip() + f"«{answer.strip()}»"


def test_a_question_of_several_texts_and_pictures_is_spliced_whole() -> None:
    """As a client that sends content lists would store it."""
    other = PicturePart("cd" * 32, "image/png", 2, 2, 2)
    line = [message(Role.USER, TextPart("Compare "), PICTURE, TextPart("with"), other, TextPart(" this."))]
    [result] = spliced(line, "{question} | {thinking}", Thought("deep"))
    assert result.text == "Compare with this. | deep"
    assert result.attachments == (PICTURE, other)


def test_a_question_that_is_only_a_picture_gets_the_thinking_beside_it() -> None:
    [result] = spliced([message(Role.USER, PICTURE)], "{question}\n\nThinking: {thinking}", Thought("a cat"))
    assert result.text == "Thinking: a cat"
    assert result.attachments == (PICTURE,)


def test_huge_thinking_full_of_braces_is_put_in_whole() -> None:
    thinking = "{question}{x}{" * 400_000
    [result] = spliced([message(Role.USER, TextPart("q"))], "{question}: {thinking}", Thought(thinking))
    assert result.text == f"q: {thinking}"


def test_system_prompt_and_earlier_turns_are_the_very_same() -> None:
    line = [
        message(Role.SYSTEM, TextPart("Be {thinking}.")),
        message(Role.USER, TextPart("first {question}")),
        message(Role.ASSISTANT, TextPart("{answer}")),
        message(Role.USER, TextPart("second")),
        message(Role.ASSISTANT, TextPart("begun")),  # an answer that goes on
    ]
    result = spliced(line, "{question}+{thinking}", Thought("deep"))
    assert [*result[:3], result[4]] == [*line[:3], line[4]]
    assert result[3].text == "second+deep"


def test_a_critic_that_only_thought_is_passed_on_by_its_thinking() -> None:
    [result] = spliced([message(Role.USER, TextPart("q"))], "{draft}/{answer}", Thought("too long", "", "draft"))
    assert result.text == "draft/too long"


def test_what_an_answer_was_given_is_known_from_what_is_stored() -> None:
    parts = (
        ThinkingPart("a draft", kind=ThoughtKind.DRAFT),
        ThinkingPart("hm"),
        ThinkingPart("bad", kind=ThoughtKind.ANSWER),
        ThinkingPart("mine", kind=ThoughtKind.OWN),
    )
    assert thought_of(Message(1, 1, None, Role.ASSISTANT, parts)) == Thought("hm", "bad", "a draft")


def test_a_question_of_nothing_but_a_picture_is_not_empty_to_one_who_does_not_see() -> None:
    alone, with_text = without_pictures([message(Role.USER, PICTURE), message(Role.USER, PICTURE, TextPart("what?"))])
    assert (alone.text, with_text.text, with_text.attachments) == ("[picture]", "what?", ())


def test_a_template_that_would_lose_the_question_is_refused() -> None:
    with pytest.raises(UserError, match="question"):
        check_template(Splice.THINKING, "Answer after this: {thinking}")


def test_a_chats_reasoning_is_read_as_it_was_kept() -> None:
    reasoning = Reasoning(True, "ai302", "deepseek-r1", PassOn.BOTH, {"temperature": 0.5}, 2000, 60.0)
    kept = with_reasoning({"web_search": {"on": True}}, reasoning)
    assert reasoning_of(kept) == reasoning
    assert kept["web_search"] == {"on": True}
    assert reasoning_of({"reasoning": {"on": True, "of_a_later_version": 1}}) == Reasoning(on=True)
