"""Long-term memory as a user meets it: a switch for the chat, and a page to see and delete what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop.ui.settings_dialog import SettingsDialog
from tests.gateway import Gateway, error, json_body
from tests.gateway.wire import Request, Response
from tests.ui.acting import find
from tests.ui.programs import User, running, write_config

Run = Callable[[Coroutine[Any, Any, Any]], Any]

MEMORY = """
[[endpoint.features]]
id = "memory"
name = "Memory"
send = "body"
user_field = "userid"

[endpoint.features.paths]
user = "/memobase/api/v1/users/{user}"
profile = "/memobase/api/v1/users/profile/{user}"
profile_entry = "/memobase/api/v1/users/profile/{user}/{entry}"
event = "/memobase/api/v1/users/event/{user}"
event_entry = "/memobase/api/v1/users/event/{user}/{entry}"
"""
ROOT = "/memobase/api/v1/users"


class Remembering:
    """A gateway that remembers two things of its user, until they are deleted."""

    def __init__(self, gateway: Gateway) -> None:
        self.profiles = {"p1": "Lives in Bern", "p2": "Likes cheese"}
        self._gateway = gateway

    def of(self, user_id: str) -> None:
        """Answers for one user from now on."""
        routes = self._gateway.routes
        routes[f"{ROOT}/profile/{user_id}"] = self._list
        routes[f"{ROOT}/event/{user_id}"] = error(404, "No such user.")
        for entry in self.profiles:
            routes[f"{ROOT}/profile/{user_id}/{entry}"] = self._forget
        routes[f"{ROOT}/{user_id}"] = self._forget_all

    def _list(self, _request: Request) -> Response:
        rows = [
            {"id": id_, "content": text, "attributes": {"topic": "about_me"}} for id_, text in self.profiles.items()
        ]
        return json_body({"data": {"profiles": rows}, "errno": 0, "errmsg": ""})

    def _forget(self, request: Request) -> Response:
        assert request.method == "DELETE"
        del self.profiles[request.path.rpartition("/")[2]]
        return json_body({"errno": 0})

    def _forget_all(self, request: Request) -> Response:
        assert request.method == "DELETE"
        self.profiles.clear()
        return json_body({"errno": 0})


def opens_page(user: User) -> SettingsDialog:
    """The settings, at the page about memory."""
    user.clicks("settingsButton")
    dialog = user.window.findChildren(SettingsDialog)[-1]
    dialog.show_page("settingsMemory")
    return dialog


def remembered(dialog: SettingsDialog) -> list[str]:
    """What the page lists."""
    return [
        row.accessibleName()
        for row in dialog.findChildren(QWidget)
        if row.objectName().startswith("memory_") and row.isVisible()
    ]


def state(dialog: SettingsDialog) -> str:
    """What stands on the page instead of a list, or above it."""
    label = find(dialog, QLabel, "memoryState")
    return label.accessibleName() if label.isVisible() else ""


def test_chats_with_memory_tell_who_asks_and_others_do_not(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, MEMORY)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("One")
            user.clicks("featureMemory")
            await user.asks_and_reads("Two")
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 4)
            assert find(user.window, QAbstractButton, "featureMemory").isChecked()
            await user.asks_and_reads("Three")
            user.program.new_chat()
            await user.asks_and_reads("Four")
        first, second, third, fourth = (request.json.get("userid") for request in gateway.chats)
        assert (first, fourth) == (None, None)
        assert second == third
        assert UUID(second).version == 4
        assert gateway.chats[1].json["model"] == "echo"

    run(scenario())


def test_what_is_remembered_is_seen_and_forgotten_after_a_second_press(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway, MEMORY)
    memory = Remembering(gateway)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("featureMemory")
            await user.asks_and_reads("Hello")
            memory.of(gateway.chats[0].json["userid"])
            dialog = opens_page(user)
            await user.sees(lambda: remembered(dialog) == ["Lives in Bern", "Likes cheese"])
            assert state(dialog) == ""
            user.clicks("memoryForget_p1")
            assert len(memory.profiles) == 2
            user.clicks("memoryForgetConfirm_p1")
            await user.sees(lambda: remembered(dialog) == ["Likes cheese"])
            user.clicks("memoryForgetAll")
            assert memory.profiles
            user.clicks("memoryForgetAll")
            await user.sees(lambda: state(dialog) == "Nothing is remembered yet.")
            assert remembered(dialog) == []
            user.clicks("settingsClose")

    run(scenario())


def test_a_memory_that_cannot_be_read_is_told_on_the_page(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, MEMORY)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("featureMemory")
            await user.asks_and_reads("Hello")
            user_id = gateway.chats[0].json["userid"]
            gateway.routes[f"{ROOT}/profile/{user_id}"] = json_body({"errno": 3, "errmsg": "Memory is full."})
            dialog = opens_page(user)
            await user.sees(lambda: "Loop refused: Memory is full." in state(dialog))
            assert user.notices() == []
            user.clicks("settingsClose")

    run(scenario())


def test_without_an_endpoint_that_remembers_the_page_says_so(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            dialog = opens_page(user)
            texts = [label.accessibleName() for label in dialog.findChildren(QLabel)]
            assert "None of your endpoints remembers anything over several chats." in texts
            user.clicks("settingsClose")

    run(scenario())
