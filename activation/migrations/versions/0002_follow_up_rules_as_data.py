"""follow-up rules as data

Revision: 0002, after 0001
"""

from typing import Literal

from alembic import op
import sqlalchemy as sa
import models.base


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

KINDS = ('task_due', 'task_escalated', 'attendance_request', 'employer_link', 'meeting_reminder', 'contact_request',
         'digest', 'lead_digest', 'meeting_invitation')
CHANNELS = ('email', 'in_app', 'sms', 'letter')
DELIVERIES = ('delivered', 'undelivered')
OWNERS = ('secretary', 'unit_lead', 'aid_officer', 'supervisor')


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    # SQLite adds to a table by making it anew, so that it reads like one that was made so from the start.
    rebuild: Literal['always', 'never'] = 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'

    op.create_table('message_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_texts'))
    )
    with op.batch_alter_table('message_texts', schema=None) as batch_op:
        batch_op.create_index('ix_message_texts_name_language', ['name', 'language'], unique=False)

    op.create_table('rule_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('definition', sa.JSON(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_rule_versions_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_versions'))
    )
    with op.batch_alter_table('rule_versions', schema=None) as batch_op:
        batch_op.create_index('ix_rule_versions_unit_id', ['unit_id'], unique=False)

    op.create_table('covers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('cover_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_covers_ends_after_start')),
    sa.CheckConstraint('staff_id <> cover_id', name=op.f('ck_covers_not_oneself')),
    sa.ForeignKeyConstraint(['cover_id'], ['staff.id'], name=op.f('fk_covers_cover_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_covers_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_covers'))
    )
    with op.batch_alter_table('covers', schema=None) as batch_op:
        batch_op.create_index('ix_covers_cover_id_ends_on', ['cover_id', 'ends_on'], unique=False)
        batch_op.create_index('ix_covers_staff_id_ends_on', ['staff_id', 'ends_on'], unique=False)

    op.create_table('clock_pauses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('clock', sa.Enum('first_meeting', 'plan', 'activation', name='clock', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('reason', sa.Enum('sickness', 'hospital', 'child_ill', 'parental_leave', 'funeral', 'detention', 'away', 'other', name='reason', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("reason <> 'other' OR length(note) > 0", name=op.f('ck_clock_pauses_other_has_note')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_clock_pauses_ends_after_start')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_clock_pauses_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_pauses'))
    )
    with op.batch_alter_table('clock_pauses', schema=None) as batch_op:
        batch_op.create_index('ix_clock_pauses_case_id', ['case_id'], unique=False)

    op.create_table('rule_exceptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('pause', 'interval', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('rule', sa.String(length=60), nullable=True),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('day_kind', sa.Enum('calendar', 'working', name='day_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'interval') = (days IS NOT NULL)", name=op.f('ck_rule_exceptions_interval_has_days')),
    sa.CheckConstraint("kind <> 'interval' OR rule IS NOT NULL", name=op.f('ck_rule_exceptions_interval_is_of_one_rule')),
    sa.CheckConstraint('days IS NULL OR days BETWEEN 1 AND 366', name=op.f('ck_rule_exceptions_days_in_a_year')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_rule_exceptions_ends_after_start')),
    sa.CheckConstraint('length(reason) > 0', name=op.f('ck_rule_exceptions_has_reason')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_rule_exceptions_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_exceptions'))
    )
    with op.batch_alter_table('rule_exceptions', schema=None) as batch_op:
        batch_op.create_index('ix_rule_exceptions_case_id_ends_on', ['case_id', 'ends_on'], unique=False)

    with op.batch_alter_table('cases', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('messages_allowed', sa.Boolean(), server_default=sa.text('false'), nullable=False))

    with op.batch_alter_table('clocks') as batch_op:
        batch_op.add_column(sa.Column('target_on', sa.Date(), nullable=True))
    op.execute('UPDATE clocks SET target_on = due_on')
    with op.batch_alter_table('clocks') as batch_op:
        batch_op.alter_column('target_on', existing_type=sa.Date(), nullable=False)

    with op.batch_alter_table('job_runs', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('failures', sa.Integer(), server_default=sa.text('0'), nullable=False))

    with op.batch_alter_table('messages', recreate=rebuild) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_messages_kind'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_messages_channel'), type_='check')
        batch_op.add_column(sa.Column('meeting_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('repeats_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('asked_by', sa.String(length=160), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('provider_id', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('delivery', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('delivered_at', models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_messages_created_at', ['created_at'], unique=False)
        batch_op.create_index('ix_messages_meeting_id', ['meeting_id'], unique=False)
        batch_op.create_index('ix_messages_provider_id', ['provider_id'], unique=False)
        batch_op.create_index('ix_messages_repeats_id', ['repeats_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_messages_repeats_id'), 'messages', ['repeats_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_messages_meeting_id'), 'meetings', ['meeting_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_messages_kind'), one_of('kind', KINDS))
        batch_op.create_check_constraint(batch_op.f('ck_messages_channel'), one_of('channel', CHANNELS))
        batch_op.create_check_constraint(batch_op.f('ck_messages_delivery'), one_of('delivery', DELIVERIES))

    with op.batch_alter_table('staff', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('wants_email', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.add_column(sa.Column('wants_digest', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.add_column(sa.Column('wants_invitations', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('calendar_key', sa.String(length=60), nullable=True))
        batch_op.create_index('ix_staff_calendar_key', ['calendar_key'], unique=True)

    with op.batch_alter_table('tasks', recreate=rebuild) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_tasks_owner'), type_='check')
        batch_op.add_column(sa.Column('escalates_to', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('postponed_to', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('postponed_from', sa.Date(), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_tasks_postponed_from_and_to'), '(postponed_to IS NULL) = (postponed_from IS NULL)')
        batch_op.create_check_constraint(batch_op.f('ck_tasks_owner'), one_of('owner', OWNERS))
        batch_op.create_check_constraint(batch_op.f('ck_tasks_escalates_to'), one_of('escalates_to', OWNERS))
    op.execute("UPDATE tasks SET escalates_to = 'unit_lead' WHERE escalates_on IS NOT NULL")
