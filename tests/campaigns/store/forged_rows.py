"""What someone with the files and no key can do to reviews, lending, erasures, leases and people.

The study here has been lived in: a case is due for review, one is lent, one accepted, one erased,
one away on another computer. An attack changes rows or files; then everyone who has to do with it
looks. The attacks on journals, grants, sealed cases and the audit of a plainer study stand in
`tests/store/test_attacks.py`.
"""

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from store import StoreError, open_study
from store.crypto.keys import SigningSecret
from store.erasing.ledger import Reason
from tests.store.made import DOCUMENT, Made, answer, passphrase


@dataclass(frozen=True)
class Lived:
    """A study that was worked in."""

    made: Made
    seen: Path
    """Where the people's computers keep what they saw."""
    earlier: Path
    """The whole folder as it was before."""

    @property
    def due(self) -> str:
        """Submitted and due for review."""
        return self.made.other

    @property
    def lent(self) -> str:
        """Submitted, and lent to sue."""
        return self.made.submitted

    @property
    def erased(self) -> str:
        """Erased on withdrawal."""
        return self.made.fresh

    @property
    def accepted(self) -> str:
        """Submitted by ivo and accepted."""
        return self.made.of_ivo

    def copy(self, folder: Path) -> "Lived":
        """The same elsewhere."""
        folder.mkdir()
        return Lived(
            self.made.copy(folder / "study"),
            Path(shutil.copytree(self.seen, folder / "seen")),
            Path(shutil.copytree(self.earlier, folder / "earlier")),
        )


def live_in(made: Made, folder: Path) -> Lived:
    """Work in a study for some days."""
    seen = folder / "seen"
    seen.mkdir()
    earlier = Path(shutil.copytree(made.folder, folder / "earlier"))
    study = open_study(made.folder, seen=seen)
    try:
        ada, dan, ina, ivo = (
            study.unlock(name, passphrase(name)) for name in ("ada", "dan", "ina", "ivo")
        )
        ada.people.change_policy(review="all", with_=dan)
        ina.open_case(made.other).submit(DOCUMENT)
        ivo.open_case(made.of_ivo).submit(DOCUMENT)
        dan.reviews.accept(made.of_ivo)
        dan.reviews.lend(made.submitted, "sue", "quality", 3)
        dan.erasures.erase_case(made.fresh, Reason.WITHDRAWN, with_=ada)
    finally:
        study.close()
    return Lived(made, seen, earlier)


def noticed(lived: Lived) -> list[str]:
    """What is told when everyone looks; wrong content that is handed out fails at once."""
    made = lived.made
    told: list[str] = []
    try:
        study = open_study(made.folder, seen=lived.seen)
    except StoreError as error:
        return [str(error)]
    try:
        for name in ("dan", "ina", "sue"):
            try:
                person = study.unlock(name, passphrase(name))
                if name == "ina":
                    case = person.open_case(made.begun)
                    assert case.events == [answer(number) for number in range(1, 9)]
                    case.release()
                if name == "sue":
                    assert person.reviews.read(lived.due).document == DOCUMENT
                    assert person.reviews.read(lived.lent).document == DOCUMENT
                if name == "dan":
                    told += person.verify().problems
                    for case_id in (lived.due, lived.lent, lived.accepted):
                        assert person.read_submitted(case_id).document == DOCUMENT
            except StoreError as error:
                told.append(f"{name}: {error}")
    finally:
        study.close()
    return told


Attack: TypeAlias = Callable[[Lived], None]
ATTACKS: dict[str, Attack] = {}


def _attack(name: str) -> Callable[[Attack], Attack]:
    def add(function: Attack) -> Attack:
        ATTACKS[name] = function
        return function

    return add


def _sql(name: str, statement: str) -> None:
    """An attack that is one statement; `:due`, `:lent`, `:erased`, `:accepted`, `:begun`."""

    def change(lived: Lived) -> None:
        values = {one: getattr(lived, one) for one in ("due", "lent", "erased", "accepted")}
        values["begun"] = lived.made.begun
        with lived.made.sql() as sql:
            sql.execute("PRAGMA foreign_keys = OFF")
            used = {key: value for key, value in values.items() if f":{key}" in statement}
            assert sql.execute(statement, used).rowcount > 0, name

    ATTACKS[name] = change


_REVIEW = "what = 'submission' AND recipient LIKE 'review%'"
_LENT = "what = 'submission' AND case_id = :lent AND expires <> ''"

_sql("review grant deleted", f"DELETE FROM grant WHERE case_id = :due AND {_REVIEW}")
_sql(
    "review grant copied to the accepted case",
    "INSERT INTO grant SELECT :accepted, what, recipient, wrap, granted_by, signature, expires "
    f"FROM grant WHERE case_id = :due AND {_REVIEW}",
)
_sql(
    "wrap of another case in the review grant",
    f"UPDATE grant SET wrap = (SELECT wrap FROM grant WHERE {_LENT}) "
    f"WHERE case_id = :due AND {_REVIEW}",
)
_sql(
    "lending made longer", f"UPDATE grant SET expires = '2099' || substr(expires, 5) WHERE {_LENT}"
)
_sql("lending without an end", f"UPDATE grant SET expires = '' WHERE {_LENT}")
_sql("end of lending that is no time", f"UPDATE grant SET expires = 'later' WHERE {_LENT}")
_sql(
    "lent to someone else",
    f'UPDATE grant SET recipient = (SELECT assignee FROM "case" WHERE id = :begun) WHERE {_LENT}',
)
_sql(
    "lent by someone else",
    f'UPDATE grant SET granted_by = (SELECT assignee FROM "case" WHERE id = :due) WHERE {_LENT}',
)
_sql(
    "grant of the sealed case turned into one of its answers",
    f"UPDATE grant SET what = 'answers' WHERE {_LENT}",
)
_sql(
    "accepted case put up for review again",
    "UPDATE \"case\" SET state = 'submitted' WHERE id = :accepted",
)
_sql("submitted case declared accepted", "UPDATE \"case\" SET state = 'accepted' WHERE id = :due")
_sql("submitted case declared open", "UPDATE \"case\" SET state = 'open' WHERE id = :due")
_sql("accepted case declared erased", "UPDATE \"case\" SET state = 'erased' WHERE id = :accepted")
_sql("erased case declared fresh", "UPDATE \"case\" SET state = 'fresh' WHERE id = :erased")
_sql("erased case taken off the list", 'DELETE FROM "case" WHERE id = :erased')
_sql("ledger emptied", "DELETE FROM erasure")
_sql("reason in the ledger changed", "UPDATE erasure SET reason = 'closing'")
_sql("another case in the ledger", "UPDATE erasure SET case_id = :begun")
_sql("time in the ledger changed", "UPDATE erasure SET at = '2020-01-01T00:00:00.000000Z'")
_sql(
    "second person of an erasure removed", "UPDATE erasure SET second = '', second_signature = x''"
)
_sql("second person of an erasure replaced", "UPDATE erasure SET second = actor")
_sql("second signature of an erasure altered", "UPDATE erasure SET second_signature = zeroblob(64)")
_sql(
    "ledger entry repeated",
    "INSERT INTO erasure SELECT seq + 1, scope, case_id, reason, at, actor, hash, signature, "
    "second, second_signature FROM erasure",
)
_sql(
    "identity of a case replaced by its digest",
    "UPDATE identity SET envelope = zeroblob(32) WHERE case_id = :accepted",
)
_sql(
    "name of the data key of a sealed case changed",
    "UPDATE sealed SET data_key = 'data.2' WHERE case_id = :due",
)
_sql(
    "name of the data key of a sealed case made nonsense",
    "UPDATE sealed SET data_key = '' WHERE case_id = :due",
)
_sql(
    "keys of two sealed cases swapped",
    "UPDATE sealed SET wrap = (SELECT wrap FROM sealed WHERE case_id = :lent) WHERE case_id = :due",
)
_sql(
    "sealed case declared away",
    "UPDATE lease SET away = hex(randomblob(16)) WHERE case_id = :begun",
)
_sql(
    "second person of an audit entry removed",
    "UPDATE audit SET second = '', second_signature = x'' WHERE second <> ''",
)
_sql(
    "second person of an audit entry replaced", "UPDATE audit SET second = actor WHERE second <> ''"
)
_sql(
    "second signature of an audit entry altered",
    "UPDATE audit SET second_signature = zeroblob(64) WHERE second <> ''",
)
_sql(
    "deed of an audit entry changed",
    "UPDATE audit SET action = 'case returned' WHERE action = 'case accepted'",
)
_sql("end of the audit cut off", "DELETE FROM audit WHERE seq > (SELECT max(seq) - 2 FROM audit)")


@_attack("whole database put back to an earlier state")
def _put_back(lived: Lived) -> None:
    shutil.copy(lived.earlier / "study.db", lived.made.folder / "study.db")


@_attack("whole folder put back to an earlier state")
def _put_all_back(lived: Lived) -> None:
    shutil.rmtree(lived.made.folder)
    shutil.copytree(lived.earlier, lived.made.folder)


def _manifest(lived: Lived, change: Callable[[str], str]) -> None:
    path = lived.made.folder / "study.yaml"
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert before != after
    path.write_text(after, encoding="utf-8")


@_attack("public key of a data manager replaced")
def _substitute_key(lived: Lived) -> None:
    study = open_study(lived.made.folder)
    dan = study.body.person("dan")
    study.close()
    forged = base64.b64encode(SigningSecret.generate().public).decode()
    _manifest(lived, lambda text: text.replace(dan.signing, forged))


@_attack("role given in the manifest")
def _give_role(lived: Lived) -> None:
    _manifest(lived, lambda text: text.replace("- supervisor", "- data_manager"))


@_attack("rule of the study changed")
def _change_rule(lived: Lived) -> None:
    _manifest(lived, lambda text: text.replace("review: all", "review: none"))


@_attack("earlier manifest put back")
def _earlier_manifest(lived: Lived) -> None:
    shutil.copy(lived.earlier / "study.yaml", lived.made.folder / "study.yaml")


@_attack("manifest signed with a key of one's own")
def _own_signature(lived: Lived) -> None:
    signature = base64.b64encode(SigningSecret.generate().sign(b"manifest")).decode()
    lines = (lived.made.folder / "study.yaml").read_text(encoding="utf-8").splitlines()
    changed = [f"signature: {signature}" if one.startswith("signature:") else one for one in lines]
    _manifest(lived, lambda _: "\n".join(changed) + "\n")


@_attack("key derivation of a key file made cheap")
def _cheap_derivation(lived: Lived) -> None:
    _key_file(lived, {"memory_kib": 8, "iterations": 1})


@_attack("key file said to be of an earlier generation")
def _earlier_generation(lived: Lived) -> None:
    _key_file(lived, {"generation": 0})


@_attack("key file of someone else")
def _other_key_file(lived: Lived) -> None:
    keys = lived.made.folder / "keys"
    shutil.copy(keys / "ivo.key", keys / "ina.key")


def _key_file(lived: Lived, changes: dict[str, int]) -> None:
    path = lived.made.folder / "keys" / "dan.key"
    title, line, *_ = path.read_text(encoding="utf-8").split("\n")
    fields = json.loads(line) | changes
    line = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    body = f"{title}\n{line}\n"
    path.write_text(body + hashlib.sha256(body.encode()).hexdigest() + "\n", encoding="utf-8")


@_attack("tables of another program added")
def _another_table(lived: Lived) -> None:
    with lived.made.sql() as sql:
        sql.execute("CREATE TABLE more (a)")
