"""Parts of a large instrument that are made when they are first looked at.

Opening a case looks at a few dozen of 10,000 items. A section or roster from the cache therefore
holds the numbers of its items, and `make` makes an item of its number, once. These two classes are
all there is to it: they read like the tuple and the mapping that they stand for. Whoever goes
through all items gets them made in one go, with the collector of cycles paused: it would look
through them again and again in between.
"""

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, ValuesView
from typing import TypeVar, overload

from instrument.pause import collector_paused

Part_co = TypeVar("Part_co", covariant=True)


class Later(Sequence[Part_co]):
    """Parts in order; equal to the tuple of them."""

    __slots__ = ("_make", "_numbers")

    def __init__(self, numbers: Sequence[int], make: Callable[[int], Part_co]) -> None:
        self._numbers = numbers
        self._make = make

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Part_co: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Part_co, ...]: ...
    def __getitem__(self, at: int | slice) -> Part_co | tuple[Part_co, ...]:
        if isinstance(at, slice):
            return tuple(map(self._make, self._numbers[at]))
        return self._make(self._numbers[at])

    def __iter__(self) -> Iterator[Part_co]:
        with collector_paused():
            return iter([self._make(number) for number in self._numbers])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | Later):
            return NotImplemented
        return self is other or tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))


class LaterByName(Mapping[str, Part_co]):
    """Parts by name; the names and their order are known without making any."""

    __slots__ = ("_make", "_numbers")

    def __init__(self, numbers: Mapping[str, int], make: Callable[[int], Part_co]) -> None:
        self._numbers = numbers
        self._make = make

    def __getitem__(self, name: str) -> Part_co:
        return self._make(self._numbers[name])

    def __contains__(self, name: object) -> bool:
        return name in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def values(self) -> ValuesView[Part_co]:
        """All parts; they are made at once."""
        self._make_all()
        return super().values()

    def items(self) -> ItemsView[str, Part_co]:
        """All parts by name; they are made at once."""
        self._make_all()
        return super().items()

    def _make_all(self) -> None:
        with collector_paused():
            for number in self._numbers.values():
                self._make(number)
