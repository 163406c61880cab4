"""Takes the README's pictures: the real program, shown on a screen of its own, with chats as a user might have them.

Usage: `make screenshots`. The window is copied from that screen, without the window manager's frame.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from PIL import Image, ImageDraw

from desktop.app import main as run_program
from desktop.core.conversation import Chat, Finish, Part, Status, TextPart, Usage
from desktop.core.fusion import Reasoning, with_reasoning
from desktop.services.attachments import Attachments
from desktop.services.paths import Paths
from desktop.services.store import Store
from desktop.services.store_runs import Ending
from desktop.ui.parameter_controller import PRESETS
from desktop.ui.program import LAST_CHAT, Program
from tests.desktop.screen import Screen
from tests.gateway import Gateway
from tests.until import until

DOCS = Path(__file__).parent.parent / "docs"
SCREEN_SIZE = "1480x960x24"  # room for the window and its frame
LARGEST_BYTES = 200_000
SETTLED_AFTER_S = 2.0  # colours of code and lists of models come behind the window

ENDPOINT = "ai302"
MODEL, THINKER = "gpt-4o", "deepseek-reasoner"
ENVIRONMENT = {
    "LIGATURE_KEY_AI302": "any-key-will-do",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    "LC_ALL": "en_GB.UTF-8",
}
CONFIG = """
[ui]
appearance = "{appearance}"

[chat]
endpoint = "ai302"
model = "gpt-4o"

[[endpoint]]
id = "ai302"
name = "302.AI"
base_url = "{base_url}"
"""

# Days ago, title; the open chat is made last.
OTHER_CHATS = (
    (6, "Photo: circuit board, rev C"),
    (4, "Compare o-series answers"),
    (3, "Kernel fuse vs. fusion reading list"),
    (1, "香港天氣與行程"),
    (1, "SQL: last order per customer"),
    (1, "Rewrite of the onboarding mail"),
    (0, "Receipt to table"),
    (0, "Sum 1..100, three ways"),
)
PINNED = "Thesis figures, second pass"
TITLE = "Why does the bridge sag here?"
PARAMETERS = {
    "system_prompt": "You are a structural engineer. Answer in SI units.",
    "temperature": 0.3,
    "stop": ["END"],
}
QUESTION = "Why does the deck sag in the middle, and how much of it is the load?"
THINKING = """The photo shows a tied arch with a thin deck. How much of the sag is there without traffic?
I take the deck as a simply supported beam under its own weight, then add the load of the cars that can be seen."""
ANSWER = '''The deck follows the **cable's sag**, it does not fail: the hangers near mid-span are the shortest, so the \
same strain shows most there. For a uniform load the deflection at mid-span is

$$\\delta = \\frac{5 w L^4}{384 E I}$$

```python
def deflection(w, span, e, i):
    """Mid-span sag of a uniform load, in metres."""
    return 5 * w * span**4 / (384 * e * i)
```

| Cause | Sag | Share |
|:--|--:|--:|
| Own weight | 31 mm | 72 % |
| Traffic in the photo | 12 mm | 28 % |
'''


def main() -> None:
    """Writes one picture for each appearance."""
    DOCS.mkdir(exist_ok=True)
    for appearance in ("light", "dark"):
        with tempfile.TemporaryDirectory() as folder, Gateway() as gateway:
            gateway.models = [{"id": model} for model in (MODEL, THINKER)]
            paths = Paths.under(Path(folder) / "data")
            paths.create()
            config = CONFIG.format(appearance=appearance, base_url=gateway.base_url)
            paths.config_file.write_text(config, encoding="utf-8")
            asyncio.run(fill(paths))
            save(picture_of_program(Path(folder), paths), DOCS / f"main-{appearance}.png")


async def fill(paths: Paths) -> None:
    """Chats of some days, the newest with a question about a picture and its answer."""
    store = Store(paths.database_file)
    attachments = Attachments(paths.attachments_dir)
    try:
        for days, title in OTHER_CHATS:
            with clock_at(days):
                await answered_chat(store, title, [TextPart(title)], "Done.")
        with clock_at(2):
            pinned = await answered_chat(store, PINNED, [TextPart(PINNED)], "Done.")
        await store.update_chat(pinned.id, pinned=True)
        picture = await attachments.add_bytes(bridge(), "bridge.png")
        with clock_at(0):
            chat = await fused_chat(store, TITLE, [picture, TextPart(QUESTION)])
        await store.remember(LAST_CHAT, chat.id)
        await store.remember(PRESETS, {"Careful": PARAMETERS})
    finally:
        attachments.close()
        store.close()


@contextmanager
def clock_at(days_ago: int) -> Iterator[None]:
    """Lets the store believe that it is 14:02 on another day."""
    moment = datetime.now().astimezone().replace(hour=14, minute=2) - timedelta(days=days_ago)
    with patch("time.time", moment.timestamp):
        yield


async def answered_chat(store: Store, title: str, question: Sequence[Part], text: str) -> Chat:
    """A chat with one question and its answer, made as a turn makes it."""
    chat = await store.create_chat(endpoint_id=ENDPOINT, model=MODEL, title=title)
    asked = await store.add_question(chat.id, None, question)
    run, _answers = await store.begin_run(chat.id, asked.id, endpoint_id=ENDPOINT, model=MODEL, parameters={})
    store.journal(run.id, 0, "text", text)
    await store.end_run(run.id, status=Status.DONE, usage=Usage(20, 2), cost=0.0001, finishes={0: Finish.STOP})
    return chat


async def fused_chat(store: Store, title: str, question: Sequence[Part]) -> Chat:
    """A chat in which one model has thought and another has answered."""
    features = with_reasoning({}, Reasoning(on=True, endpoint_id=ENDPOINT, model=THINKER))
    chat = await store.create_chat(
        endpoint_id=ENDPOINT, model=MODEL, parameters=PARAMETERS, features=features, title=title
    )
    asked = await store.add_question(chat.id, None, question)
    thinking, [answer] = await store.begin_run(
        chat.id, asked.id, endpoint_id=ENDPOINT, model=THINKER, parameters={}, stage="think"
    )
    store.journal(thinking.id, 0, "thinking", THINKING)
    thought = Ending(Status.DONE, usage=Usage(1204, 812, 812), cost=0.0018, thinking_durations_s={0: 12.0})
    run, _answers = await store.begin_continuation(
        answer.id,
        endpoint_id=ENDPOINT,
        model=MODEL,
        parameters=PARAMETERS,
        stage="answer",
        before=(thinking.id, thought),
    )
    store.journal(run.id, 0, "text", ANSWER)
    await store.end_run(run.id, status=Status.DONE, usage=Usage(2120, 386), cost=0.0062, finishes={0: Finish.STOP})
    return chat


def bridge() -> bytes:
    """A small painting of a bridge over a river, as PNG."""
    scale = 3
    image = Image.new("RGB", (260 * scale, 180 * scale), "#b9d2e8")
    draw = ImageDraw.Draw(image)
    draw.ellipse(_scaled(-60, 105, 190, 330, scale), fill="#7c9c66")
    draw.ellipse(_scaled(110, 115, 380, 330, scale), fill="#8aa973")
    draw.arc(_scaled(14, 80, 246, 240, scale), 198, 342, fill="#56565c", width=8 * scale)
    draw.arc(_scaled(10, 60, 250, 126, scale), 20, 160, fill="#8c5345", width=6 * scale)
    for x in range(50, 220, 20):
        height = 34 * (1 - ((x - 130) / 112) ** 2)
        draw.line(_scaled(x, 116 - height, x, 124, scale), fill="#56565c", width=scale)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _scaled(left: float, top: float, right: float, bottom: float, scale: int) -> tuple[float, float, float, float]:
    return left * scale, top * scale, right * scale, bottom * scale


def picture_of_program(folder: Path, paths: Paths) -> Image.Image:
    """Starts the program on a screen, lets it take its own picture, and reads that."""
    target = folder / "window.png"
    screen = Screen(folder, size=SCREEN_SIZE)
    try:
        screen.xdotool("mousemove", 0, 0)  # nothing under the pointer is to light up
        program = screen.start([__file__, str(paths.data_dir), str(target)], ENVIRONMENT)
        program.wait_for("taken", 60.0)
    finally:
        screen.close()
    with Image.open(target) as image:
        return image.convert("RGB")


def save(image: Image.Image, path: Path) -> None:
    """Writes a small PNG: with a palette, if it would be too large without."""
    image.save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {image.width} × {image.height}, {path.stat().st_size // 1000} KB")


def show(data_dir: str, target: str) -> int:
    """The program's side: waits until the window has settled, copies it from the screen, and ends."""

    async def take(program: Program) -> None:
        program.window.columns.show_right(True)
        items = program.window.message_view.items
        await until(lambda: items() and all(item.text for item in items()))
        await asyncio.sleep(SETTLED_AFTER_S)
        program.window.screen().grabWindow(program.window.winId()).save(target)
        print('{"event": "taken"}', flush=True)
        program.quit()

    return run_program(["--data-dir", data_dir], on_complete=lambda program: program.background.start(take(program)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(show(*sys.argv[1:]))
    main()
