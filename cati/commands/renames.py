"""`--rename OLD=NEW` and `--drop NAME`: what items are called in another version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from cati.refusal import Refusal

RenameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rename",
        metavar="OLD=NEW",
        help="A question or roster that has another name in the new version; give it again for "
        "more.",
        show_default=False,
    ),
]
DropOption = Annotated[
    list[str] | None,
    typer.Option(
        "--drop",
        metavar="NAME",
        help="A question or roster that is gone although its name stands in the new version, for "
        "another one; give it again for more.",
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Names:
    """What items are called in the new version."""

    renamed: dict[str, str]
    dropped: tuple[str, ...]

    def of_move(self, move: int) -> dict[str, str]:
        """Old names to new ones for a move of a case, by its number from 1."""
        from skips.migration import dropped_name

        return self.renamed | {name: dropped_name(name, move) for name in self.dropped}


def read_names(rename: Sequence[str] | None, drop: Sequence[str] | None) -> Names:
    """The names as they were said on the command line.

    Raises:
        Refusal: they are not written as they should be, or say two things of one item.
    """
    names = Names(_renamed(rename or []), tuple(drop or ()))
    for name in names.dropped:
        if name in names.renamed:
            raise Refusal(f"'{name}' cannot have a new name and be dropped: say one of them.")
    return names


def _renamed(said: Sequence[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in said:
        old, _, new = (part.strip() for part in one.partition("="))
        if not (old and new):
            raise Refusal("A new name is given as OLD=NEW, such as --rename cars=vehicles.")
        if "=" in new:
            raise Refusal(
                f"--rename {one} has two equals signs: a new name is given as OLD=NEW, and each "
                "with a --rename of its own."
            )
        if old == new:
            raise Refusal(f"--rename {one} changes nothing: leave it out.")
        if old in names:
            raise Refusal(f"--rename gives '{old}' two new names: give it one.")
        names[old] = new
    return names
