"""What the docs pane is about.

An open pane follows the cursor: it goes to the next name as soon as something is known of that.  A pinned pane stays.
A key may also send it to a name, or to the source of one.  What is known is asked of the inspector, never kept here
but for a pinned page that is complete: that stays as it is when the kernel says something else of the same name later.
"""

from __future__ import annotations

from bipy.inspection.inspector import Inspector
from bipy.inspection.values import Page


class Subject:
    """The subject of the docs pane of one session; `page` is None while the pane is closed."""

    def __init__(self, inspector: Inspector) -> None:
        self.page: Page | None = None
        self._inspector = inspector
        # The name that docs are about by themselves, and whether the pane has yet to go there.
        self._here, self._moved = "", False

    def open(self, name: str, detail_level: int) -> None:
        """Be about `name`, at detail_level 1 about its source, and open the pane if it is closed."""
        pinned = self.page is not None and self.page.pinned
        self._here, self._moved = self._inspector.page().name, False
        self.page = Page(name, detail_level=detail_level, pinned=pinned)

    def close(self) -> None:
        """Close the pane."""
        self.page = None

    def pin(self) -> None:
        """Stay with the present name, or follow the cursor again."""
        if self.page is not None:
            self.page = self.page.replace(pinned=not self.page.pinned)

    def follow(self) -> None:
        """Something that was typed or answered may concern the pane: bring `page` up to date."""
        if self.page is None:
            return
        here = self._inspector.page()
        if here.name != self._here:
            self._here, self._moved = here.name, True
        page = self.page
        if self._moved and not page.pinned and here.docs is not None:
            self._moved = False
            if here.name != page.name:
                page = Page(here.name)
        if not page.pinned or page.docs is None or page.note:
            known = self._inspector.page(page.name, page.detail_level)
            page = known.replace(detail_level=page.detail_level, pinned=page.pinned)
        self.page = page
