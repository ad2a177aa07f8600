"""Which question comes next and why: evaluation, routes, checks and fills."""

from skips.change import Change, Computation, Failing
from skips.compilation import compile_instrument
from skips.errors import CompileError, RouteError
from skips.explain import Phrases
from skips.offers import shown_order
from skips.program import Program
from skips.progress import SectionProgress, SectionState
from skips.route import Route
from skips.status import Status
from skips.truth import Truth

__all__ = [
    "Change",
    "CompileError",
    "Computation",
    "Failing",
    "Phrases",
    "Program",
    "Route",
    "RouteError",
    "SectionProgress",
    "SectionState",
    "Status",
    "Truth",
    "compile_instrument",
    "shown_order",
]
