"""The data of the benchmarks: a unit with 2 000 cases and one with 100, each with meetings, a plan and a placement;
one case with a long timeline; written as import files, so that the product takes them in as a user would."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from activation.demo.people import FIRST_NAMES, LAST_NAMES, personal_numbers

BIG, SMALL = "Enhet Stor", "Enhet Liten"


def _write(path: Path, header: str, rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header.split())
        writer.writerows(rows)
    return path


def clients_file(
    path: Path, count: int, unit: str, secretary: str, today: date, prefix: str, numbers: Iterator[str]
) -> Path:
    """A client file of so many rows, as a case system would write it. `numbers` are personal numbers, each once;
    a {} in `secretary` is the number of the secretary, 33 by turns."""
    random = Random(7)
    return _write(
        path,
        "case_number first_name last_name personal_number first_contact_on unit secretary flow obstacle phone email",
        [
            [
                f"{prefix}-{i:06d}",
                random.choice(FIRST_NAMES),
                random.choice(LAST_NAMES),
                next(numbers),
                today - timedelta(days=random.randint(0, 150)),
                unit,
                secretary.format(i % 33),
                random.choices(("main", "support"), (85, 15))[0],
                random.choice(("arbetslös", "språkhinder", "arbetar deltid")),
                f"070174{random.randint(605, 699):04d}",
                f"person{i}@exempel.example",
            ]
            for i in range(count)
        ],
    )


def files(folder: Path, today: date) -> list[tuple[str, Path]]:
    """(kind, file) in the order to import them."""
    random = Random(11)
    numbers = personal_numbers(random, today)
    # A unit of 2 000 has the secretaries for it: about sixty people each.
    staff = [[BIG, f"Sekreterare {n}", f"stor{n}@kommun.example", "secretary"] for n in range(33)]
    staff += [[BIG, "Stor Chef", "chef@kommun.example", "unit_lead"]]
    staff += [[SMALL, "Liten Sekreterare", "liten@kommun.example", "secretary"]]
    work = [
        ["556036-0793", "Företag AB", f"Plats {i}", f"Handledare {i}", f"h{i}@foretag.example"]
        for i in range(200)
    ]
    meetings: list[list[object]] = []
    plans: list[list[object]] = []
    placements: list[list[object]] = []
    for prefix, count in (("S", 2000), ("L", 100)):
        for i in range(count):
            number = f"{prefix}-{i:06d}"
            for n in range(4):
                at = f"{today - timedelta(days=140 - 30 * n - random.randint(0, 20))} 09:00"
                meetings.append([number, at, "follow_up", "held", "in_person"])
            plans.append([number, today - timedelta(days=random.randint(5, 100)), today + timedelta(days=30)])
            if random.random() < 0.7:
                starts = today - timedelta(days=random.randint(1, 40))
                placements.append(
                    [number, "556036-0793", f"Plats {random.randrange(200)}", "work_training", starts]
                )
    return [
        ("staff", _write(folder / "staff.csv", "unit name email role", staff)),
        (
            "employers",
            _write(folder / "employers.csv", "org_number name workplace contact_name contact_email", work),
        ),
        (
            "clients",
            clients_file(folder / "big.csv", 2000, BIG, "stor{}@kommun.example", today, "S", numbers),
        ),
        (
            "clients",
            clients_file(folder / "small.csv", 100, SMALL, "liten@kommun.example", today, "L", numbers),
        ),
        ("meetings", _write(folder / "meetings.csv", "case_number at kind outcome way", meetings)),
        ("plans", _write(folder / "plans.csv", "case_number agreed_on review_by", plans)),
        (
            "placements",
            _write(folder / "placements.csv", "case_number org_number workplace kind starts_on", placements),
        ),
    ]
