"""Whom a chat asks at once."""

from __future__ import annotations

from desktop.core.comparison import MOST_COMPARED, compared, variants, with_compared
from desktop.core.conversation import Chat
from desktop.core.endpoints import ModelRef

OWN = ModelRef("loop", "echo")
OTHER = ModelRef("loop", "other")
CHAT = Chat(1, endpoint_id="loop", model="echo", parameters={"n": 3, "temperature": 0.5})


def asked(chat: Chat) -> list[ModelRef]:
    return [ModelRef(variant.endpoint_id, variant.model) for variant in variants(chat)]


def test_a_chat_asks_its_model_alone_and_as_it_is() -> None:
    assert variants(CHAT) == [CHAT]


def test_the_chats_own_model_comes_first_and_only_once() -> None:
    features = with_compared({"web_search": {"on": True}}, [OTHER, OWN, OTHER])
    chat = Chat(1, endpoint_id="loop", model="echo", features=features)
    assert asked(chat) == [OWN, OTHER]
    assert chat.features["web_search"] == {"on": True}


def test_each_of_several_gives_one_answer_and_has_the_chats_parameters() -> None:
    chat = Chat(1, endpoint_id="loop", model="echo", parameters=CHAT.parameters, features=with_compared({}, [OTHER]))
    assert [variant.parameters for variant in variants(chat)] == [{"temperature": 0.5}] * 2


def test_no_more_than_stand_side_by_side_are_kept() -> None:
    features = with_compared({}, [ModelRef("loop", str(number)) for number in range(9)])
    assert len(compared(features)) == MOST_COMPARED - 1


def test_nobody_beside_leaves_no_trace() -> None:
    assert with_compared(with_compared({}, [OTHER]), []) == {}
