"""`ligature:` links: what anybody may put on a page, so that everything in one is a stranger's word.

A link opens a chat, fills in a question, or proposes an endpoint. It is parsed here into what it asks for; doing that,
and asking the user where that is due, is up to who shows it. No error repeats what stood in the link: it may be a key.

    ligature:chat/12
    ligature:new?prompt=Why%20is%20the%20sky%20blue%3F&model=gpt-5&endpoint=openai&system=Be%20brief.
    ligature:endpoint?base_url=https%3A%2F%2Fapi.example.com%2Fv1&name=Example&key=…
    ligature:endpoint?preset=openai&key=…
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from desktop.core.endpoint_rules import clean_base_url, is_loopback
from desktop.core.errors import UserError

SCHEME = "ligature"
LONGEST_LINK = 100_000
LONGEST_TEXT = 20_000  # of a prompt
LONGEST_NAME = 200
LONGEST_KEY = 500
MOST_FIELDS = 20
LARGEST_CHAT_ID = 2**63 - 1

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:")  # two letters and more: the drive of a Windows path has one
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What is not seen, or turns round what is: bidi controls, zero-width signs (but those that join letters), tags.
_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    r"\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class ChatLink:
    """Opens a chat."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class NewChatLink:
    """Begins a new chat with a question that the user may send. What it does not name is the user's own choice."""

    prompt: str = ""
    system: str = ""
    model: str = ""
    endpoint: str = ""  # an endpoint's id


@dataclass(frozen=True, slots=True)
class EndpointLink:
    """Proposes an endpoint: a preset by its id, or an address. The key is in no representation of it."""

    preset: str = ""
    base_url: str = ""
    name: str = ""
    key: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """Where requests and the key would go; a name in foreign letters is in punycode, so that none looks alike."""
        return urlsplit(self.base_url).netloc


Link = ChatLink | NewChatLink | EndpointLink


def is_link(text: str) -> bool:
    """Whether a text is an address of any scheme, and no file's name."""
    return _SCHEME.match(text) is not None


def chat_link(chat_id: int) -> str:
    """The link that opens a chat."""
    return f"{SCHEME}:chat/{chat_id}"


def parse_link(text: str) -> Link:
    """What a link asks for; raises UserError where Ligature has no answer to it."""
    if len(text) > LONGEST_LINK:
        raise UserError("The link is too long.", "Nothing was done.")
    scheme, _, rest = text.strip().partition(":")
    if scheme.lower() != SCHEME:
        raise UserError("This is no link of Ligature's.", f"Its links begin with {SCHEME}:")
    path, _, query = rest.partition("#")[0].partition("?")
    action, _, argument = path.strip("/").partition("/")  # browsers and systems add slashes at both ends
    match action.lower(), argument:
        case "chat", _:
            return ChatLink(_chat_id(argument))
        case "new", "":
            return _new_chat(_fields(query))
        case "endpoint", "":
            return _endpoint(_fields(query))
    raise UserError("Ligature does not know what this link asks for.", "It may be meant for a newer version.")


def _chat_id(argument: str) -> int:
    if not _NUMBER.fullmatch(argument) or int(argument) > LARGEST_CHAT_ID:
        raise UserError("The link names no chat.", "Copy it again from the chat's menu.")
    return int(argument)


def _new_chat(fields: Mapping[str, str]) -> NewChatLink:
    return NewChatLink(
        prompt=_text(fields, "prompt"),
        system=_text(fields, "system"),
        model=_name(fields, "model"),
        endpoint=_name(fields, "endpoint"),
    )


def _endpoint(fields: Mapping[str, str]) -> EndpointLink:
    preset, address = _name(fields, "preset"), fields.get("base_url", "")
    if bool(preset) == bool(address):
        raise UserError("The link must name either an address or a known service.", "Ask whoever made it.")
    return EndpointLink(
        preset=preset,
        base_url=_base_url(address) if address else "",
        name="" if preset else _name(fields, "name"),
        key=_key(fields.get("key", "")),
    )


def _fields(query: str) -> dict[str, str]:
    """The fields by their names; each at most once, so that nobody reads another one than is used."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise UserError("The link has too many parts.", "Nothing was done.") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise UserError("The link says the same thing twice.", "Ask whoever made it.")
    return fields


def _text(fields: Mapping[str, str], name: str) -> str:
    """Text of several lines, without what is not seen."""
    text = fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _CONTROL.sub("", text)).strip()
    if len(text) > LONGEST_TEXT:
        raise UserError("The text in the link is too long.", f"{LONGEST_TEXT} characters are the most.")
    return text


def _name(fields: Mapping[str, str], name: str) -> str:
    """One line, without what is not seen."""
    text = " ".join(_text(fields, name).split())
    if len(text) > LONGEST_NAME:
        raise UserError("A name in the link is too long.", f"{LONGEST_NAME} characters are the most.")
    return text


def _base_url(address: str) -> str:
    """The address with its host in plain letters; encrypted, unless it is on this computer."""
    if len(address) > LONGEST_LINK // 10 or not address.isprintable() or "://" not in address:
        raise _no_address()
    try:
        parts = urlsplit(clean_base_url(address))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
    except (UserError, ValueError):  # an error would repeat a part of it
        raise _no_address() from None
    if not host or not parts.path.isascii():
        raise _no_address()
    url = parts._replace(netloc=(f"[{host}]" if ":" in host else host) + port).geturl()
    if parts.scheme != "https" and not is_loopback(url):
        raise UserError("The address in the link is not encrypted.", "It must begin with https://.")
    return url


def _key(key: str) -> str:
    key = key.strip()
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        raise UserError("The key in the link cannot be a key.", "Ask whoever made the link for another one.")
    return key


def _no_address() -> UserError:
    return UserError("The address in the link is none.", "It reads like https://api.example.com/v1.")
