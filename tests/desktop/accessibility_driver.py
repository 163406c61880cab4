"""Uses a program as a screen reader does: reads its accessible tree, presses, writes. Run by the system's Python.

The system's, because that is where the bindings of AT-SPI are (gir1.2-atspi-2.0). Each line of standard input is an
order, each line of standard output its answer, both JSON: `{"do": "press", "id": "sendButton"}`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version has to be named first

PROGRAM = "ligature"


CONVERSATION = "messageView"
ITEMS_PER_LOOK_INSIDE = 7


def nodes(start: Any, *, without: str = "") -> Iterator[Any]:
    """A node and all below it, each before its children, except what is in `without` and what vanishes meanwhile."""
    yield start
    if without and is_called(without, start):
        return
    try:
        children = [start.get_child_at_index(index) for index in range(start.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        if child is not None:
            yield from nodes(child, without=without)


def program() -> Any:
    """The program's own node, or None while it is not there."""
    desktop = Atspi.get_desktop(0)
    desktop.clear_cache()
    children = [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]
    return next((child for child in children if child is not None and child.get_name() == PROGRAM), None)


def facts(node: Any) -> dict[str, Any]:
    """What a screen reader could say about a node."""
    states = node.get_state_set()
    area = node.get_component_iface() and Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
    return {
        "id": node.get_accessible_id(),
        "name": node.get_name(),
        "role": node.get_role_name(),
        "description": node.get_description(),
        "showing": is_showing(node),
        "area": area and (area.x, area.y, area.width, area.height),
        "busy": states.contains(Atspi.StateType.BUSY),
        "enabled": states.contains(Atspi.StateType.ENABLED),
    }


def tree(*, without: str = "") -> Iterator[Any]:
    """All nodes of the program, read anew."""
    top = program()
    if top is not None:
        top.clear_cache()
        yield from nodes(top, without=without)


def known(read: Callable[[Any], Any], node: Any) -> Any:
    """What `read` says of a node, or None if the node has just vanished."""
    try:
        return read(node)
    except GLib.Error:
        return None


def is_showing(node: Any) -> bool:
    """Whether it is seen."""
    return bool(node.get_state_set().contains(Atspi.StateType.SHOWING))


def near(identifier: str) -> Iterator[Any]:
    """The nodes among which one is, since a long conversation takes seconds to walk through."""
    if not identifier.startswith("message_"):
        return tree(without=CONVERSATION)
    conversation = find(CONVERSATION)
    messages = [conversation.get_child_at_index(index) for index in range(conversation.get_child_count())]
    message = "_".join(identifier.split("_")[:2])
    return (each for found in messages if found is not None and is_called(message, found) for each in nodes(found))


def is_called(identifier: str, node: Any) -> bool:
    """Whether a node has this id."""
    return bool(known(lambda each: each.get_accessible_id(), node) == identifier)


def find(identifier: str) -> Any:
    """The node with this id, the visible one if there are several."""
    found = [node for node in near(identifier) if is_called(identifier, node)]
    if not found:
        raise LookupError(f"no {identifier}")
    return next((node for node in found if known(is_showing, node)), found[0])


def all_nodes(_order: dict[str, Any]) -> list[dict[str, Any]]:
    """The whole tree, flat."""
    return [said for node in tree() if (said := known(facts, node)) is not None]


def children(order: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in a node."""
    node = find(order["id"])
    return [facts(node.get_child_at_index(index)) for index in range(node.get_child_count())]


def look(order: dict[str, Any]) -> dict[str, Any]:
    """One node, with its text if it has any."""
    node = find(order["id"])
    text = node.get_text_iface()
    return {**facts(node), "text": text and Atspi.Text.get_text(text, 0, -1)}


def press(order: dict[str, Any]) -> bool:
    """Does what a click would do."""
    return bool(find(order["id"]).get_action_iface().do_action(0))


def write(order: dict[str, Any]) -> bool:
    """Puts a text into a field."""
    return bool(find(order["id"]).get_editable_text_iface().set_text_contents(order["text"]))


def walk(order: dict[str, Any]) -> dict[str, int]:
    """Reads all items of a list, and what is in some; asks for children that are not there. Gives the roles seen."""
    top = find(order["id"])
    roles: Counter[str] = Counter()
    for number in range(top.get_child_count()):
        item = top.get_child_at_index(number)
        said = known(facts, item) if item is not None else None
        if said is None:
            continue
        roles[said["role"]] += 1
        if number % ITEMS_PER_LOOK_INSIDE:
            continue
        for index in (-1, 10**6):
            child_at(item, index)
        parts = [child_at(item, index) for index in range(item.get_child_count())]
        roles.update(part.get_role_name() for part in parts if part is not None and part.get_name())
    return roles


def child_at(node: Any, index: int) -> Any:
    """A child, or None where there is none."""
    return known(lambda each: each.get_child_at_index(index), node)


class Ears:
    """Hears what the program tells by itself."""

    EVENTS = (
        "object:children-changed",
        "object:property-change",
        "object:announcement",
        "object:state-changed:focused",
    )

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._listener = Atspi.EventListener.new(self._hear)

    def open(self, _order: dict[str, Any]) -> bool:
        """Begins to hear."""
        return all(self._listener.register(event) for event in self.EVENTS)

    def heard(self, _order: dict[str, Any]) -> list[str]:
        """What came so far: `event source`."""
        context = GLib.MainContext.default()
        while context.iteration(may_block=False):
            pass
        return self._heard

    def _hear(self, event: Any) -> None:
        source = known(lambda node: node.get_accessible_id(), event.source)
        said = event.any_data if event.type == "object:announcement" else ""
        said = str(event.detail1) if event.type.startswith("object:state-changed") else said
        self._heard.append(f"{event.type} {source} {said}".strip())


EARS = Ears()
ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "tree": all_nodes,
    "children": children,
    "look": look,
    "walk": walk,
    "press": press,
    "write": write,
    "listen": EARS.open,
    "heard": EARS.heard,
}


def main() -> None:
    """Obeys until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"event": "answer", "value": ORDERS[order["do"]](order)}
        except (GLib.Error, LookupError, AttributeError) as error:
            answer = {"event": "answer", "why": repr(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
