"""From a chat's choices to a question: which models are asked, how, and what their endpoints do beside answering."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.conversation import Chat, Run
from desktop.core.endpoints import Endpoint, Model, ModelRef, Price
from desktop.core.features import CONTEXT, REASONING, USER, Chosen, Feature, in_force, may_leave_out, switched
from desktop.core.fusion import Splice, reasoning_of
from desktop.services.question import Fusion, ModelCall, Question
from desktop.services.splices import Splices

STAGES_BEFORE = frozenset({"draft", "think"})


@dataclass(frozen=True, slots=True)
class Questions:
    """Makes questions.

    `endpoint` and `model` look up what a chat names; `answers_anyway` and `leaves_out` are the user's settings,
    `user_id` tells who the user is to endpoints that remember.
    """

    endpoint: Callable[[str], Endpoint]
    model: Callable[[ModelRef], Model]
    splices: Splices
    answers_anyway: Callable[[], bool]
    leaves_out: Callable[[], bool]
    user_id: Callable[[], str] = str

    def of(
        self,
        chat: Chat,
        line: tuple[int, ...],
        *,
        continues: int | None = None,
        fused: bool = False,
        after_tools: bool = False,
    ) -> Question:
        """What a chat asks of its model; `fused` says that the answer which goes on was thought about before.

        `after_tools` says that the line ends with results: the model that called goes on by itself.
        """
        reasoning = reasoning_of(chat.features)
        begins = continues is None and not after_tools
        asks_first = fused or (reasoning.on and not reasoning.by_gateway and begins)
        return Question(
            chat_id=chat.id,
            line=line,
            call=self.call(ModelRef(chat.endpoint_id, chat.model), chat.parameters, chat.features),
            fusion=self.fusion(chat) if asks_first else None,
            continues=continues,
        )

    def call(self, ref: ModelRef, parameters: Mapping[str, Any], chosen: Chosen) -> ModelCall:
        """One model asked with what its endpoint is to do beside answering."""
        endpoint, model = self.endpoint(ref.endpoint_id), self.model(ref)
        if not reasoning_of(chosen).by_gateway:
            chosen = switched(chosen, REASONING, on=False)
        features = in_force(endpoint.features, chosen, sees=model.sees)
        for feature in features:
            if feature.user_field:
                chosen = {**chosen, feature.id: {**chosen[feature.id], USER: self.user_id()}}
        return ModelCall(
            endpoint=endpoint,
            model=ref.model,
            parameters=parameters,
            price=model.price,
            thinker_price=self._thinker_price(ref.endpoint_id, features),
            sees=model.sees,
            thinks=model.thinks,
            context_tokens=model.context_tokens,
            max_output_tokens=model.max_output_tokens,
            thinking_back=model.thinking_back,
            leaves_out=self.leaves_out() or may_leave_out(chosen),
            features=features,
            chosen=chosen,
        )

    def fusion(self, chat: Chat) -> Fusion:
        """Who thinks first for a chat. The thinker is told the chat's system prompt, and has parameters of its own."""
        reasoning = reasoning_of(chat.features)
        parameters = dict(reasoning.parameters)
        if "system_prompt" in chat.parameters:
            parameters.setdefault("system_prompt", chat.parameters["system_prompt"])
        return Fusion(
            thinker=self.call(
                ModelRef(reasoning.endpoint_id, reasoning.model), parameters, {CONTEXT: chat.features.get(CONTEXT, {})}
            ),
            pass_on=reasoning.pass_on,
            splices={splice: self.splices.text(splice) for splice in Splice},
            budget_tokens=reasoning.budget_tokens,
            time_limit_s=reasoning.time_limit_s,
            answers_anyway=self.answers_anyway(),
        )

    def _thinker_price(self, endpoint_id: str, features: tuple[Feature, ...]) -> Price | None:
        """What the model costs that a gateway lets think before the one that is asked."""
        for feature in features:
            if feature.thinker:
                return self.model(ModelRef(endpoint_id, feature.thinker)).price
        return None


def was_thought_about(runs: Mapping[int, Run], run_id: int | None) -> bool:
    """True for an answer which another model worked for before it began."""
    run = runs.get(run_id or 0)
    while run is not None:
        if run.stage in STAGES_BEFORE:
            return True
        run = runs.get(run.parent_id or 0)
    return False
