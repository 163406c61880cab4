"""A chat's current line as it leaves the program: who said what, without what only the program needs.

`to_markdown` gives it as a Markdown document; HTML and pages are made in ui/export.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.core.conversation import Attachment


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. `thinking_label` says whose thinking it was, or how long it took."""

    author: str
    text: str
    asks: bool = False
    caption: str = ""
    thinking: str = ""
    thinking_label: str = ""
    attachments: tuple[Attachment, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A chat; `date` is written as its user writes dates."""

    title: str
    date: str
    entries: tuple[Entry, ...]


def to_markdown(transcript: Transcript) -> str:
    """The chat as one Markdown document; answers keep their own Markdown."""
    head = f"# {_one_line(transcript.title)}\n\n{transcript.date}"
    return "\n\n".join([head, *map(_entry, transcript.entries)]) + "\n"


def _entry(entry: Entry) -> str:
    caption = f" · {entry.caption}" if entry.caption else ""
    parts = [f"## {_one_line(entry.author)}{caption}"]
    if entry.thinking:
        summary = f"<summary>{entry.thinking_label}</summary>"
        parts.append(f"<details>\n{summary}\n\n{entry.thinking.strip()}\n\n</details>")
    parts += [f"*📎 {_one_line(attachment.name)}*" for attachment in entry.attachments if attachment.name]
    if entry.text.strip():
        parts.append(entry.text.strip("\n"))
    if entry.notice:
        parts.append(f"*{entry.notice}*")
    return "\n\n".join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def file_name(title: str) -> str:
    """A name for a chat's file that every system takes, without a suffix."""
    kept = "".join(
        " " if character in '<>:"/\\|?*' or not character.isprintable() else character for character in title
    )
    return " ".join(kept.split()).strip(". ")[:80].rstrip(". ") or "Chat"
