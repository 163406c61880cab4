"""Between the About page and the updates: looks when asked to, or once a week, downloads, and restarts."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Collection, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, QLocale, QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop.core.errors import UserError
from desktop.services.endpoint_book import EndpointBook
from desktop.services.settings import NEVER, WEEKLY
from desktop.services.updates import Update, Updates
from desktop.ui.notices import NoticeBar
from desktop.ui.tasks import Tasks
from desktop.ui.update_offers import Offer

if TYPE_CHECKING:  # the settings are imported when they are opened
    from desktop.ui.update_row import UpdateRow

log = logging.getLogger(__name__)


class UpdateController(QObject):
    """What is going on outlives the page: a download goes on behind a closed dialog."""

    def __init__(
        self,
        *,
        updates: Updates,
        book: EndpointBook,
        notices: NoticeBar,
        show_page: Callable[[], None],
        quit_program: Callable[[], object],
        saving: Tasks,
        background: Tasks,
    ) -> None:
        super().__init__()
        self._updates = updates
        self._book = book
        self._notices = notices
        self._show_page = show_page
        self._quit = quit_program
        self._saving = saving
        self._background = background
        self._row: UpdateRow | None = None
        self._update: Update | None = None
        self._work: asyncio.Task[None] | None = None
        self._restarts = False
        self._state: tuple[str, Collection[Offer]] = ("", (Offer.LOOK,))

    def serve(self, row: UpdateRow) -> None:
        """Fills the row of a dialog that opens; where nothing can be looked for, there is no row."""
        row.setVisible(self._updates.has_channel)
        if not self._updates.has_channel:
            return
        self._row = row
        row.show_weekly(on=self._book.settings.updates_check == WEEKLY)
        row.show_state(self._state[0] or self._last_look(), self._state[1])
        row.pressed.connect(self._pressed)
        row.weekly_changed.connect(self._change_weekly)
        row.destroyed.connect(self._row_gone)

    async def look_if_due(self) -> None:
        """Looks if the user wants that and it is time. What fails is told on the page, and disturbs nobody."""
        if not self._updates.has_channel or self._book.settings.updates_check != WEEKLY:
            return
        if not await self._updates.is_due() or self._work is not None:  # the user may have asked meanwhile
            return
        await self._start(self._look())
        if self._update is not None:
            self._notices.show_notice(
                self.tr("Ligature {version} is there.").format(version=self._update.version),
                actions=[(self.tr("Show"), self._show_page)],
                key="update",
            )

    def at_end(self) -> None:
        """The program has ended: what is ready takes its place, and is started if the user wants to go on."""
        try:
            self._updates.restart() if self._restarts else self._updates.switch()
        except (OSError, UserError):
            log.exception("the new version could not take the old one's place")

    def _pressed(self, offer: Offer) -> None:
        match offer:
            case Offer.LOOK if self._work is None:
                self._start(self._look())
            case Offer.TAKE if self._work is None and self._update is not None:
                self._start(self._take(self._update))
            case Offer.CANCEL if self._work is not None:
                self._work.cancel()
            case Offer.RESTART:
                self._restarts = True
                self._quit()
            case Offer.NOTES if self._update is not None:
                QDesktopServices.openUrl(QUrl(self._update.notes_url))
            case Offer.COPY if self._update is not None:
                QGuiApplication.clipboard().setText(self._update.command)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self._work = self._background.start(self._telling(work))
        return self._work

    async def _telling(self, work: Coroutine[Any, Any, None]) -> None:
        """Does one thing at a time; what fails is told where the user looks."""
        try:
            await work
        except UserError as error:
            log.info("updates: %s", error)
            self._say(str(error), (Offer.LOOK,))
        finally:
            self._work = None

    async def _look(self) -> None:
        self._say(self.tr("Looking…"), (Offer.LOOK,))
        self._update = await self._updates.look()
        if self._update is None:
            self._say(self.tr("This is the newest version."), (Offer.LOOK,))
        else:
            self._tell_of(self._update)

    def _tell_of(self, update: Update) -> None:
        version = update.version
        if self._updates.installed.updates_itself:
            megabytes = max(1, round(update.size_bytes / 1e6))
            text = self.tr("Version {version} is there: {size} MB.").format(version=version, size=megabytes)
            self._say(text, (Offer.NOTES, Offer.TAKE))
        elif update.command:
            text = self.tr("Version {version} is there. Get it from its page, and install it with:\n{command}")
            self._say(text.format(version=version, command=update.command), (Offer.NOTES, Offer.COPY))
        else:
            text = self.tr("Version {version} is there. Get it from its page.").format(version=version)
            self._say(text, (Offer.NOTES,))

    async def _take(self, update: Update) -> None:
        self._notices.dismiss_key("update")
        self._show_progress(0.0)
        try:
            await self._updates.take(update, self._show_progress, sys.argv[1:])
        except asyncio.CancelledError:
            self._tell_of(update)
            raise
        text = self.tr("Version {version} is ready. It is used from the next start on.").format(version=update.version)
        self._say(text, (Offer.NOTES, Offer.RESTART))

    def _show_progress(self, part: float) -> None:
        if part < 1:
            text = self.tr("Downloading… {percent} %").format(percent=int(part * 100))
        else:
            text = self.tr("Making it ready…")
        if text != self._state[0]:
            self._say(text, (Offer.CANCEL,))

    def _say(self, text: str, offers: Collection[Offer]) -> None:
        self._state = (text, offers)
        if self._row is not None:
            self._row.show_state(text, offers)

    def _last_look(self) -> str:
        if not self._updates.looked_at:
            return self.tr("Not looked for yet.")
        when = QDateTime.fromSecsSinceEpoch(int(self._updates.looked_at))
        return self.tr("Looked for on {date}.").format(date=QLocale().toString(when, QLocale.FormatType.ShortFormat))

    def _change_weekly(self, weekly: bool) -> None:
        self._saving.start(self._book.change({"updates_check": WEEKLY if weekly else NEVER}))

    def _row_gone(self) -> None:
        self._row = None
