"""What can go wrong when a route is used wrongly; none of it quotes an answer."""


class RouteError(LookupError):
    """The route was asked about something it does not have, or to do what it cannot."""


class CompileError(ValueError):
    """An instrument breaks a promise of the reader, as by a condition that reads a later item."""
