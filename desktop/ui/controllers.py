"""Who takes part in the running program, and what each of them is made with.

What connects them, and when the program begins and ends, is in `program`, which goes on from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.services.asking import Asking
from desktop.services.bundle import Services
from desktop.services.endpoint_book import EndpointBook
from desktop.services.memory import Memory
from desktop.services.questions import Questions
from desktop.services.settings import LEAVE_OUT
from desktop.services.splices import Splices
from desktop.ui.attachment_controller import AttachmentController
from desktop.ui.billing_controller import BillingController
from desktop.ui.chat_controller import ChatController
from desktop.ui.compare_controller import CompareController
from desktop.ui.conversation_controller import ConversationController
from desktop.ui.export_controller import ExportController
from desktop.ui.feature_options import FeatureOptions
from desktop.ui.figures_controller import FiguresController
from desktop.ui.history_controller import HistoryController
from desktop.ui.icons import Icons
from desktop.ui.line_items import LineItems
from desktop.ui.main_window import MainWindow
from desktop.ui.memory_controller import MemoryController
from desktop.ui.model_controller import ModelController
from desktop.ui.model_page_controller import ModelPageController
from desktop.ui.model_picker import ModelPicker
from desktop.ui.notifier import Notifier
from desktop.ui.parameter_controller import ParameterController
from desktop.ui.picture_hints import PictureHints
from desktop.ui.reasoning_controller import ReasoningController
from desktop.ui.request_controller import RequestController
from desktop.ui.screenshot_controller import ScreenshotController
from desktop.ui.settings_controller import SettingsController
from desktop.ui.several_controller import SeveralController
from desktop.ui.shown_turns import ShownTurns
from desktop.ui.tasks import Tasks
from desktop.ui.text_reader import TextReader
from desktop.ui.theme import Theme
from desktop.ui.thinking_clock import ThinkingClock
from desktop.ui.tool_controller import ToolController
from desktop.ui.turn_controller import TurnController, TurnServices
from desktop.ui.turn_notices import TurnNotices
from desktop.ui.update_controller import UpdateController

if TYPE_CHECKING:
    from desktop.services.previews import Previews
    from desktop.ui.compare_view import CompareView


class Controllers(QObject):
    """Makes every controller of the window, once, in the order in which they need each other."""

    def __init__(self, theme: Theme, services: Services, book: EndpointBook, window: MainWindow) -> None:
        super().__init__()
        self.services = services
        self.book = book
        self.window = window
        self._theme = theme
        self._icons = Icons(theme)
        window.furnish(services.drawer)
        window.composer.set_thumbnails(services.attachments.thumbnail)
        window.message_view.picture_path = services.attachments.path
        window.message_view.folds_thinking = book.settings.fold_thinking
        self.notices = window.notices
        self.saving = Tasks(self.notices.show_error)
        self.background = Tasks(self.notices.show_error)
        picker = ModelPicker(theme, self._icons)
        self.models = ModelController(services, book, picker, window.model_button, self.background)
        self._memory = Memory(services.store, lambda: services.api, book, self.saving.start)
        self.turns = self._make_turns()
        self._items = LineItems(self.models.find, services.cures.dated)
        self.chats = self._make_chats()
        self.texts = self._make_texts()
        self.shown_turns = self._make_shown_turns()
        self.conversation = self._make_conversation()
        self._thinking_clock = ThinkingClock(self.chats, self.turns, self._items, window.message_view)
        self.history = self._make_history()
        self.parameters = self._make_parameters()
        self.exports = self._make_exports()
        self.reasoning = self._make_reasoning(picker)
        self.tools = self._make_tools()
        self.comparisons = self._make_comparisons()
        self.several = SeveralController(self.chats, self.models, window.compare_chip)
        self.attachments = AttachmentController(services.attachments, window.composer, self.notices, window)
        self.chats.figures_changed.connect(lambda opened: window.set_exportable(bool(opened.line)))
        self.screenshots = ScreenshotController(window, theme, self.attachments, self.background)
        self.figures = self._make_figures()
        self.settings = self._make_settings()
        self.memory = MemoryController(self._memory, self.background)
        self.settings.opened.connect(lambda dialog: self.memory.serve(dialog.memory))
        self.updates = self._make_updates()
        self.billing = self._make_billing()
        self.model_pages = self._make_model_pages()
        self.turn_notices = self._make_turn_notices()
        self.requests = self._make_requests()
        self.notifier = Notifier(window, window.windowIcon())

    def _make_turns(self) -> TurnController:
        services, book = self.services, self.book
        self._questions = Questions(
            endpoint=book.named,
            model=self.models.find,
            splices=Splices(services.paths.data_dir),
            answers_anyway=lambda: book.settings.fusion_answers_anyway,
            leaves_out=lambda: book.settings.context_full == LEAVE_OUT,
            user_id=self._memory.user_id,
        )
        return TurnController(
            TurnServices(
                store=services.store,
                api=lambda: services.api,
                attachments=services.attachments,
                questions=self._questions,
                connect=book.connect,
                cures=services.cures,
            ),
            self.notices.show_error,
        )

    def _make_chats(self) -> ChatController:
        return ChatController(
            store=self.services.store,
            turns=self.turns,
            view=self.window.message_view,
            composer=self.window.composer,
            items=self._items,
            on_error=self.notices.show_error,
        )

    def _make_texts(self) -> TextReader:
        return TextReader(
            store=self.services.store,
            chats=self.chats,
            turns=self.turns,
            items=self._items,
            view=self.window.message_view,
            on_error=self.notices.show_error,
        )

    def _make_shown_turns(self) -> ShownTurns:
        return ShownTurns(
            store=self.services.store,
            chats=self.chats,
            turns=self.turns,
            items=self._items,
            view=self.window.message_view,
            composer=self.window.composer,
            saving=self.saving,
        )

    def _make_conversation(self) -> ConversationController:
        return ConversationController(
            store=self.services.store,
            view=self.window.message_view,
            composer=self.window.composer,
            chats=self.chats,
            turns=self.turns,
            notices=self.notices,
            saving=self.saving,
        )

    def _make_history(self) -> HistoryController:
        return HistoryController(
            store=self.services.store,
            chat_list=self.window.chat_list,
            chats=self.chats,
            turns=self.turns,
            shown_turns=self.shown_turns,
            notices=self.notices,
            saving=self.saving,
            background=self.background,
        )

    def _make_parameters(self) -> ParameterController:
        return ParameterController(
            store=self.services.store,
            panel=self.window.parameter_panel,
            chats=self.chats,
            notices=self.notices,
            saving=self.saving,
        )

    def _make_exports(self) -> ExportController:
        return ExportController(
            store=self.services.store,
            attachments=self.services.attachments,
            drawer=self.services.drawer,
            items=self._items,
            turns=self.turns,
            notices=self.notices,
            window=self.window,
        )

    def _make_reasoning(self, picker: ModelPicker) -> ReasoningController:
        return ReasoningController(
            store=self.services.store,
            book=self.book,
            chats=self.chats,
            models=self.models,
            picker=picker,
            bar=self.window.feature_bar,
            chip=self.window.thinker_chip,
            options=FeatureOptions(self._theme, self._icons),
            saving=self.saving,
        )

    def _make_figures(self) -> FiguresController:
        window, thinking = self.window, self.reasoning.thinking_of
        hints = PictureHints(self.chats, self.models, self.book, window.composer, thinking)
        return FiguresController(
            chats=self.chats,
            models=self.models,
            composer=window.composer,
            label=window.usage_label,
            thinking=thinking,
            picture_hints=hints,
        )

    def _make_tools(self) -> ToolController:
        return ToolController(
            theme=self._theme,
            icons=self._icons,
            store=self.services.store,
            book=self.book,
            chats=self.chats,
            turns=self.turns,
            items=self._items,
            view=self.window.message_view,
            panel=self.window.parameter_panel,
            notices=self.notices,
            window=self.window,
        )

    def _make_comparisons(self) -> CompareController:
        return CompareController(
            store=self.services.store,
            chats=self.chats,
            turns=self.turns,
            reasoning=self.reasoning,
            items=self._items,
            make_view=self._make_compare_view,
            on_error=self.notices.show_error,
        )

    def _make_compare_view(self) -> CompareView:
        from desktop.ui.compare_view import CompareView

        view = CompareView(self._theme, self._icons, self.services.drawer, self.services.attachments.path)
        view.wraps_code = self.window.message_view.wraps_code
        view.quote_requested.connect(self.window.message_view.quote_requested)
        view.action_requested.connect(self.window.message_view.action_requested)
        self.compare_view = view
        self.window.add_page(view)
        return view

    def _make_settings(self) -> SettingsController:
        return SettingsController(
            theme=self._theme,
            icons=self._icons,
            services=self.services,
            book=self.book,
            models=self.models,
            window=self.window,
            saving=self.saving,
            background=self.background,
        )

    def _make_updates(self) -> UpdateController:
        updates = UpdateController(
            updates=self.services.updates,
            book=self.book,
            notices=self.notices,
            show_page=self.settings.open_about,
            quit_program=self.window.close,
            saving=self.saving,
            background=self.background,
        )
        self.settings.opened.connect(lambda dialog: updates.serve(dialog.about.updates))
        return updates

    def _make_billing(self) -> BillingController:
        billing = BillingController(
            store=self.services.store,
            api=lambda: self.services.api,
            book=self.book,
            chats=self.chats,
            turns=self.turns,
            show_endpoint=self.settings.show_endpoint,
            background=self.background,
        )
        self.settings.set_balances(billing.balances)
        return billing

    def _make_model_pages(self) -> ModelPageController:
        return ModelPageController(
            theme=self._theme,
            icons=self._icons,
            services=self.services,
            book=self.book,
            models=self.models,
            window=self.window,
            saving=self.saving,
            background=self.background,
        )

    def _make_turn_notices(self) -> TurnNotices:
        return TurnNotices(
            turns=self.turns,
            shown_turns=self.shown_turns,
            chats=self.chats,
            notices=self.notices,
            title=self.window.chat_list.title,
            enter_key=self.settings.edit_endpoint,
        )

    def _make_previews(self) -> Previews:
        from desktop.services.previews import Previews  # with the printers of sixteen languages

        services = self.services
        asking = Asking(services.api, services.attachments, self.book.connect, services.cures, lambda _waiting: None)
        return Previews(self._questions, asking, services.keys.is_at_hand)

    def _make_requests(self) -> RequestController:
        services = self.services
        return RequestController(
            store=services.store,
            keys=services.keys,
            previews=self._make_previews,
            chats=self.chats,
            picture_path=services.attachments.path,
            icons=self._icons,
            window=self.window,
            notices=self.notices,
            saving=self.saving,
        )
