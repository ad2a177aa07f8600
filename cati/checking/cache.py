"""Where the findings of former checks are kept."""

from platformdirs import user_cache_path

from skips.proof.kept import Cache


def findings_cache() -> Cache:
    """The person's own cache: it holds findings about questionnaires, and never a case's answer."""
    return Cache(user_cache_path("cati", appauthor=False) / "findings")
