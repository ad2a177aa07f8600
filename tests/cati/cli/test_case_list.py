"""`cati case list`: parts of a list, and a search over labels."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from cati.commands import case_list
from cati.demo import DATA_MANAGER
from store import open_study
from store.databases.tables import LeaseRow
from tests.cati.cli.conftest import Keys, Run


def test_parts_of_a_list_and_a_search_make_up_the_whole(
    run: Run, study: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_list, "PART", 2)
    listing = ["case", "list", "--study", study]

    def listed(*options: str) -> list[dict[str, str]]:
        done = run(*listing, "--json", *options, *keys(DATA_MANAGER))
        assert done.code == 0, done.err
        return [dict(one) for one in json.loads(done.out)]

    whole = listed()
    assert len(whole) >= 3
    assert [one["id"] for one in whole] == sorted(one["id"] for one in whole)
    assert listed("--after", whole[0]["short_id"]) == whole[1:]
    assert listed("--after", whole[0]["id"], "--limit", "1") == whole[1:2]
    assert listed("--after", whole[-1]["id"]) == []
    label = whole[1]["label"]
    assert listed("--search", label.upper()) == [one for one in whole if one["label"] == label]

    done = run(*listing, "--limit", "2", *keys(DATA_MANAGER))
    head, *lines = done.out.splitlines()
    assert [head.split()[0], *(line.split()[0] for line in lines)] == [
        "case",
        *(one["short_id"] for one in whole[:2]),
    ]
    assert done.err == f"There are more: `--after {whole[1]['short_id']}` goes on.\n"
    at = head.index("label")
    everything = run(*listing, *keys(DATA_MANAGER))
    shown = [line[at:] for line in everything.out.splitlines()[1:]]
    assert shown == [one["label"] for one in whole]
    assert not everything.err

    refused = run(*listing, "--after", "Household", *keys(DATA_MANAGER))
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("Household names no case")


def test_a_case_on_another_computer_is_marked(run: Run, study: Path, keys: Keys) -> None:
    listing = ["case", "list", "--study", study]
    assert ", away" not in run(*listing, *keys(DATA_MANAGER)).out
    found = open_study(study)
    with found.database.write() as connection:
        one = connection.execute(select(col(LeaseRow.case_id))).scalars().first()
        away = update(LeaseRow).where(col(LeaseRow.case_id) == one).values(away="0" * 32)
        connection.execute(away)
    found.close()
    lines = run(*listing, *keys(DATA_MANAGER)).out.splitlines()
    assert [line[:8] for line in lines if ", away" in line] == [str(one)[:8]]
