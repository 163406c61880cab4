"""Realistic chats in Markdown, the same ones at every run: what tests and benchmarks read.

`chat(count)` is a conversation; `stream(kind, size)` one long answer of a single kind of block.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

SUBJECTS = """the deck|the cable|a uniform load|our first estimate|the scheduler|every request|the cache|a cold start
the reader|the index|a failing disk|this query|the outer loop|memory|the second figure|a small sample""".replace(
    "\n", "|"
).split("|")
VERBS = """bends|waits|grows with|depends on|is limited by|hides|explains|moves|costs more than|repeats|outlives
is measured against|shares its budget with|is rounded to|disagrees with""".replace("\n", "|").split("|")
ENDINGS = """what the table shows|the width of the span|the slowest of them|the square of the length|a lock
the number of rows|everything before it|room temperature|the measured value|one millisecond|the rest of the page
two of the three cases|what users expect|the price of a page fault""".replace("\n", "|").split("|")
CHINESE = "桥面的下垂随跨度的四次方增长所以中间的吊杆最短我们先估算自重再加上车辆的荷载最后与照片里的数值比较。"
JAPANESE = "たわみは支間の四乗に比例しますので、中央が最も大きくなります。まず自重を見積もります。"
KOREAN = "처짐은 지간의 네제곱에 비례하므로 가운데가 가장 큽니다. "
ARABIC = "يعتمد الانحناء على طول الجسر وعلى الحمل الموزع `w` بالتساوي. "
EMOJI = "🌉🚚📐✅⚠️🙂👩‍🔬📈"
CODE = {
    "python": 'def sag(load: float, span: float) -> float:\n    """In metres."""\n'
    "    if span <= 0:\n        raise ValueError(f'span is {span}')\n"
    "    return 5 * load * span**4 / 384  # without stiffness\n",
    "javascript": "const rows = await fetch(`/sag?span=${span}`); /* may\n   take long */\n"
    "for (const row of rows) {\n  total += row.value ?? 0;\n}\n",
    "rust": "fn sag(load: f64, span: f64) -> Option<f64> {\n    // zero has no answer\n"
    "    (span > 0.0).then(|| 5.0 * load * span.powi(4) / 384.0)\n}\n",
    "sql": "select bridge, max(sag) as worst -- millimetres\nfrom readings\nwhere taken_at > '2026-01-01'\n"
    "group by bridge having count(*) > 10;\n",
    "bash": 'for file in "$@"; do\n  [[ -r $file ]] || continue  # not ours\n  sort -n "$file" | tail -1\ndone\n',
    "json": '{"bridge": "north", "sag_mm": [31, 12.5, null], "safe": true}\n',
    "c": '/* one line a span */\nint main(void) {\n    printf("%d\\n", 384);\n    return 0;\n}\n',
    "html": '<figure class="deck">\n  <!-- drawn to scale -->\n  <img src="deck.png" alt="Deck">\n</figure>\n',
}
FORMULAS = ["$\\delta = \\frac{5wL^4}{384EI}$", "$$\\int_0^L M(x)\\,dx$$", "\\(w = 1.2\\)", "\\[E = 210\\]"]


def sentence(chooser: random.Random) -> str:
    """A sentence, now and then with something in bold, code, or a link."""
    subject, verb, ending = chooser.choice(SUBJECTS), chooser.choice(VERBS), chooser.choice(ENDINGS)
    dressed = chooser.random()
    if dressed < 0.15:
        verb = f"**{verb}**"
    elif dressed < 0.25:
        ending += f" (`{ending.split()[-1]}_mm`)"
    elif dressed < 0.3:
        ending = f"[{ending}](https://example.org/{chooser.randrange(1000)})"
    elif dressed < 0.35:
        subject = f"*{subject}*"
    elif dressed < 0.4:
        ending += " " + chooser.choice(EMOJI)
    text = f"{subject} {verb} {ending}"
    return text[0].upper() + text[1:] + chooser.choice(". . . . ; ? !".split())


def paragraph(chooser: random.Random) -> str:
    """Two to six sentences."""
    return " ".join(sentence(chooser) for _ in range(chooser.randint(2, 6)))


def heading(chooser: random.Random) -> str:
    return "#" * chooser.randint(1, 4) + " " + chooser.choice(SUBJECTS).capitalize()


def bullets(chooser: random.Random) -> str:
    """A list, sometimes nested, sometimes of tasks."""
    lines = []
    task = chooser.random() < 0.2
    for _ in range(chooser.randint(3, 7)):
        box = chooser.choice(["[x] ", "[ ] "]) if task else ""
        lines.append(f"- {box}{sentence(chooser)}")
        if chooser.random() < 0.3:
            lines.append(f"  - {sentence(chooser)}")
    return "\n".join(lines)


def steps(chooser: random.Random) -> str:
    """A numbered list; a step may hold code."""
    lines = []
    for number in range(1, chooser.randint(4, 7)):
        lines.append(f"{number}. {sentence(chooser)}")
        if chooser.random() < 0.2:
            lines += ["   ```bash", "   make test", "   ```"]
    return "\n".join(lines)


def code(chooser: random.Random) -> str:
    language = chooser.choice(list(CODE))
    return f"```{language}\n{CODE[language] * chooser.randint(1, 3)}```"


def table_row(chooser: random.Random) -> str:
    cells = [chooser.choice(SUBJECTS), f"{chooser.random() * 100:.1f} mm", f"{chooser.randrange(101)} %"]
    return "| " + " | ".join([*cells, chooser.choice(["`yes`", "**no**", "maybe"])]) + " |"


def table(chooser: random.Random) -> str:
    rows = [table_row(chooser) for _ in range(chooser.randint(3, 9))]
    return "\n".join(["| Cause | Sag | Share | Safe |", "|:--|--:|--:|:-:|", *rows])


def quote(chooser: random.Random) -> str:
    return "\n".join("> " + sentence(chooser) for _ in range(chooser.randint(1, 4)))


def eastern(chooser: random.Random) -> str:
    start = chooser.randrange(len(CHINESE))
    return CHINESE[start:] + chooser.choice([CHINESE, JAPANESE, KOREAN]) * chooser.randint(1, 3)


def oddity(chooser: random.Random) -> str:
    """What comes seldom and breaks things."""
    return chooser.choice(
        [
            ARABIC * 3,
            "".join(chooser.choice("0123456789abcdef") for _ in range(500)),
            "![the deck](https://example.org/deck.png)",
            "<b>raw</b> HTML & <script>alert(1)</script>",
            f"It is {chooser.choice(FORMULAS)} for $5 and $6.",
            "---",
        ]
    )


_BLOCKS: list[tuple[Callable[[random.Random], str], int]] = [
    (paragraph, 42), (heading, 9), (bullets, 12), (steps, 7), (code, 12), (table, 6), (quote, 4), (eastern, 4),
    (oddity, 4),
]  # fmt: skip


def answer(chooser: random.Random, size: int) -> str:
    """Blocks of all kinds, at least `size` characters."""
    makers, weights = zip(*_BLOCKS, strict=True)
    blocks: list[str] = []
    length = 0
    while length < size:
        blocks.append(chooser.choices(makers, weights)[0](chooser))
        length += len(blocks[-1]) + 2
    return "\n\n".join(blocks)


def question(chooser: random.Random) -> str:
    kind = chooser.random()
    if kind < 0.8:
        return " ".join(sentence(chooser) for _ in range(chooser.randint(1, 3)))
    return eastern(chooser)[:60] if kind < 0.9 else f"What is wrong here?\n\n{CODE['python']}"


@cache
def chat(count: int, seed: int = 1) -> tuple[str, ...]:
    """Texts of `count` messages, question and answer in turn; an answer has about 2 KB."""
    chooser = random.Random(seed)
    texts = []
    for number in range(count):
        if number % 2:
            texts.append(answer(chooser, min(12_000, int(chooser.lognormvariate(7.2, 0.7)))))
        else:
            texts.append(question(chooser))
    return tuple(texts)


def _repeated(make: Callable[[random.Random], str], separator: str, head: str = "") -> Callable[[int], str]:
    def text(size: int) -> str:
        chooser = random.Random(size)
        parts = [head] if head else []
        length = 0
        while length < size:
            parts.append(make(chooser))
            length += len(parts[-1]) + len(separator)
        return separator.join(parts)[: max(size, len(head))]

    return text


_STREAMS: dict[str, Callable[[int], str]] = {
    "paragraph": _repeated(paragraph, "\n\n"),
    "list": _repeated(lambda chooser: "- " + sentence(chooser), "\n"),
    "code": _repeated(lambda _chooser: CODE["python"], "\n", "```python"),
    "table": _repeated(table_row, "\n", "| Cause | Sag | Share | Safe |\n|:--|--:|--:|:-:|"),
    "cjk": _repeated(eastern, "\n\n"),
    "line": _repeated(lambda chooser: "".join(chooser.choices("0123456789abcdef", k=64)), ""),
}
KINDS = tuple(_STREAMS)


def stream(kind: str, size: int) -> str:
    """One answer of about `size` characters of a single kind of block (`KINDS`), or "mixed"."""
    return answer(random.Random(size), size)[:size] if kind == "mixed" else _STREAMS[kind](size)


def of_size(size: int) -> list[str]:
    """As many messages of a chat as have about `size` characters together."""
    texts: list[str] = []
    for text in chat(400):
        if sum(map(len, texts)) > size:
            break
        texts.append(text)
    return texts
