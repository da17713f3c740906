"""What keys work on, as protocols: what each object does when a command asks for it.

The editor has no protocol: its commands move and change its text (`widgets.buffer`).  Which commands there are stands
in `commands`; who does it, in `actions`, `editing`, `reading` and `choosing`, and in widgets.
"""

from __future__ import annotations

from typing import Literal, Protocol

Edge = Literal["start", "end"]
Program = Literal["pager", "editor", "viewer"]


class AppActions(Protocol):
    """What the application does when a key asks for it.  Steps and rows are negative towards the past and the top."""

    def accept(self) -> None:
        """Enter: run the code if it is complete, else begin a new line."""

    def run(self) -> None:
        """Run the code as it stands."""

    def complete(self, step: int) -> None:
        """Tab (1) or Shift-Tab (-1): complete, then walk through the matches; indent in leading blanks.

        Shift-Tab where no match is chosen opens the docs of what stands at the cursor.
        """

    def select(self, rows: int, columns: int) -> None:
        """Move among the matches, one of which is chosen."""

    def dismiss(self) -> None:
        """Esc: close the box, or else the docs."""

    def inspect(self) -> None:
        """Ask for the docs of what stands at the cursor, at once, to show their head in the box."""

    def source(self) -> None:
        """Show the source of what the docs are about, else of what stands at the cursor; from the source its docs."""

    def move_rows(self, rows: int) -> None:
        """Up or down: a row of the cell, from its edge on the history."""

    def recall(self, step: int) -> None:
        """Walk through the history."""

    def choose(self) -> None:
        """Enter on a chosen match: it stays, and the menu closes."""

    def turn_signature(self) -> None:
        """Show the next of several signatures."""

    def switch_inspection(self) -> None:
        """Inspect at other times: live, idle, tab, off, and live again."""

    def pin_docs(self) -> None:
        """Keep the docs pane on what it shows, or let it follow the cursor again."""

    def take_back(self) -> None:
        """Take the cell that was queued last back into the input."""

    def interrupt(self) -> None:
        """Ctrl-C: interrupt the cell that runs, else clear the input."""

    def leave_or_delete(self) -> None:
        """Ctrl-D: leave when nothing is typed, else delete the character at the cursor."""

    def vi_escape(self) -> None:
        """Esc: to the normal mode of vi; what was begun is given up."""

    def vi_redo(self) -> None:
        """Make a change that was undone again."""

    def turn_fold(self) -> None:
        """Open the last folded block of the session, or fold it again."""

    def answer(self) -> None:
        """Send the line that input() waits for."""

    def take_ahead(self) -> None:
        """Alt-Up in input(): take what was typed before the prompt came, else the cell that was queued last."""

    def end_of_file_or_delete(self) -> None:
        """Ctrl-D in input(): end of file when nothing is typed, else delete the character at the cursor."""

    def scroll(self, pages: float) -> None:
        """Scroll the transcript by so many pages."""

    def scroll_to(self, edge: Edge) -> None:
        """Scroll the transcript to its start or end."""

    def palette(self) -> None:
        """Find a command or a setting."""

    def search_history(self) -> None:
        """Search in the history."""

    def read(self) -> None:
        """Put the keyboard into the transcript."""

    def edit(self) -> None:
        """Edit the cell in the user's editor."""

    def suspend(self) -> None:
        """Give the terminal back to the shell for a while."""

    def clear(self) -> None:
        """Begin the screen with what is being typed."""

    def switch_mouse(self) -> None:
        """Take the mouse, or let the terminal have it."""

    def print_session(self) -> None:
        """Print the session so far into the terminal's scrollback."""

    def redraw(self) -> None:
        """Draw the whole screen anew."""

    def help(self) -> None:
        """Show all keys."""

    def restart(self) -> None:
        """Restart the kernel."""

    def detach(self) -> None:
        """Let the terminal go; the session goes on."""

    def quit(self) -> None:
        """Leave at once."""


class EditActions(Protocol):
    """What is done to the text of the cell, or of a line that a program reads, with more than that text."""

    def newline(self) -> None:
        """Begin a new line, indented."""

    def delete_back(self) -> None:
        """Delete the character before the cursor."""

    def cut(self) -> None:
        """Ctrl-W: cut what is selected, also into the clipboard, else kill back to the last blank."""

    def copy(self) -> None:
        """Copy what is selected, also into the clipboard."""

    def turn_comments(self) -> None:
        """Comment the selected lines out, or in again."""

    def go_to_bracket(self) -> None:
        """Go to the bracket that matches the one at the cursor, else to the one around it."""

    def grow(self) -> None:
        """Select the next larger piece of the code."""

    def shrink(self) -> None:
        """Select what was selected before it grew."""

    def find(self) -> None:
        """Search in the text."""

    def replace(self) -> None:
        """Search in the text, or in what is selected, and replace what is found."""


class SeekActions(Protocol):
    """What one can do while one searches in the cell."""

    def go(self, step: int) -> None:
        """Go to the next place (1), or the one before (-1)."""

    def turn_regex(self) -> None:
        """Take what is sought as a regular expression, or as it stands."""

    def replace(self) -> None:
        """Replace the place that is asked about."""

    def skip(self) -> None:
        """Leave it as it is."""

    def replace_last(self) -> None:
        """Replace it, and ask no more."""

    def replace_rest(self) -> None:
        """Replace it and all others."""

    def give_up(self) -> None:
        """Search no more."""


class DocsActions(Protocol):
    """What the docs pane does when a key asks for it."""

    def scroll(self, steps: int) -> None:
        """Scroll by so many rows."""

    def scroll_pages(self, pages: int) -> None:
        """Scroll by so many pages."""


class PagerActions(Protocol):
    """What the pager does when a key asks for it."""

    def scroll(self, rows: int) -> None:
        """Scroll by so many rows."""

    def scroll_pages(self, pages: int) -> None:
        """Scroll by so many pages."""

    def scroll_to(self, edge: Edge) -> None:
        """Scroll to the start or the end."""

    def turn_wrap(self) -> None:
        """Wrap long lines, or give each one row."""

    def scroll_sideways(self, step: int) -> None:
        """Scroll lines that are not wrapped by half a screen to the right (1) or to the left (-1)."""

    def search(self) -> None:
        """Ask for a text to search for."""

    def search_next(self, step: int) -> None:
        """Go to the next place where the text stands (1) or the one before (-1)."""

    def close(self) -> None:
        """Leave the pager."""


class ChooseActions(Protocol):
    """What one can do in a list to choose from, and in that of the history."""

    def move(self, rows: int) -> None:
        """Select the item so many rows below."""

    def move_pages(self, pages: int) -> None:
        """Select the item so many pages below."""

    def delete(self) -> None:
        """Take the last character of what is looked for back."""

    def clear(self) -> None:
        """Look for nothing."""

    def mark(self) -> None:
        """Mark the selected item."""

    def choose(self) -> None:
        """Take what is chosen."""

    def keep(self) -> None:
        """Take what is chosen, and keep it for later sessions."""

    def close(self) -> None:
        """Choose nothing."""

    def run(self) -> None:
        """Run the entry, and select the one that was entered after it."""

    def forget(self) -> None:
        """Forget the entry for ever."""

    def save(self) -> None:
        """Write the chosen entries to a file."""

    def narrow(self, to: str) -> None:
        """Narrow the history to a part, or do so no more."""


class TableActions(Protocol):
    """What the pane of a table does when a key asks for it."""

    def move(self, down: int, across: int) -> None:
        """Go so many rows down and columns to the right."""

    def move_pages(self, pages: int) -> None:
        """Go so many pages down."""

    def mark(self, down: int) -> None:
        """Go so many rows down, and mark the rows on the way."""

    def sort(self) -> None:
        """Sort by the column."""

    def filter(self) -> None:
        """Ask for a text or a range that the column must hold."""

    def describe(self) -> None:
        """Find out what the column holds."""

    def filter_all(self) -> None:
        """Ask for a text that any column must hold."""

    def go_to_row(self) -> None:
        """Ask for the number of a row, and go there."""

    def hide(self) -> None:
        """Hide the column."""

    def show_all(self) -> None:
        """Show everything again."""

    def copy_cell(self) -> None:
        """Copy the cell."""

    def copy_column(self) -> None:
        """Copy the column."""

    def copy_table(self, form: Literal["tabs", "markdown"]) -> None:
        """Copy the marked rows, else the table."""

    def show_outside(self) -> None:
        """Hand the table to a program."""

    def close(self) -> None:
        """Mark nothing any more, else close the pane."""


class ReadActions(Protocol):
    """What one can do while the keyboard is in the transcript.  Steps are negative towards the top."""

    def leave(self) -> None:
        """Go back to the cell, and follow the end."""

    def leave_here(self) -> None:
        """Go back to the cell; what is in view stays."""

    def move(self, rows: int) -> None:
        """Go so many rows down."""

    def move_pages(self, pages: float) -> None:
        """Go so many pages down."""

    def move_to(self, edge: Edge) -> None:
        """Go to the first or the last row."""

    def move_cells(self, step: int) -> None:
        """Go to the next cell."""

    def move_outputs(self, step: int) -> None:
        """Go to the next output."""

    def mark(self, rows: int) -> None:
        """Go so many rows down, and mark the lines on the way."""

    def copy(self) -> None:
        """Copy the marked lines, else the code or the output at the cursor."""

    def copy_cell(self) -> None:
        """Copy the cell with its outputs."""

    def take_code(self) -> None:
        """Put the code of the cell into the input."""

    def run_again(self) -> None:
        """Run the code of the cell again."""

    def run_aborted(self) -> None:
        """Run the cells that were aborted."""

    def show_picture(self) -> None:
        """Show the picture on the whole screen."""

    def next_representation(self) -> None:
        """Show the output in the next of its representations."""

    def open(self) -> None:
        """Open the table, or else fold the output or show all of it."""

    def turn_fold(self) -> None:
        """Fold the code or the output to a line, or show all of it."""

    def turn_wrap(self) -> None:
        """Wrap long lines, or give each one row."""

    def scroll_sideways(self, step: int) -> None:
        """Scroll lines that are not wrapped by half a screen to the right (1) or to the left (-1)."""

    def show_more(self, lines: int) -> None:
        """Show so many lines more of what is folded."""

    def search(self) -> None:
        """Ask for a text to search for."""

    def search_next(self, step: int) -> None:
        """Go to the next line in which the text stands (1) or the one before (-1)."""

    def show_outside(self, by: Program) -> None:
        """Show the output in a program of the user's; in the editor a frame of a traceback is the source of it."""

    def save(self) -> None:
        """Save the output to a file."""

    def say_keys(self) -> None:
        """Say what would work in place of a character that does nothing."""
