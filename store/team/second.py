"""What takes two people: who the second must be, and when one person is enough."""

from typing import TYPE_CHECKING

from store.errors import NotAllowed
from store.trust.giving import Signer
from store.trust.roles import Role, with_article

if TYPE_CHECKING:
    from store.access import Access


def require_second(access: "Access", with_: "Access | None", role: Role) -> Signer | None:
    """Who confirms what `access` is about to do: another person with that role.

    Args:
        access: who acts.
        with_: the second person, unlocked in the same open study.
        role: what the second must be.

    Returns:
        The second's id and signing key; None where nobody else in the study has the role, so that
        one person alone needs no ceremony.

    Raises:
        NotAllowed: someone else has the role, and no such person is present.
    """
    return require_second_of(access, with_, (role,))


def require_second_of(
    access: "Access", with_: "Access | None", roles: tuple[Role, ...]
) -> Signer | None:
    """Like `require_second`, where the second may have any one of several roles."""
    study = access.study
    today = study.today()
    others = {
        person.id
        for role in roles
        for person in study.body.active(role, on=today)
        if person.id != access.entry.id
    }
    if not others:
        return None
    if with_ is None or with_.study is not study or with_.entry.id not in others:
        who = " or ".join(with_article(role) for role in roles)
        raise NotAllowed(
            f"This takes two people: another person who is {who} has to be present and confirm it "
            "with their passphrase."
        )
    return with_.entry.id, with_.keys.signing
