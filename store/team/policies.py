"""The rules of a study: changing them, and making the key that review takes."""

from pydantic import ValidationError

from store.crypto.keys import SealingSecret
from store.errors import InvalidInput, NotAllowed
from store.trust import giving
from store.trust.entries import REVIEW, SUITE, Body, PersonEntry, Policy
from store.trust.giving import Signer
from store.trust.roles import Role


def changed_policy(policy: Policy, changes: dict[str, object]) -> Policy:
    """The policy with other values; InvalidInput when it cannot have them."""
    try:
        after = Policy.model_validate({**policy.model_dump(), **changes})
    except ValidationError as error:
        field = str(error.errors(include_input=False)[0]["loc"][0])
        raise InvalidInput(
            f"The policy has no {field}, or it cannot have this value: nothing was changed."
        ) from None
    if after.min_suite > SUITE:
        raise InvalidInput(f"This release writes records of suite {SUITE}: nothing was changed.")
    if not all(one.isprintable() or one == "\n" for one in after.undertaking or ""):
        raise InvalidInput("The undertaking must be plain text, in lines.")
    if not after.cost.within_limits():
        raise InvalidInput(
            "The cost of the key derivation is out of limits: "
            "use 64 MiB to 2 GiB of memory, 3 to 10 iterations and 4 to 8 lanes."
        )
    return after


def with_review_key(
    body: Body, secret: SealingSecret, by: tuple[Signer, Signer], data_key: SealingSecret
) -> Body:
    """The first review key, given to supervisors and data managers."""
    unvouched = giving.by_format_1(body, by[1][0])
    if unvouched:
        raise NotAllowed(
            f"The study comes from an earlier format, where an administrator's word made "
            f"{unvouched[0].name} a data manager: vouch for them first, by `cati keys rotate`."
        )
    entry = giving.make_key(body, REVIEW, secret.public, *by, data_key)
    holders = {Role.SUPERVISOR, Role.DATA_MANAGER}

    def given(one: PersonEntry) -> PersonEntry:
        key = giving.give(body.id, body.kind, REVIEW, secret, one.id, one.public, by[1])
        return one.model_copy(update={"keys": (*one.keys, key)})

    people = tuple(
        given(one) if one.is_active() and holders & set(one.roles) else one for one in body.people
    )
    return body.model_copy(update={"keys": (*body.keys, entry), "people": people})
