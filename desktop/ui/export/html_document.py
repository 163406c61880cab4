"""A chat as a web page in one file: no script, nothing loaded from anywhere, light and dark by the reader's choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from html import escape

from desktop.core.conversation import Attachment, PicturePart
from desktop.core.transcript import Entry, Transcript
from desktop.ui.markdown_html import Looks, color_by_class, plain_to_html, to_html
from desktop.ui.theme import DARK, LIGHT, Colors

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
CODE_COLORS = ("keyword", "string", "number", "comment")
_STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text);
  font: 16px/1.6 Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
header { margin-bottom: 2.5rem; padding-bottom: 1.25rem; border-bottom: 1px solid var(--line); }
h1, h2, h3, h4, h5, h6 { line-height: 1.3; margin: 1.6em 0 .5em; font-weight: 600; }
header h1 { margin: 0 0 .25rem; font-size: 1.6rem; }
.answer h1 { font-size: 1.35rem; } .answer h2 { font-size: 1.2rem; } .answer h3 { font-size: 1.05rem; }
.answer h4, .answer h5, .answer h6 { font-size: 1rem; }
.date, .caption, summary, .notice, figcaption { color: var(--dim); font-size: .875rem; }
article { margin: 0 0 2rem; overflow-wrap: break-word; }
.question > .said { margin-left: auto; width: fit-content; max-width: 86%; padding: .6rem .95rem;
  border-radius: .9rem; background: var(--bubble); white-space: normal; }
.question > .pictures { justify-content: flex-end; }
.who { margin: 0 0 .4rem; font-weight: 600; font-size: .9375rem; }
.who .caption { font-weight: 400; margin-left: .5rem; }
.question > .who { text-align: right; position: absolute; left: -9999px; }
p { margin: 0 0 .8em; } p:last-child { margin-bottom: 0; }
ul, ol { padding-left: 1.6rem; margin: .4em 0 .8em; } li { margin: .2em 0; } li > p { margin: 0 0 .3em; }
li.task { list-style: none; margin-left: -1.2rem; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre { font: .875em/1.6 "JetBrains Mono", ui-monospace, "Cascadia Code", Consolas, monospace; }
code { background: var(--bubble); border-radius: .25rem; padding: .1em .3em; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem;
  margin: .9em 0; overflow-x: auto; overflow-wrap: normal; }
pre[data-language]::before { content: attr(data-language); display: block; color: var(--dim);
  font: .8125rem/1.4 Inter, system-ui, sans-serif; margin-bottom: .5rem; }
pre code { background: none; padding: 0; font-size: inherit; }
blockquote { margin: .8em 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--dim); }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.4em 0; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: .9em 0; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .7rem; text-align: left; vertical-align: top; }
th { font-weight: 600; }
details { border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .9rem; margin: 0 0 .9rem; }
details[open] > summary { margin-bottom: .6rem; } summary { cursor: pointer; }
details > .thoughts { color: var(--dim); font-size: .9375rem; }
.pictures { display: flex; flex-wrap: wrap; gap: .6rem; margin: .5rem 0; }
figure { margin: 0; } figure img { display: block; max-width: 100%; max-height: 24rem; border-radius: .6rem; }
div.formula { text-align: center; margin: .9em 0; overflow-x: auto; }
@media print { body { font-size: 11pt; } main { max-width: none; padding: 0; }
  pre, table, figure { break-inside: avoid; } pre { white-space: pre-wrap; } h1, h2, h3 { break-after: avoid; } }
"""

PictureUrl = Callable[[PicturePart], str]  # its bytes as a `data:` URL; nothing if they are gone
FormulaHtml = Callable[[str, bool], str]  # see `Looks`


def page(transcript: Transcript, language: str, picture_url: PictureUrl, formula: FormulaHtml) -> str:
    """The whole file."""
    title = escape(transcript.title)
    looks = Looks(color_by_class, formula)
    articles = "\n".join(_article(entry, picture_url, looks) for entry in transcript.entries)
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ {_variables(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}
{_STYLE.strip()}
{" ".join(f".{name} {{ color: var(--{name}); }}" for name in CODE_COLORS)}
</style>
</head>
<body>
<main>
<header><h1>{title}</h1><div class="date">{escape(transcript.date)}</div></header>
{articles}
</main>
</body>
</html>
"""


def _variables(colors: Colors) -> str:
    return " ".join(f"--{field.name}: {getattr(colors, field.name)};" for field in fields(colors))


def _article(entry: Entry, picture_url: PictureUrl, looks: Looks) -> str:
    kind = "question" if entry.asks else "answer"
    caption = f'<span class="caption">{escape(entry.caption)}</span>' if entry.caption else ""
    parts = [f'<article class="{kind}">', f'<div class="who">{escape(entry.author)}{caption}</div>']
    if entry.thinking:
        summary = f"<summary>{escape(entry.thinking_label)}</summary>"
        parts.append(f'<details>{summary}<div class="thoughts">{to_html(entry.thinking, looks)}</div></details>')
    pictures = _attachments(entry.attachments, picture_url)
    text = plain_to_html(entry.text) if entry.asks else to_html(entry.text, looks)
    said = f'<div class="said">{text}</div>' if text.strip() else ""
    parts += [pictures, said] if entry.asks else [said, pictures]
    if entry.notice:
        parts.append(f'<p class="notice">{escape(entry.notice)}</p>')
    return "\n".join([part for part in parts if part] + ["</article>"])


def _attachments(attachments: tuple[Attachment, ...], picture_url: PictureUrl) -> str:
    figures = []
    for attachment in attachments:
        name = escape(attachment.name)
        url = picture_url(attachment) if isinstance(attachment, PicturePart) else ""
        shown = f'<img src="{url}" alt="{name}">' if url else f"<figcaption>📎 {name}</figcaption>"
        figures.append(f"<figure>{shown}</figure>")
    return f'<div class="pictures">{"".join(figures)}</div>' if figures else ""
