"""`activation rules`: the follow-up rules as a file, and what a file would mean."""

from datetime import date
from pathlib import Path

import click
from flask_babel import gettext as _

from activation.clocks.calendar import local_date
from activation.commands.setting_up import DAY, OPERATOR, notice, print_json, print_rows, working
from activation.core import utc_now
from activation.database import begin_writing
from activation.followups.book import rulebook
from activation.followups.preview import Preview, preview
from activation.followups.rule_exchange import (
    CREATED,
    REJECTED,
    UNCHANGED,
    UPDATED,
    Checked,
    check_rules,
    each,
    exported,
    file_reason,
    import_rules,
    read_rules,
)
from activation.followups.rule_pages import shown, who_text
from activation.followups.rule_service import unit_named
from activation.unit_of_work import commit, rollback
from models.errors import DomainError
from models.texts import N_

unit_option = click.option(
    "--unit", help="The rules of this unit. Default: of all that have none of their own."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
file_argument = click.argument("file", type=click.Path(path_type=Path))


@click.group("rules", help="The follow-up rules as a file: export, import, preview.")
def rules() -> None:
    """Groups the commands of the rules."""


@rules.command("export", help="Writes the rules that hold today, as TOML. Without FILE: to stdout.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@unit_option
def export(file: Path | None, unit: str | None) -> None:
    with working():
        today = local_date(utc_now())
        heading = _(
            "Follow-up rules of %(unit)s as of %(day)s. docs/rules.md explains every field.\n"
            "Read in again with: activation rules import FILE",
            unit=unit or _("all units without rules of their own"),
            day=today,
        )
        text = exported(rulebook(), unit_named(unit), today, heading)
        if file is None:
            click.echo(text, nl=False)
            return
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise DomainError(N_("%(file)s cannot be written."), file=str(file)) from error
        notice(_("Written: %(file)s", file=str(file)))


@rules.command("import", help="Takes the rules of a file in. Rules that it does not name stay as they are.")
@file_argument
@click.option("--from", "valid_from", type=DAY, help="The first day, as 2026-12-01. Default: today.")
@unit_option
@click.option("--dry-run", is_flag=True, help="Says the same, writes nothing.")
@json_option
def import_command(
    file: Path, valid_from: date | None, unit: str | None, dry_run: bool, as_json: bool
) -> None:
    with working():
        definitions, now = read_rules(file), utc_now()
        begin_writing()
        checked = import_rules(
            definitions,
            actor=OPERATOR,
            unit_id=unit_named(unit),
            valid_from=valid_from or local_date(now),
            reason=file_reason(file),
            now=now,
        )
        if dry_run:
            rollback()
        else:
            commit(now=now)
        if as_json:
            print_json(checked.as_json())
        else:
            _tell(checked, dry_run=dry_run)


@rules.command("preview", help="What a file of rules would mean for the next 30 days. Writes nothing.")
@file_argument
@unit_option
@json_option
def preview_command(file: Path, unit: str | None, as_json: bool) -> None:
    with working():
        definitions, today, unit_id, before = (
            read_rules(file),
            local_date(utc_now()),
            unit_named(unit),
            rulebook(),
        )
        checked = check_rules(definitions, before, unit_id, today)
        after = before.with_versions(checked.changes, unit_id, today)
        found = preview(before, after, valid_from=today, actor=OPERATOR, today=today)
        if as_json:
            print_json({**checked.as_json(), "preview": _as_json(found)})
            return
        _tell(checked, dry_run=True)
        click.echo(
            _(
                "%(touched)s of %(all)s open cases get other tasks: %(added)s new, %(gone)s gone, %(moved)s moved.",
                touched=found.touched,
                all=found.cases,
                added=found.added,
                gone=found.gone,
                moved=found.moved,
            )
        )
        page = shown(found, before, after)
        print_rows(
            [
                {
                    _("Falls to"): row.name,
                    _("Now"): row.total.now,
                    _("Then"): row.total.then,
                    **{
                        text: f"{pair.now} → {pair.then}"
                        for (text, *_rest), pair in zip(page.weeks, row.weeks, strict=True)
                    },
                }
                for row in page.people
            ]
        )


def _tell(checked: Checked, *, dry_run: bool) -> None:
    click.echo(
        _(
            "%(rules)s rules: %(created)s new, %(updated)s changed, %(unchanged)s unchanged, %(rejected)s rejected.",
            rules=len(checked.rows),
            created=checked.number(CREATED),
            updated=checked.number(UPDATED),
            unchanged=checked.number(UNCHANGED),
            rejected=checked.number(REJECTED),
        )
    )
    words = {CREATED: _("new"), UPDATED: _("changed"), REJECTED: _("rejected")}
    for row in each(checked):
        why = f": {row.field}: {row.reason}" if row.result == REJECTED else ""
        click.echo(f"  {row.rule}: {words[row.result]}{why}")
    if dry_run:
        click.echo(_("Nothing was written: this was a dry run."))


def _as_json(of: Preview) -> dict[str, object]:
    return {
        "from": of.first.isoformat(),
        "until": of.until.isoformat(),
        "cases": of.cases,
        "looked_at": of.looked_at,
        "touched": of.touched,
        "added": of.added,
        "gone": of.gone,
        "moved": of.moved,
        "tasks": of.count()._asdict(),
        "by_rule": {key: of.count(rules=(key,))._asdict() for key in of.rules_counted},
        "by_week": {f"{year}-W{week:02d}": of.count(week=(year, week))._asdict() for year, week in of.weeks},
        "by_person": [
            {
                "falls_to": who.owner.value,
                "name": who_text(who, of.names),
                "now": of.count(who).now,
                "then": of.count(who).then,
                "weeks": {
                    f"{year}-W{week:02d}": of.count(who, (year, week))._asdict() for year, week in of.weeks
                },
            }
            for who in of.people
        ],
    }
