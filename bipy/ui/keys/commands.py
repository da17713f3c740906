"""What a key can run: a table of named commands, each with its help and a function.

A function takes the object it works on, which `target` names: the editor, one behind a protocol of `targets`, or "key",
which hands the pressed key to the innermost widget.  Which key runs a command stands in `keymap`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from bipy.ui.keys.targets import (
    AppActions,
    ChooseActions,
    DocsActions,
    EditActions,
    PagerActions,
    ReadActions,
    SeekActions,
    TableActions,
)
from bipy.ui.widgets import motions
from bipy.ui.widgets.editor import Editor

MORE_LINES = 20
MOST_ROWS = 1_000_000


class Command(NamedTuple):
    """A name, a line of help, the object it works on, and how.  With a count one that `repeats` runs so often."""

    name: str
    help: str
    target: Literal["app", "edit", "editor", "seek", "docs", "pager", "read", "choose", "table", "key"]
    function: Callable[[Any], object]
    repeats: bool = False


_APP: tuple[tuple[str, str, Callable[[AppActions], None]], ...] = (
    ("accept", "Run the code if it is complete, else begin a new line", lambda app: app.accept()),
    ("run", "Run the code as it stands", lambda app: app.run()),
    ("complete", "Complete, then take the next match; indent in leading blanks", lambda app: app.complete(1)),
    (
        "complete-back",
        "Take the match before; if none is chosen, show the docs of what is at the cursor",
        lambda app: app.complete(-1),
    ),
    ("choose", "Take the chosen match", lambda app: app.choose()),
    ("match-up", "Go up in the matches", lambda app: app.select(-1, 0)),
    ("match-down", "Go down in the matches", lambda app: app.select(1, 0)),
    ("match-left", "Go left in the matches", lambda app: app.select(0, -1)),
    ("match-right", "Go right in the matches", lambda app: app.select(0, 1)),
    ("signature-next", "Show the next of several signatures", lambda app: app.turn_signature()),
    (
        "inspection",
        "Inspect live, live but not while a cell runs, on Tab only, never",
        lambda app: app.switch_inspection(),
    ),
    ("docs-pin", "Keep what the docs show, again: follow the cursor", lambda app: app.pin_docs()),
    ("dismiss", "Close the box, then the docs", lambda app: app.dismiss()),
    ("inspect", "Show in the box what is known of the name at the cursor", lambda app: app.inspect()),
    ("source", "Show the source, again: the docs", lambda app: app.source()),
    ("up", "Go a row up, from the first row back in the history", lambda app: app.move_rows(-1)),
    ("down", "Go a row down, from the last row forward in the history", lambda app: app.move_rows(1)),
    ("history-previous", "Go back in the history", lambda app: app.recall(-1)),
    ("history-next", "Go forward in the history", lambda app: app.recall(1)),
    ("take-back", "Take the last queued cell back into the input", lambda app: app.take_back()),
    ("interrupt", "Interrupt the running cell, else clear the input", lambda app: app.interrupt()),
    ("leave-or-delete", "Leave when nothing is typed, else delete a character", lambda app: app.leave_or_delete()),
    ("vi-escape", "Go to normal mode, give up what was begun, then close the docs", lambda app: app.vi_escape()),
    ("vi-redo", "Redo what was undone", lambda app: app.vi_redo()),
    ("fold", "Open the last folded block, or fold it again", lambda app: app.turn_fold()),
    ("answer", "Send the line", lambda app: app.answer()),
    (
        "take-ahead",
        "Take what was typed before the prompt came into the line, else the last queued cell back",
        lambda app: app.take_ahead(),
    ),
    (
        "end-of-file-or-delete",
        "Send the end of file when nothing is typed, else delete a character",
        lambda app: app.end_of_file_or_delete(),
    ),
    ("scroll-page-up", "Scroll a page up", lambda app: app.scroll(-1)),
    ("scroll-page-down", "Scroll a page down", lambda app: app.scroll(1)),
    ("scroll-start", "Scroll to the start of the session", lambda app: app.scroll_to("start")),
    ("scroll-end", "Scroll to the end of the session", lambda app: app.scroll_to("end")),
    ("palette", "Find any command or setting by a few letters, and run or change it", lambda app: app.palette()),
    ("history-search", "Search in the history", lambda app: app.search_history()),
    ("read", "Go into the session above the cell, to read, search, fold and copy", lambda app: app.read()),
    ("help", "Show all keys", lambda app: app.help()),
    ("clear", "Clear the screen: what is above the cell is scrolled out of view", lambda app: app.clear()),
    ("redraw", "Draw the screen anew", lambda app: app.redraw()),
    (
        "mouse",
        "Let the mouse scroll, go to a place and copy, or leave it to the terminal",
        lambda app: app.switch_mouse(),
    ),
    ("print", "Print the session so far into the terminal's own scrollback", lambda app: app.print_session()),
    ("edit", "Edit the cell in your editor ($VISUAL, $EDITOR)", lambda app: app.edit()),
    ("suspend", "Go back to the shell for a while", lambda app: app.suspend()),
    ("restart", "Restart the kernel", lambda app: app.restart()),
    ("detach", "Leave, and let the session go on: bipy --resume comes back", lambda app: app.detach()),
    ("quit", "Leave at once", lambda app: app.quit()),
    ("nothing", "Do nothing", lambda _: None),
)

_EDIT: tuple[tuple[str, str, Callable[[EditActions], None]], ...] = (
    ("newline", "Begin a new line", lambda edit: edit.newline()),
    ("delete-back", "Delete the character before the cursor", lambda edit: edit.delete_back()),
    ("comment", "Comment the line or the selected lines out, or in again", lambda edit: edit.turn_comments()),
    ("bracket", "Go to the matching bracket, or to the one around", lambda edit: edit.go_to_bracket()),
    ("grow", "Select the next larger piece: word, argument, call, line, block", lambda edit: edit.grow()),
    ("shrink", "Select what was selected before", lambda edit: edit.shrink()),
    ("cut", "Cut what is selected; else kill back to the last blank", lambda edit: edit.cut()),
    ("copy", "Copy what is selected", lambda edit: edit.copy()),
    ("find", "Search in the cell", lambda edit: edit.find()),
    ("replace", "Find and replace in the cell, or in what is selected", lambda edit: edit.replace()),
)

_SEEK: tuple[tuple[str, str, Callable[[SeekActions], None]], ...] = (
    ("find-next", "Go to the next place; with nothing typed, seek again", lambda seek: seek.go(1)),
    ("find-previous", "Go to the place before", lambda seek: seek.go(-1)),
    ("find-regex", "Take the text as a regular expression, or as it stands", lambda seek: seek.turn_regex()),
    ("replace-yes", "Replace it", lambda seek: seek.replace()),
    ("replace-no", "Leave it as it is", lambda seek: seek.skip()),
    ("replace-all", "Replace it and all others", lambda seek: seek.replace_rest()),
    ("replace-last", "Replace it, and no other", lambda seek: seek.replace_last()),
    ("find-close", "Search no more", lambda seek: seek.give_up()),
)

_EDITOR: tuple[tuple[str, str, Callable[[Editor], object]], ...] = (
    ("left", "Go a character back", lambda editor: editor.buffer.move(motions.left)),
    ("right", "Go a character forward; take the rest that is suggested", lambda editor: editor.take(motions.right)),
    ("word-left", "Go a word back", lambda editor: editor.buffer.move(motions.word_left)),
    ("word-right", "Go a word forward", lambda editor: editor.buffer.move(motions.word_right)),
    ("word-right-or-take", "Go a word forward; take a word that is suggested", lambda editor: editor.take_word()),
    ("select-left", "Select a character back", lambda editor: editor.buffer.select(motions.left)),
    ("select-right", "Select a character forward", lambda editor: editor.buffer.select(motions.right)),
    ("select-up", "Select a row up", lambda editor: editor.buffer.select_rows(-1)),
    ("select-down", "Select a row down", lambda editor: editor.buffer.select_rows(1)),
    ("select-word-left", "Select a word back", lambda editor: editor.buffer.select(motions.word_left)),
    ("select-word-right", "Select a word forward", lambda editor: editor.buffer.select(motions.word_right)),
    ("select-line-start", "Select to the start of the line", lambda editor: editor.buffer.select(motions.home)),
    ("select-line-end", "Select to the end of the line", lambda editor: editor.buffer.select(motions.line_end)),
    ("select-text-start", "Select to the start of the cell", lambda editor: editor.buffer.select(motions.text_start)),
    ("select-text-end", "Select to the end of the cell", lambda editor: editor.buffer.select(motions.text_end)),
    ("select-block-up", "Select to the blank line above", lambda editor: editor.buffer.select(motions.block_up)),
    ("select-block-down", "Select to the blank line below", lambda editor: editor.buffer.select(motions.block_down)),
    ("select-all", "Select the whole cell", lambda editor: editor.buffer.select_all()),
    ("block-up", "Go to the blank line above the block", lambda editor: editor.buffer.move(motions.block_up)),
    ("block-down", "Go to the blank line below the block", lambda editor: editor.buffer.move(motions.block_down)),
    (
        "line-start",
        "Go to the start of the code in the line, then of the line",
        lambda editor: editor.buffer.move(motions.home),
    ),
    ("line-end", "Go to the end of the line; take what is suggested", lambda editor: editor.take(motions.line_end)),
    ("text-start", "Go to the start of the cell", lambda editor: editor.buffer.move(motions.text_start)),
    ("text-end", "Go to the end of the cell", lambda editor: editor.buffer.move(motions.text_end)),
    ("delete", "Delete the character at the cursor", lambda editor: editor.buffer.delete(motions.right)),
    ("kill-line", "Kill to the end of the line", lambda editor: editor.buffer.kill(motions.line_rest)),
    ("kill-to-start", "Kill to the start of the line", lambda editor: editor.buffer.kill(motions.line_start)),
    ("kill-word", "Kill to the end of the word", lambda editor: editor.buffer.kill(motions.word_right)),
    ("kill-word-back", "Kill to the start of the word", lambda editor: editor.buffer.kill(motions.word_left)),
    ("yank", "Insert what was killed last", lambda editor: editor.buffer.yank()),
    ("yank-pop", "Straight after that: insert the kill before instead", lambda editor: editor.buffer.yank_pop()),
    ("transpose", "Exchange two characters", lambda editor: editor.buffer.transpose()),
    ("lines-up", "Move the line or the selected lines up", lambda editor: editor.buffer.move_lines(-1)),
    ("lines-down", "Move the line or the selected lines down", lambda editor: editor.buffer.move_lines(1)),
    ("lines-repeat", "Repeat the line or the selected lines below", lambda editor: editor.buffer.repeat_lines()),
    ("undo", "Undo", lambda editor: editor.buffer.undo()),
    ("redo", "Redo", lambda editor: editor.buffer.redo()),
)

_DOCS: tuple[tuple[str, str, Callable[[DocsActions], None]], ...] = (
    ("docs-up", "Scroll the docs a row up", lambda docs: docs.scroll(-1)),
    ("docs-down", "Scroll the docs a row down", lambda docs: docs.scroll(1)),
    ("docs-page-up", "Scroll the docs a page up", lambda docs: docs.scroll_pages(-1)),
    ("docs-page-down", "Scroll the docs a page down", lambda docs: docs.scroll_pages(1)),
)

_PAGER: tuple[tuple[str, str, Callable[[PagerActions], None]], ...] = (
    ("pager-up", "Go a row up", lambda pager: pager.scroll(-1)),
    ("pager-down", "Go a row down", lambda pager: pager.scroll(1)),
    ("pager-page-up", "Go a page up", lambda pager: pager.scroll_pages(-1)),
    ("pager-page-down", "Go a page down", lambda pager: pager.scroll_pages(1)),
    ("pager-start", "Go to the start", lambda pager: pager.scroll_to("start")),
    ("pager-end", "Go to the end", lambda pager: pager.scroll_to("end")),
    (
        "pager-wrap",
        "Give each long line one row that scrolls sideways; again: wrap them",
        lambda pager: pager.turn_wrap(),
    ),
    ("pager-left", "Scroll lines that are not wrapped to the left", lambda pager: pager.scroll_sideways(-1)),
    ("pager-right", "Scroll lines that are not wrapped to the right", lambda pager: pager.scroll_sideways(1)),
    ("pager-search", "Search", lambda pager: pager.search()),
    ("pager-next", "Go to the next place found", lambda pager: pager.search_next(1)),
    ("pager-previous", "Go to the place found before", lambda pager: pager.search_next(-1)),
    ("pager-close", "Close the pager", lambda pager: pager.close()),
)

_READ: tuple[tuple[str, str, Callable[[ReadActions], None]], ...] = (
    ("read-up", "Go a row up", lambda read: read.move(-1)),
    ("read-down", "Go a row down", lambda read: read.move(1)),
    ("read-page-up", "Go a page up", lambda read: read.move_pages(-1)),
    ("read-page-down", "Go a page down", lambda read: read.move_pages(1)),
    ("read-start", "Go to the start of the session", lambda read: read.move_to("start")),
    ("read-end", "Go to the end of the session", lambda read: read.move_to("end")),
    ("read-cell-before", "Go to the begin of the cell, then to the cell before", lambda read: read.move_cells(-1)),
    ("read-cell-next", "Go to the next cell", lambda read: read.move_cells(1)),
    (
        "read-output-before",
        "Go to the begin of the output, then to the output before",
        lambda read: read.move_outputs(-1),
    ),
    ("read-output-next", "Go to the next output", lambda read: read.move_outputs(1)),
    ("read-mark-up", "Mark lines upwards, to copy them", lambda read: read.mark(-1)),
    ("read-mark-down", "Mark lines downwards, to copy them", lambda read: read.mark(1)),
    ("read-copy", "Copy the marked lines, else the output or the code", lambda read: read.copy()),
    ("read-copy-cell", "Copy the cell with its outputs", lambda read: read.copy_cell()),
    ("read-take", "Put the code of the cell into the input", lambda read: read.take_code()),
    ("read-run", "Run the cell again", lambda read: read.run_again()),
    ("read-run-aborted", "Run the cells that were aborted", lambda read: read.run_aborted()),
    (
        "read-representation",
        "Show the output in another way, such as its plain text",
        lambda read: read.next_representation(),
    ),
    ("read-picture", "Show the picture on the whole screen, in its own pixels", lambda read: read.show_picture()),
    ("read-open", "Open the table; else fold the output or the code, or show all of it", lambda read: read.open()),
    ("read-fold", "Fold the output or the code to a line, or show all of it", lambda read: read.turn_fold()),
    ("read-more", "Show more of what is folded", lambda read: read.show_more(MORE_LINES)),
    ("read-wrap", "Give each long line one row that scrolls sideways; again: wrap them", lambda read: read.turn_wrap()),
    ("read-left", "Scroll lines that are not wrapped to the left", lambda read: read.scroll_sideways(-1)),
    ("read-right", "Scroll lines that are not wrapped to the right", lambda read: read.scroll_sideways(1)),
    ("read-search", "Search in the whole session, also in what is folded", lambda read: read.search()),
    ("read-next", "Go to the next line found", lambda read: read.search_next(1)),
    ("read-previous", "Go to the line found before", lambda read: read.search_next(-1)),
    ("read-outside", "Open a picture or a page outside ($BROWSER)", lambda read: read.show_outside("viewer")),
    ("read-pager", "Show the output in your pager ($PAGER)", lambda read: read.show_outside("pager")),
    (
        "read-edit",
        "Open the output in your editor; on a frame of a traceback its source, or go to its cell",
        lambda read: read.show_outside("editor"),
    ),
    ("read-save", "Save the output to a file", lambda read: read.save()),
    ("read-leave-here", "Go back to the cell; what is in view stays", lambda read: read.leave_here()),
    ("read-leave", "Go back to the cell and the end of the session", lambda read: read.leave()),
    ("read-keys", "Say what would work", lambda read: read.say_keys()),
)

_TABLE: tuple[tuple[str, str, Callable[[TableActions], None]], ...] = (
    ("table-up", "Go a row up", lambda table: table.move(-1, 0)),
    ("table-down", "Go a row down", lambda table: table.move(1, 0)),
    ("table-left", "Go a column to the left", lambda table: table.move(0, -1)),
    ("table-right", "Go a column to the right", lambda table: table.move(0, 1)),
    ("table-page-up", "Go a page up", lambda table: table.move_pages(-1)),
    ("table-page-down", "Go a page down", lambda table: table.move_pages(1)),
    ("table-start", "Go to the first row", lambda table: table.move(-MOST_ROWS, 0)),
    ("table-end", "Go to the last row", lambda table: table.move(MOST_ROWS, 0)),
    ("table-sort", "Sort by the column: upwards, downwards, as it was sent", lambda table: table.sort()),
    (
        "table-filter",
        "Keep only rows whose column holds a text, or lies so: >= 5, 3..7, != Oslo",
        lambda table: table.filter(),
    ),
    (
        "table-describe",
        "Tell how many cells of the column are missing and different, and the least and the largest",
        lambda table: table.describe(),
    ),
    ("table-filter-all", "Keep only rows that hold a text in any column", lambda table: table.filter_all()),
    ("table-row", "Go to a row by its number", lambda table: table.go_to_row()),
    ("table-mark-up", "Go a row up, and mark rows", lambda table: table.mark(-1)),
    ("table-mark-down", "Go a row down, and mark rows", lambda table: table.mark(1)),
    ("table-hide", "Hide the column", lambda table: table.hide()),
    ("table-all", "Show all rows and columns again", lambda table: table.show_all()),
    ("table-copy-cell", "Copy the cell", lambda table: table.copy_cell()),
    ("table-copy-column", "Copy the column of the marked rows, or of all", lambda table: table.copy_column()),
    ("table-copy", "Copy the marked rows, or all, with tabs between columns", lambda table: table.copy_table("tabs")),
    ("table-copy-markdown", "Copy the marked rows, or all, as Markdown", lambda table: table.copy_table("markdown")),
    (
        "table-outside",
        "Hand the marked rows, or all, as CSV to $BIPY_TABLE, or else to visidata",
        lambda table: table.show_outside(),
    ),
    ("table-close", "Mark nothing any more, else close the table", lambda table: table.close()),
)

_CHOOSE: tuple[tuple[str, str, Callable[[ChooseActions], None]], ...] = (
    ("choose-up", "Go up", lambda choose: choose.move(-1)),
    ("choose-down", "Go down", lambda choose: choose.move(1)),
    ("choose-page-up", "Go a page up", lambda choose: choose.move_pages(-1)),
    ("choose-page-down", "Go a page down", lambda choose: choose.move_pages(1)),
    ("choose-delete", "Take a character back", lambda choose: choose.delete()),
    ("choose-clear", "Look for something else", lambda choose: choose.clear()),
    ("choose-mark", "Mark it, to take several", lambda choose: choose.mark()),
    ("choose-take", "Take it", lambda choose: choose.choose()),
    ("choose-keep", "Take the value, and keep it in the configuration file", lambda choose: choose.keep()),
    ("choose-close", "Take nothing", lambda choose: choose.close()),
    ("history-run", "Run it, and go on to the entry that came after it", lambda choose: choose.run()),
    ("history-forget", "Forget the entry, also for later sessions", lambda choose: choose.forget()),
    ("history-session", "Only what was entered in this session; again: all", lambda choose: choose.narrow("here")),
    ("history-folder", "Only what was entered in this folder; again: all", lambda choose: choose.narrow("folder")),
    ("history-well", "Only what ended well; again: all", lambda choose: choose.narrow("succeeded")),
    ("history-mine", "Only what no other client ran; again: all", lambda choose: choose.narrow("mine")),
    ("history-save", "Write it, or what is marked, to a file", lambda choose: choose.save()),
)

# The commands of the application that a count repeats; those of the editor, the docs and the pager all are.
_REPEATED = frozenset(
    [
        "complete",
        "complete-back",
        "up",
        "down",
        "history-previous",
        "history-next",
        "signature-next",
        "take-back",
    ]
    + [f"match-{way}" for way in ("up", "down", "left", "right")]
    + ["scroll-page-up", "scroll-page-down"]
)

# The commands of the transcript that a count repeats.
_READ_REPEATED = frozenset(
    [f"read-{way}" for way in ("up", "down", "page-up", "page-down", "mark-up", "mark-down", "more")]
    + [f"read-{what}" for what in ("cell-before", "cell-next", "output-before", "output-next", "next", "previous")]
)

COMMANDS: tuple[Command, ...] = (
    *(Command(name, line, "app", function, name in _REPEATED) for name, line, function in _APP),
    *(Command(name, line, "edit", function, name == "delete-back") for name, line, function in _EDIT),
    *(Command(name, line, "editor", function, repeats=True) for name, line, function in _EDITOR),
    *(Command(name, line, "seek", function) for name, line, function in _SEEK),
    *(Command(name, line, "docs", function, repeats=True) for name, line, function in _DOCS),
    *(Command(name, line, "pager", function, repeats=True) for name, line, function in _PAGER),
    *(Command(name, line, "read", function, name in _READ_REPEATED) for name, line, function in _READ),
    *(Command(name, line, "choose", function) for name, line, function in _CHOOSE),
    *(Command(name, line, "table", function) for name, line, function in _TABLE),
    Command("self-insert", "Insert the character", "key", lambda take: take(), repeats=True),
    Command("pager-search-key", "Go on with the search, end it, or take a character back", "key", lambda take: take()),
    Command("vi-key", "Move, or go on with a command of vi", "key", lambda take: take()),
    Command("count", "Do the next command so many times; further digits need no Alt", "app", lambda _: None),
)


def command(name: str) -> Command:
    """The command of that name; KeyError if there is none."""
    for row in COMMANDS:
        if row.name == name:
            return row
    raise KeyError(name)
