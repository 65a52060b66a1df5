"""A sentence of a posting with where it stands.

What stays out: what it is on (`sorting`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the source, whole.

    ``label`` is what stands before its colon or in the cell before, ``lead`` the sentence that
    announces the list that it belongs to, ``under`` the label of a sentence before it in the same
    block. ``block`` is the number of the block that it comes from. ``late`` says that it is no item
    and stands after a list under the same heading: that list may have been all that the heading
    is about.
    """

    text: str
    block: int
    item: bool = False
    label: str = ""
    lead: str = ""
    pair: bool = False
    under: str = ""
    late: bool = False

    @property
    def shown(self) -> str:
        """The text with the label that stood in another cell."""
        return f"{self.label} : {self.text}" if self.pair else self.text
