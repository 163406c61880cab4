"""The model on this computer made to think: its chat template has already written `<think>` when it begins.

So all it says is thinking until it writes `</think>`, which a grammar in the request makes it do. With "field" the
server knows by its template that this is thinking, and gives it in a field of its own. With "unopened" it does not: the
thinking stands in the text, and its opening tag has never been seen by anybody.
"""

from __future__ import annotations

from argparse import ArgumentParser

from desktop.services import local_model_server

MODEL = "Thinker-135M"
THOUGHTS = "{% if message.reasoning_content %}<think>\n{{ message.reasoning_content }}\n</think>\n\n{% endif %}"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\nTHOUGHTS{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
)


def main() -> None:
    """Serves until standard input ends."""
    parser = ArgumentParser()
    parser.add_argument("thinking", choices=["field", "unopened"])
    parser.add_argument("weights")
    arguments = parser.parse_args()
    parameters = local_model_server.parameters_for(arguments.weights)
    parameters.model_alias = {MODEL}
    parameters.chat_template = TEMPLATE.replace("THOUGHTS", THOUGHTS if arguments.thinking == "field" else "")
    local_model_server.serve(parameters)


if __name__ == "__main__":
    main()
