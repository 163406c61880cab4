"""`python -m tests.gateway`: the gateway alone, to try the program by hand.

The question's first word chooses the answer: think, long, slow, cut, reset, hold, refuse, filter, error 429, …
Everything else is said back.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping

from tests.gateway.answers import answer
from tests.gateway.errors import error
from tests.gateway.server import Gateway, echo
from tests.gateway.wire import HangUp, Hold, Reply, Request, Response

PARAGRAPH = "The quick brown fox jumps over the **lazy dog**, and `so` it goes on.\n\n"
THOUGHT = "The user wants to see how thinking looks. " * 20

BY_WORD: Mapping[str, Callable[[str], Reply]] = {
    "think": lambda _: answer(PARAGRAPH, thinking=THOUGHT, tokens_per_s=30),
    "tags": lambda _: answer(PARAGRAPH, thinking=THOUGHT, thinking_as="<think>", tokens_per_s=30),
    "long": lambda _: answer(PARAGRAPH * 60, tokens_per_s=100),
    "slow": lambda _: answer(PARAGRAPH, tokens_per_s=2, head_delay_s=3),
    "cut": lambda _: answer(PARAGRAPH).streamed().cut(6, HangUp()),
    "reset": lambda _: answer(PARAGRAPH).streamed().cut(6, HangUp(reset=True)),
    "hold": lambda _: answer(PARAGRAPH).streamed().cut(6, Hold()),
    "refuse": lambda _: answer("", refusal="I will not say that.", finish="refusal"),
    "filter": lambda _: answer(PARAGRAPH, finish="content_filter"),
    "length": lambda _: answer(PARAGRAPH, finish="length"),
    "empty": lambda _: answer("", thinking=THOUGHT),
    "error": lambda status: error(int(status or 500), f"This is what {status or 500} looks like."),
}


def by_word(request: Request) -> Response:
    """The answer that the question asks for."""
    content = request.json["messages"][-1]["content"]
    word, _, rest = (content if isinstance(content, str) else "").strip().partition(" ")
    make = BY_WORD.get(word.lower())
    reply = make(rest.strip()) if make else echo
    return reply if isinstance(reply, Response) else reply(request)


def main() -> None:
    """Listens until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8302)
    parser.add_argument("--key", help="refuse any other key")
    options = parser.parse_args()
    with Gateway(port=options.port) as gateway:
        gateway.default = by_word
        gateway.key = options.key
        print(f"{gateway.base_url}  (Ctrl+C ends it)")
        seen = 0
        try:
            while True:
                for request in gateway.requests[seen:]:
                    print(request.method, request.path, request.body[:200].decode(errors="replace"))
                    seen += 1
                time.sleep(0.2)
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
