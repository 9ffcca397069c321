"""throughput: what figures need, and what is told of them

Revision: 0005, after 0004
"""

from typing import Any, Literal
from zoneinfo import ZoneInfo

from alembic import op
import sqlalchemy as sa
import models.base


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

MESSAGE_KINDS = (
    'task_due', 'task_escalated', 'attendance_request', 'employer_link', 'meeting_reminder',
    'contact_request', 'digest', 'lead_digest', 'meeting_invitation', 'absence_question', 'committee_report',
)
FLOWS = ('main', 'support')
STOCKHOLM = ZoneInfo('Europe/Stockholm')


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    # SQLite adds to a table by making it anew, so that it reads like one that was made so from the start.
    rebuild: Literal['always', 'never'] = 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'

    op.create_table('context_series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('counted_in', sa.String(length=30), server_default=sa.text("''"), nullable=False),
    sa.Column('source', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint('length(key) > 0', name=op.f('ck_context_series_key_given')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_context_series')),
    sa.UniqueConstraint('key', name=op.f('uq_context_series_key'))
    )
    op.create_table('council_targets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('households_percent', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('source', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.CheckConstraint('households_percent BETWEEN 0 AND 100', name=op.f('ck_council_targets_households_percent_possible')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_targets')),
    sa.UniqueConstraint('valid_from', name=op.f('uq_council_targets_valid_from'))
    )
    op.create_table('figure_runs',
    sa.Column('unit_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('through', sa.Date(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('unit_id', name=op.f('pk_figure_runs'))
    )
    op.create_table('figure_weeks',
    sa.Column('unit_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=False),
    sa.Column('denominator', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('unit_id', 'key', 'week', name=op.f('pk_figure_weeks')),
    sqlite_with_rowid=False
    )
    op.create_table('annotations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('what', sa.String(length=80), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(what) > 0', name=op.f('ck_annotations_says_what')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_annotations_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annotations'))
    )
    with op.batch_alter_table('annotations', schema=None) as batch_op:
        batch_op.create_index('ix_annotations_on_date', ['on_date'], unique=False)

    op.create_table('committee_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_unit_id', sa.Integer(), nullable=False),
    sa.Column('all_units', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('period', sa.Enum('month', 'quarter', name='period', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=5), server_default=sa.text("'sv'"), nullable=False),
    sa.Column('mail_to', sa.String(length=254), server_default=sa.text("''"), nullable=False),
    sa.Column('mail_format', sa.Enum('pdf', 'xlsx', name='mail_format', native_enum=False, create_constraint=True, length=40), server_default=sa.text("'pdf'"), nullable=False),
    sa.Column('mail_after_days', sa.Integer(), server_default=sa.text('10'), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('retired_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_committee_reports_name_given')),
    sa.ForeignKeyConstraint(['owner_unit_id'], ['units.id'], name=op.f('fk_committee_reports_owner_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee_reports')),
    sa.UniqueConstraint('owner_unit_id', 'name', name=op.f('uq_committee_reports_owner_unit_id_name'))
    )
    op.create_table('context_points',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('value', sa.Numeric(precision=14, scale=4), nullable=False),
    sa.ForeignKeyConstraint(['series_id'], ['context_series.id'], name=op.f('fk_context_points_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_context_points')),
    sa.UniqueConstraint('series_id', 'month', name=op.f('uq_context_points_series_id_month'))
    )
    op.create_table('flow_targets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('main_percent', sa.Integer(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.CheckConstraint('main_percent BETWEEN 0 AND 100', name=op.f('ck_flow_targets_main_percent_possible')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_flow_targets_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flow_targets')),
    sa.UniqueConstraint('unit_id', 'valid_from', name=op.f('uq_flow_targets_unit_id_valid_from'))
    )
    op.create_table('staff_hours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('main_hours', sa.Numeric(precision=8, scale=1), nullable=False),
    sa.Column('support_hours', sa.Numeric(precision=8, scale=1), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('main_hours >= 0 AND support_hours >= 0', name=op.f('ck_staff_hours_hours_not_negative')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_staff_hours_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_hours')),
    sa.UniqueConstraint('unit_id', 'month', name=op.f('uq_staff_hours_unit_id_month'))
    )
    op.create_table('report_issues',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('occasion', sa.String(length=300), nullable=True),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_report_issues_ends_after_start')),
    sa.ForeignKeyConstraint(['report_id'], ['committee_reports.id'], name=op.f('fk_report_issues_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_issues')),
    sa.UniqueConstraint('occasion', name=op.f('uq_report_issues_occasion'))
    )
    with op.batch_alter_table('report_issues', schema=None) as batch_op:
        batch_op.create_index('ix_report_issues_report_id_starts_on', ['report_id', 'starts_on'], unique=False)

    op.create_table('flow_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('moved_on', sa.Date(), nullable=False),
    sa.Column('flow', sa.Enum('main', 'support', name='flow', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Enum('social_support', 'health', 'addiction_care', 'family', 'ready', 'correction', 'other', name='reason', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_flow_moves_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flow_moves')),
    sa.UniqueConstraint('case_id', 'moved_on', name=op.f('uq_flow_moves_case_id_moved_on'))
    )
    with op.batch_alter_table('flow_moves', schema=None) as batch_op:
        batch_op.create_index('ix_flow_moves_moved_on', ['moved_on'], unique=False)

    op.create_table('outcome_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('standing', sa.Enum('goes_on', 'other_work', 'ended', 'not_known', name='standing', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('months IN (3, 6, 12)', name=op.f('ck_outcome_checks_months_asked_about')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_outcome_checks_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outcome_checks'))
    )
    with op.batch_alter_table('outcome_checks', schema=None) as batch_op:
        batch_op.create_index('ix_outcome_checks_case_id_months', ['case_id', 'months'], unique=False)

    with op.batch_alter_table('messages', recreate=rebuild) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_messages_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_messages_kind'), one_of('kind', MESSAGE_KINDS))
        batch_op.add_column(sa.Column('report_issue_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_messages_report_issue_id', ['report_issue_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_messages_report_issue_id'), 'report_issues', ['report_issue_id'], ['id'])

    _moves_of_history()



def _moves_of_history() -> None:
    """What the history of the cases tells of moves between the flows, as people gave a reason for them (files say which
    flow a case has, not since when). Of several on one day the last; none where the day ended as it began."""
    events = sa.table(
        'case_events', sa.column('id', sa.Integer), sa.column('case_id', sa.Integer),
        sa.column('at', models.base.UTCDateTime), sa.column('actor_name', sa.String),
        sa.column('changes', sa.JSON), sa.column('reason', sa.Text),
    )
    moves: dict[tuple[int, Any], dict[str, Any]] = {}
    began: dict[tuple[int, Any], str] = {}
    told = sa.select(events).where(sa.cast(events.c.changes, sa.Text).like('%"flow": ["%')).order_by(events.c.id)
    for event in op.get_bind().execute(told):
        before, after = event.changes['flow']
        if before not in FLOWS or after not in FLOWS or not event.reason:
            continue
        moved_on = event.at.astimezone(STOCKHOLM).date()
        began.setdefault((event.case_id, moved_on), before)
        moves[event.case_id, moved_on] = {
            'case_id': event.case_id, 'moved_on': moved_on, 'flow': after, 'reason': None,
            'note': event.reason, 'noted_at': event.at, 'noted_by': event.actor_name,
        }
    moves = {day: move for day, move in moves.items() if move['flow'] != began[day]}
    if moves:
        rows = sa.table(
            'flow_moves', sa.column('case_id'), sa.column('moved_on', sa.Date), sa.column('flow'),
            sa.column('reason'), sa.column('note'), sa.column('noted_at', models.base.UTCDateTime),
            sa.column('noted_by'),
        )
        op.bulk_insert(rows, list(moves.values()))
