"""Every text that the message view itself says."""

from __future__ import annotations

from PySide6.QtCore import QObject


class Words(QObject):
    """The view's words in the user's language."""

    def conversation(self) -> str:
        return self.tr("Conversation")

    def you(self) -> str:
        return self.tr("You")

    def copy(self) -> str:
        return self.tr("Copy")

    def copied(self) -> str:
        return self.tr("Copied")

    def copy_message(self) -> str:
        return self.tr("Copy message")

    def copy_selection(self) -> str:
        return self.tr("Copy selection")

    def copy_code(self) -> str:
        return self.tr("Copy code")

    def wrap_code(self) -> str:
        return self.tr("Wrap long lines")

    def scroll_code(self) -> str:
        return self.tr("Do not wrap long lines")

    def sideways(self) -> str:
        return self.tr("Move sideways")

    def copy_table_as_csv(self) -> str:
        return self.tr("Copy table as CSV")

    def copy_table_as_tsv(self) -> str:
        return self.tr("Copy table as TSV")

    def copy_table_as_markdown(self) -> str:
        return self.tr("Copy table as Markdown")

    def copy_link(self) -> str:
        return self.tr("Copy link")

    def quote(self) -> str:
        return self.tr("Quote in the question")

    def select_all(self) -> str:
        return self.tr("Select all")

    def retry(self) -> str:
        return self.tr("Ask again")

    def go_on(self) -> str:
        return self.tr("Continue")

    def leave_out(self) -> str:
        return self.tr("Leave them out")

    def about_model(self) -> str:
        return self.tr("Undo…")

    def pin(self) -> str:
        return self.tr("Pin: always send along")

    def unpin(self) -> str:
        return self.tr("Unpin")

    def pinned(self) -> str:
        return self.tr("Pinned")

    def exclude(self) -> str:
        return self.tr("Leave out of the context")

    def include(self) -> str:
        return self.tr("Take into the context again")

    def delete(self) -> str:
        return self.tr("Delete")

    def show_request(self) -> str:
        return self.tr("Show the request")

    def copy_request_as(self) -> str:
        return self.tr("Copy the request as")

    def edit(self) -> str:
        return self.tr("Edit")

    def with_thinking(self) -> str:
        return self.tr("With thinking")

    def without_thinking(self) -> str:
        return self.tr("Without thinking")

    def compare(self) -> str:
        return self.tr("Compare answers")

    def compare_with(self) -> str:
        return self.tr("Compare with…")

    def previous(self) -> str:
        return self.tr("Previous answer")

    def next(self) -> str:
        return self.tr("Next answer")

    def choice(self, index: int, count: int) -> str:
        return self.tr("{index} / {count}").format(index=index, count=count)

    def waiting(self) -> str:
        return self.tr("Waits its turn")

    def open_picture(self) -> str:
        return self.tr("Open picture")

    def save_picture(self) -> str:
        return self.tr("Save picture as…")

    def copy_picture(self) -> str:
        return self.tr("Copy picture")

    def picture(self) -> str:
        return self.tr("Picture")

    def new_text(self) -> str:
        return self.tr("New text")

    def source(self, number: int, name: str) -> str:
        return self.tr("{number} {name}").format(number=number, name=name)

    def all_sources(self, count: int) -> str:
        return self.tr("Show all {count}").format(count=count)

    def sources(self, names: str) -> str:
        return self.tr("Sources: {names}").format(names=names)

    def answer_call(self) -> str:
        return self.tr("Answer…")

    def stop_call(self) -> str:
        return self.tr("Stop")

    def show_thinking(self) -> str:
        return self.tr("Show or hide the thinking")

    def answer_now(self) -> str:
        return self.tr("Answer now")

    def end_thinking(self) -> str:
        return self.tr("End the thinking and answer with what there is")

    def thinking(self, seconds: int) -> str:
        return self.tr("Thinking… {time}").format(time=self._time(seconds)) if seconds else self.tr("Thinking…")

    def thought(self, seconds: float) -> str:
        if seconds <= 0:
            return self.tr("Thinking")
        return self.tr("Thought for {time}").format(time=self._time(max(1, round(seconds))))

    def _time(self, seconds: int) -> str:
        if seconds < 60:
            return self.tr("{seconds} s").format(seconds=seconds)
        return self.tr("{minutes} min {seconds} s").format(minutes=seconds // 60, seconds=seconds % 60)
