"""Long campaigns, one after the other: `make soak SIZE=1000`.

Each campaign runs in a process of its own and fails by its exit code; the run goes on and says at
the end which failed, in a table with the last line of each. What each said stands in `soak/`. SIZE
is the number of rounds of the middling campaigns; dearer ones take a part of it and cheaper ones a
multiple, so that 1,000 gives each the size at which it counts. `--only store` leaves out those that
are not about the store; `--jobs 2` runs two at once, and those that measure times alone at the end.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.soak_runs import Job, run_all, table


@dataclass(frozen=True)
class Campaign:
    """One campaign: what it shows, and how it is started with a size."""

    shows: str
    module: str
    size_option: str | None = None
    share: float = 1.0
    """Rounds per unit of SIZE."""
    fixed: tuple[str, ...] = ()
    alone: bool = False
    """It measures times: nothing else may run meanwhile."""

    @property
    def store(self) -> bool:
        """Whether it is about what the store holds: files, keys, people, leaks."""
        return self.module not in OF_LANGUAGE

    @property
    def name(self) -> str:
        """A name for its output, such as `store-power_cut-control`."""
        words = self.module.removeprefix("tests.").removeprefix("campaigns.").split(".")
        return "-".join([*words, *(one.strip("-") for one in self.fixed if one in NAMING)])

    def command(self, size: int) -> list[str]:
        """The command line for a size."""
        rounds = str(max(1, round(size * self.share)))
        sized = [self.size_option, rounds] if self.size_option else []
        return ["-m", self.module, *self.fixed, *sized]


NAMING = ("--control", "--kept", "--wide", "--blind", "--server", "postgres")
"""What tells campaigns of one module apart."""

OF_LANGUAGE = (
    "tests.skips.campaign",
    "tests.conditions.round_trip",
    "tests.campaigns.break_language",
    "tests.campaigns.export_cases",
    "tests.campaigns.proof_agrees",
    "tests.campaigns.planted",
    "tests.campaigns.check_edits",
    "tests.campaigns.deck_mutants",
)
"""Campaigns about instruments, conditions, routes and exports."""

CAMPAIGNS = (
    Campaign("engine equals naive evaluator", "tests.skips.campaign", "--steps", 200),
    Campaign(
        "engine equals naive evaluator with programs from the cache",
        "tests.skips.campaign",
        "--steps",
        10,
        ("--kept", "--seed", "1000000"),
    ),
    Campaign(
        "engine equals naive evaluator with more rows",
        "tests.skips.campaign",
        "--steps",
        40,
        ("--wide", "--seed", "2000000"),
    ),
    Campaign(
        "conditions come back from their text", "tests.conditions.round_trip", "--random", 100
    ),
    Campaign(
        "no broken instrument does more than be refused",
        "tests.campaigns.break_language",
        "--files",
        5,
        ("--conditions", "20000"),
    ),
    Campaign(
        "control: a reader with planted faults is found out",
        "tests.campaigns.break_language",
        fixed=("--control",),
    ),
    Campaign("no acknowledged event lost to a kill", "tests.store.kill_campaign", "--kills", 2.0),
    Campaign(
        "control: acknowledging early loses some",
        "tests.store.kill_campaign",
        "--kills",
        0.05,
        ("--control",),
    ),
    Campaign(
        "nothing acknowledged is lost to a power cut",
        "tests.campaigns.store.power_cut",
        "--size",
        20,
    ),
    Campaign(
        "control: settings that promise less lose to a power cut",
        "tests.campaigns.store.power_cut",
        "--size",
        0.8,
        ("--control",),
    ),
    Campaign(
        "a disk that refuses once, or until mended, loses nothing",
        "tests.campaigns.store.failing_disk",
        "--size",
        1,
    ),
    Campaign(
        "control: refused answers that count as saved are missed",
        "tests.campaigns.store.failing_disk",
        "--size",
        0.15,
        ("--control",),
    ),
    Campaign("full disks lose nothing", "tests.campaigns.store.full_disk", "--size", 0.003),
    Campaign(
        "control: answers that a full disk refused are missed",
        "tests.campaigns.store.full_disk",
        fixed=("--control", "--size", "1"),
    ),
    Campaign("eight unusable files are told", "tests.campaigns.store.unusable_files"),
    Campaign(
        "control: a sound study is told as sound",
        "tests.campaigns.store.unusable_files",
        fixed=("--control",),
    ),
    Campaign("wrong clocks take no case", "tests.campaigns.store.clocks", "--size", 0.01),
    Campaign(
        "control: a clock that nobody looks at is missed",
        "tests.campaigns.store.clocks",
        fixed=("--control",),
    ),
    Campaign(
        "no changed byte of a study is silent",
        "tests.campaigns.store.changed_bytes",
        "--size",
        30,
    ),
    Campaign(
        "control: a reader that believes SQLite's own check is deceived",
        "tests.campaigns.store.changed_bytes",
        "--size",
        1,
        ("--control",),
    ),
    Campaign("every forged row is noticed", "tests.campaigns.store.attacks"),
    Campaign(
        "control: nothing is noticed where nothing was forged",
        "tests.campaigns.store.attacks",
        fixed=("--control",),
    ),
    Campaign("nothing wrong opens anything", "tests.campaigns.store.wrong_keys", "--size", 100),
    Campaign(
        "control: without associated data the wrong place opens",
        "tests.campaigns.store.wrong_keys",
        fixed=("--control", "--size", "1000"),
    ),
    Campaign(
        "no acknowledged event lost to a kill of its program, on PostgreSQL",
        "tests.campaigns.kill_clients",
        "--kills",
        0.5,
    ),
    Campaign(
        "control: acknowledging early loses some, on PostgreSQL",
        "tests.campaigns.kill_clients",
        "--kills",
        0.02,
        ("--control",),
    ),
    Campaign(
        "no acknowledged event lost to a kill of the server",
        "tests.campaigns.kill_server",
        "--kills",
        0.04,
    ),
    Campaign(
        "control: a server that answers before it has written loses some",
        "tests.campaigns.kill_server",
        fixed=("--kills", "3", "--control"),
    ),
    Campaign(
        "twenty writers at once in a file",
        "tests.campaigns.many_writers",
        "--size",
        0.15,
        alone=True,
    ),
    Campaign(
        "twenty writers at once on PostgreSQL",
        "tests.campaigns.many_writers",
        "--size",
        0.15,
        ("--on", "postgres"),
        alone=True,
    ),
    Campaign(
        "control: transactions that begin by reading fail",
        "tests.campaigns.many_writers",
        fixed=("--size", "20", "--control"),
    ),
    Campaign(
        "programs that take each other's cases lose nothing, in a file",
        "tests.campaigns.lease_schedules",
        "--schedules",
        2.0,
    ),
    Campaign(
        "programs that take each other's cases lose nothing, on PostgreSQL",
        "tests.campaigns.lease_schedules",
        "--schedules",
        0.5,
        ("--server",),
    ),
    Campaign(
        "control: without the token of a case some is lost",
        "tests.campaigns.lease_schedules",
        "--schedules",
        0.1,
        ("--control",),
    ),
    Campaign("no answer of an interview lost", "tests.campaigns.kill_interview", "--kills", 0.2),
    Campaign(
        "packets lose nothing, in whatever order they come",
        "tests.campaigns.packets",
        "--size",
        0.2,
    ),
    Campaign(
        "control: packets taken under any token lose something",
        "tests.campaigns.packets",
        "--size",
        0.03,
        ("--control",),
    ),
    Campaign("nothing readable in the study's files", "tests.campaigns.canary_scan"),
    Campaign("no key in memory after a lock", "tests.campaigns.memory_after_lock"),
    Campaign(
        "a failure anywhere prints no value", "tests.campaigns.injected_crashes", "--points", 0.12
    ),
    Campaign(
        "control: the handlers of libraries print values",
        "tests.campaigns.injected_crashes",
        "--points",
        0.01,
        ("--control",),
    ),
    Campaign("no library tells a value", "tests.campaigns.library_messages"),
    Campaign("no text is obeyed by a terminal", "tests.campaigns.escapes"),
    Campaign("lengths tell nothing of short answers", "tests.campaigns.sizes"),
    Campaign("no exported text is run by a spreadsheet", "tests.campaigns.formulas"),
    Campaign("submitted cases are forgotten", "tests.campaigns.forgetting", "--size", 1.0),
    Campaign("the permission matrix, at the door and by keys", "tests.campaigns.matrix"),
    Campaign(
        "any two recovery sheets open, none alone, every slip is caught",
        "tests.campaigns.recovery_sheets",
        "--size",
        0.05,
    ),
    Campaign(
        "control: wraps for one sheet and a plain sum are found out",
        "tests.campaigns.recovery_sheets",
        "--size",
        0.002,
        ("--control",),
    ),
    Campaign(
        "a killed change of the data key is finished, and opens nothing to who left",
        "tests.campaigns.rotation_kills",
        "--random",
        0.1,
    ),
    Campaign(
        "control: moving cases without transactions costs some",
        "tests.campaigns.rotation_kills",
        fixed=("--control", "--random", "0"),
    ),
    Campaign(
        "backups killed at every step are whole or not there",
        "tests.campaigns.backups",
        "--rounds",
        1.0,
    ),
    Campaign(
        "every byte of a backup is noticed or means nothing",
        "tests.campaigns.backup_bytes",
        fixed=("--positions", "0"),
    ),
    Campaign(
        "control: a backup written under its own name is caught",
        "tests.campaigns.backups",
        "--rounds",
        0.01,
        ("--control",),
    ),
    Campaign(
        "control: a reader of backups that compares no hashes is caught",
        "tests.campaigns.backup_bytes",
        fixed=("--control", "--positions", "500"),
    ),
    Campaign("erased cases are gone and stay gone", "tests.campaigns.erasing", "--cases", 0.1),
    Campaign("a full disk stops neither handing in nor erasing", "tests.campaigns.reserve"),
    Campaign(
        "control: without the room kept for it, it does",
        "tests.campaigns.reserve",
        fixed=("--control",),
    ),
    Campaign("exports read back equal", "tests.campaigns.export_cases", "--cases", 0.2),
    Campaign(
        "the proof's formulas equal the engine", "tests.campaigns.proof_agrees", "--size", 0.5
    ),
    Campaign(
        "control: faults planted in the formulas are noticed",
        "tests.campaigns.proof_agrees",
        fixed=("--control",),
    ),
    Campaign("planted defects are found, sound instruments left alone", "tests.campaigns.planted"),
    Campaign(
        "no edit of a condition breaks a check", "tests.campaigns.check_edits", "--size", 0.01
    ),
    Campaign(
        "control: a check that says nothing finds none of them",
        "tests.campaigns.planted",
        fixed=("--control",),
    ),
    Campaign(
        "edited conditions are noticed by the deck", "tests.campaigns.deck_mutants", "--edits", 0.1
    ),
    Campaign(
        "control: without its interviews a deck notices nothing",
        "tests.campaigns.deck_mutants",
        "--edits",
        0.01,
        ("--blind",),
    ),
)

PROPERTIES = (
    "tests/instrument/test_fuzz.py",
    "tests/instrument/test_yaml_door.py",
    "tests/instrument/test_njov4_rules.py",
    "tests/conditions/test_laws.py",
    "tests/cati/export",
    "tests/skips/test_machine.py",
)
"""Property tests that take their number of examples from `CATI_SOAK`."""


def jobs(size: int, *, only_store: bool) -> list[Job]:
    """What to run at a size."""
    found = [
        Job(one.name, one.shows, one.command(size), one.alone)
        for one in CAMPAIGNS
        if one.store or not only_store
    ]
    if only_store:
        measured = ["-m", "benchmarks.store"]
        return [*found, Job("benchmarks-store", "what the store costs", measured, alone=True)]
    properties = ["-m", "pytest", "-q", "-n", "2", *PROPERTIES]
    return [*found, Job("properties", "laws and fuzzing", properties)]


def main() -> int:
    """Run all campaigns; 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--only", choices=["store", ""], default="", help="those about the store")
    parser.add_argument("--jobs", type=int, default=1, help="so many at once")
    parser.add_argument("--list", action="store_true", help="print the commands and run nothing")
    said = parser.parse_args()
    chosen = jobs(said.size, only_store=said.only == "store")
    if said.list:
        sys.stdout.writelines(f"{one.name:<40} {' '.join(one.arguments)}\n" for one in chosen)
        return 0
    environment = {**os.environ, "CATI_SOAK": str(said.size * 10)}
    results = run_all(chosen, Path("soak"), environment, said.jobs)
    failed = [one.job.name for one in results if one.code]
    sys.stdout.write(f"{table(results)}\n")
    sys.stdout.write(f"{len(results) - len(failed)} passed, {len(failed)} failed {failed or ''}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
