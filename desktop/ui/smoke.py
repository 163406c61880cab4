"""`--smoke`: proves that an installed program works, and says so in one line of JSON."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from desktop import __version__
from desktop.core.conversation import Status, TextPart
from desktop.core.endpoints import LOCAL_ENDPOINT_ID
from desktop.ui.program import Program

QUESTION = "Say hello."
ANSWERED_WITHIN_S = 120.0


async def prove(program: Program) -> int:
    """Asks the model on this computer if it is installed, prints what held, and ends.

    Returns 0 only if all of it held.
    """
    report: dict[str, Any] = {"version": __version__, "window": True, "local_model": "not installed"}
    running = asyncio.create_task(program.run())
    try:
        if program.services.local_model.available():
            report["local_model"] = await asyncio.wait_for(_ask(program), ANSWERED_WITHIN_S)
    except TimeoutError:
        report["error"] = "not in time"
    program.quit()
    await running
    if program.has_bug:
        report["error"] = "see the log"
    report["ok"] = report["local_model"] in ("answered", "not installed") and "error" not in report
    print(json.dumps(report), flush=True)
    return 0 if report["ok"] else 1


async def _ask(program: Program) -> str:
    """One real turn, in a chat that is removed afterwards; "answered", or what went wrong."""
    store = program.services.store
    model = program.services.local_model.models()[0]
    began_s = time.monotonic()
    chat = await store.create_chat(
        endpoint_id=LOCAL_ENDPOINT_ID, model=model.id, parameters={"max_tokens": 16}, title=QUESTION
    )
    try:
        turn = await program.turns.ask(chat, TextPart(QUESTION))
    finally:
        await store.delete_chat(chat.id)
    if turn.status is not Status.DONE or not turn.messages[0].text:
        return str(turn.error or f"no answer after {time.monotonic() - began_s:.0f} s")
    return "answered"
