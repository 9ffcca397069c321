"""workplace first: employers with supervisors, agreements and room; proposals, schedules, matching

Revision: 0003, after 0002
"""

from typing import Literal

from alembic import op
import sqlalchemy as sa
import models.base


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

KINDS = (
    'task_due', 'task_escalated', 'attendance_request', 'employer_link', 'meeting_reminder',
    'contact_request', 'digest', 'lead_digest', 'meeting_invitation', 'absence_question',
)
PLACEMENT_KINDS = (
    'work_training', 'work_trial', 'internship', 'language_internship', 'service_crew',
    'municipal_employment', 'new_start_job', 'introduction_job', 'establishment_job', 'wage_subsidy',
    'sheltered_employment', 'employment', 'sfi', 'adult_education', 'vocational_training',
    'study_guidance', 'job_coaching', 'job_search_workshop', 'rehabilitation',
)
ANSWERS = (
    'here', 'left_early', 'not_here',
)
STATUSES = ('prospect', 'active', 'resting', 'not_suitable')
ENDED_BY = ('participant', 'employer', 'municipality')
END_REASONS = (
    'work', 'study', 'health', 'family', 'not_suited', 'never_came', 'no_need', 'closed', 'other',
)


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    # SQLite adds to a table by making it anew, so that it reads like one that was made so from the start.
    rebuild: Literal['always', 'never'] = 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'

    op.create_table('competences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('kind', sa.Enum('occupation', 'skill', 'certificate', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_free', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('merged_into_id <> id', name=op.f('ck_competences_not_merged_into_itself')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['competences.id'], name=op.f('fk_competences_merged_into_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competences')),
    sa.UniqueConstraint('name', name=op.f('uq_competences_name'))
    )
    with op.batch_alter_table('competences', schema=None) as batch_op:
        batch_op.create_index('ix_competences_merged_into_id', ['merged_into_id'], unique=False)

    op.create_table('agreements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('work_environment_on', sa.Date(), nullable=True),
    sa.Column('insurance_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= signed_on', name=op.f('ck_agreements_valid_to_after_signed')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_agreements_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreements'))
    )
    with op.batch_alter_table('agreements', schema=None) as batch_op:
        batch_op.create_index('ix_agreements_employer_id_signed_on', ['employer_id', 'signed_on'], unique=False)

    op.create_table('job_search_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('monday', sa.Date(), nullable=False),
    sa.Column('hours', sa.Numeric(precision=4, scale=2), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('hours BETWEEN 0 AND 80', name=op.f('ck_job_search_reports_hours_in_a_week')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_job_search_reports_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_search_reports')),
    sa.UniqueConstraint('case_id', 'monday', name=op.f('uq_job_search_reports_case_id_monday'))
    )
    op.create_table('leaves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_leaves_ends_after_start')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_leaves_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leaves'))
    )
    with op.batch_alter_table('leaves', schema=None) as batch_op:
        batch_op.create_index('ix_leaves_case_id_ends_on', ['case_id', 'ends_on'], unique=False)

    op.create_table('work_profiles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('language_level', sa.Enum('none', 'basic', 'intermediate', 'good', 'fluent', name='language_level', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('licences', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('hours_per_week', sa.Numeric(precision=4, scale=2), nullable=True),
    sa.Column('can_start_on', sa.Date(), nullable=True),
    sa.Column('wishes', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND 80', name=op.f('ck_work_profiles_hours_in_a_week')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_work_profiles_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_profiles')),
    sa.UniqueConstraint('case_id', name=op.f('uq_work_profiles_case_id'))
    )
    op.create_table('capacities',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('work_training', 'work_trial', 'internship', 'language_internship', 'service_crew', 'municipal_employment', 'new_start_job', 'introduction_job', 'establishment_job', 'wage_subsidy', 'sheltered_employment', 'employment', 'sfi', 'adult_education', 'vocational_training', 'study_guidance', 'job_coaching', 'job_search_workshop', 'rehabilitation', name='kind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('weekdays', sa.Integer(), nullable=False),
    sa.Column('days_at_least', sa.Integer(), nullable=True),
    sa.Column('language_level', sa.Enum('none', 'basic', 'intermediate', 'good', 'fluent', name='language_level', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('licence', sa.Enum('am', 'b', 'be', 'c', 'ce', 'd', name='licence', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('tasks', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('days_at_least IS NULL OR days_at_least BETWEEN 1 AND 7', name=op.f('ck_capacities_days_in_a_week')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_capacities_ends_after_start')),
    sa.CheckConstraint('places >= 0', name=op.f('ck_capacities_places_not_negative')),
    sa.CheckConstraint('weekdays BETWEEN 1 AND 127', name=op.f('ck_capacities_weekdays_bits')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_capacities_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_capacities'))
    )
    with op.batch_alter_table('capacities', schema=None) as batch_op:
        batch_op.create_index('ix_capacities_workplace_id', ['workplace_id'], unique=False)

    op.create_table('employer_contacts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=True),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('way', sa.Enum('phone', 'email', 'visit', 'meeting', name='way', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('with_whom', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_employer_contacts_employer_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_employer_contacts_staff_id')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_employer_contacts_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_contacts'))
    )
    with op.batch_alter_table('employer_contacts', schema=None) as batch_op:
        batch_op.create_index('ix_employer_contacts_employer_id_on_date', ['employer_id', 'on_date'], unique=False)
        batch_op.create_index('ix_employer_contacts_staff_id', ['staff_id'], unique=False)
        batch_op.create_index('ix_employer_contacts_workplace_id', ['workplace_id'], unique=False)

    op.create_table('employer_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=True),
    sa.Column('at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.String(length=160), nullable=False),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_employer_events_employer_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_employer_events_staff_id')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_employer_events_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_events'))
    )
    with op.batch_alter_table('employer_events', schema=None) as batch_op:
        batch_op.create_index('ix_employer_events_employer_id_at_id', ['employer_id', 'at', 'id'], unique=False)
        batch_op.create_index('ix_employer_events_staff_id', ['staff_id'], unique=False)
        batch_op.create_index('ix_employer_events_workplace_id', ['workplace_id'], unique=False)

    op.create_table('needs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('job', 'placement', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('placement_kind', sa.Enum('work_training', 'work_trial', 'internship', 'language_internship', 'service_crew', 'municipal_employment', 'new_start_job', 'introduction_job', 'establishment_job', 'wage_subsidy', 'sheltered_employment', 'employment', 'sfi', 'adult_education', 'vocational_training', 'study_guidance', 'job_coaching', 'job_search_workshop', 'rehabilitation', name='placement_kind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('tasks', sa.Text(), nullable=False),
    sa.Column('positions', sa.Integer(), nullable=False),
    sa.Column('hours_per_week', sa.Numeric(precision=4, scale=2), nullable=True),
    sa.Column('weekdays', sa.Integer(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('language_level', sa.Enum('none', 'basic', 'intermediate', 'good', 'fluent', name='language_level', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('licence', sa.Enum('am', 'b', 'be', 'c', 'ce', 'd', name='licence', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('state', sa.Enum('open', 'filled', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state_reason', sa.String(length=300), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on', name=op.f('ck_needs_ends_after_start')),
    sa.CheckConstraint('hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND 80', name=op.f('ck_needs_hours_in_a_week')),
    sa.CheckConstraint('length(title) > 0', name=op.f('ck_needs_has_title')),
    sa.CheckConstraint('positions >= 1', name=op.f('ck_needs_positions_at_least_one')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_needs_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_needs'))
    )
    with op.batch_alter_table('needs', schema=None) as batch_op:
        batch_op.create_index('ix_needs_state_starts_on', ['state', 'starts_on'], unique=False)
        batch_op.create_index('ix_needs_workplace_id', ['workplace_id'], unique=False)

    op.create_table('supervisors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('language', sa.String(length=5), server_default=sa.text("''"), nullable=False),
    sa.Column('is_main', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.CheckConstraint('left_on IS NULL OR NOT is_main', name=op.f('ck_supervisors_main_has_not_left')),
    sa.CheckConstraint('length(name) > 0 OR email IS NOT NULL OR phone IS NOT NULL', name=op.f('ck_supervisors_name_or_address')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_supervisors_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervisors'))
    )
    with op.batch_alter_table('supervisors', schema=None) as batch_op:
        batch_op.create_index('ix_supervisors_main', ['workplace_id'], unique=True, sqlite_where=sa.text('is_main = 1'), postgresql_where=sa.text('is_main'))
        batch_op.create_index('ix_supervisors_workplace_id', ['workplace_id'], unique=False)

    op.create_table('workplace_closings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=120), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_workplace_closings_ends_after_start')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_workplace_closings_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workplace_closings'))
    )
    with op.batch_alter_table('workplace_closings', schema=None) as batch_op:
        batch_op.create_index('ix_workplace_closings_workplace_id_ends_on', ['workplace_id', 'ends_on'], unique=False)

    op.create_table('crews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('supervisor_id', sa.Integer(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['supervisor_id'], ['supervisors.id'], name=op.f('fk_crews_supervisor_id')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_crews_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crews')),
    sa.UniqueConstraint('workplace_id', 'name', name=op.f('uq_crews_workplace_id_name'))
    )
    with op.batch_alter_table('crews', schema=None) as batch_op:
        batch_op.create_index('ix_crews_supervisor_id', ['supervisor_id'], unique=False)

    op.create_table('requirements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('capacity_id', sa.Integer(), nullable=True),
    sa.Column('competence_id', sa.Integer(), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.CheckConstraint('(need_id IS NULL) <> (capacity_id IS NULL)', name=op.f('ck_requirements_of_a_need_or_a_capacity')),
    sa.ForeignKeyConstraint(['capacity_id'], ['capacities.id'], name=op.f('fk_requirements_capacity_id')),
    sa.ForeignKeyConstraint(['competence_id'], ['competences.id'], name=op.f('fk_requirements_competence_id')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_requirements_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requirements')),
    sa.UniqueConstraint('need_id', 'competence_id', name=op.f('uq_requirements_need_id_competence_id'))
    )
    with op.batch_alter_table('requirements', schema=None) as batch_op:
        batch_op.create_index('ix_requirements_competence_id', ['competence_id'], unique=False)
        batch_op.create_index('uq_requirements_capacity_id_competence_id', ['capacity_id', 'competence_id'], unique=True)

    op.create_table('top_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('competence_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('plan_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('cost', sa.Numeric(precision=10, scale=2), nullable=True),
    sa.Column('state', sa.Enum('planned', 'done', 'interrupted', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint("(state = 'planned') = (ended_on IS NULL)", name=op.f('ck_top_ups_ended_has_day')),
    sa.CheckConstraint("state <> 'interrupted' OR length(reason) > 0", name=op.f('ck_top_ups_interrupted_has_reason')),
    sa.CheckConstraint('cost IS NULL OR cost >= 0', name=op.f('ck_top_ups_cost_not_negative')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_top_ups_ends_after_start')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_top_ups_case_id')),
    sa.ForeignKeyConstraint(['competence_id'], ['competences.id'], name=op.f('fk_top_ups_competence_id')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_top_ups_need_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_top_ups_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_top_ups'))
    )
    with op.batch_alter_table('top_ups', schema=None) as batch_op:
        batch_op.create_index('ix_top_ups_case_id', ['case_id'], unique=False)
        batch_op.create_index('ix_top_ups_competence_id', ['competence_id'], unique=False)
        batch_op.create_index('ix_top_ups_need_id', ['need_id'], unique=False)
        batch_op.create_index('ix_top_ups_plan_id', ['plan_id'], unique=False)

    op.create_table('case_competences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('competence_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('noted_on', sa.Date(), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.Column('top_up_id', sa.Integer(), nullable=True),
    sa.Column('removed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_competences_case_id')),
    sa.ForeignKeyConstraint(['competence_id'], ['competences.id'], name=op.f('fk_case_competences_competence_id')),
    sa.ForeignKeyConstraint(['top_up_id'], ['top_ups.id'], name=op.f('fk_case_competences_top_up_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_competences'))
    )
    with op.batch_alter_table('case_competences', schema=None) as batch_op:
        batch_op.create_index('ix_case_competences_case_id', ['case_id'], unique=False)
        batch_op.create_index('ix_case_competences_competence_id', ['competence_id'], unique=False)
        batch_op.create_index('ix_case_competences_top_up_id', ['top_up_id'], unique=False)

    op.create_table('link_uses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.Enum('opened', 'pressed', 'wrong_postcode', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('address', sa.String(length=60), server_default=sa.text("''"), nullable=False),
    sa.Column('device', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['employer_links.id'], name=op.f('fk_link_uses_link_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_uses'))
    )
    with op.batch_alter_table('link_uses', schema=None) as batch_op:
        batch_op.create_index('ix_link_uses_link_id_at', ['link_id', 'at'], unique=False)

    op.create_table('placement_schedules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('placement_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('weeks', sa.JSON(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_placement_schedules_placement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement_schedules'))
    )
    with op.batch_alter_table('placement_schedules', schema=None) as batch_op:
        batch_op.create_index('ix_placement_schedules_placement_id_valid_from', ['placement_id', 'valid_from'], unique=False)

    op.create_table('proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('workplace_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('work_training', 'work_trial', 'internship', 'language_internship', 'service_crew', 'municipal_employment', 'new_start_job', 'introduction_job', 'establishment_job', 'wage_subsidy', 'sheltered_employment', 'employment', 'sfi', 'adult_education', 'vocational_training', 'study_guidance', 'job_coaching', 'job_search_workshop', 'rehabilitation', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('weekdays', sa.Integer(), nullable=False),
    sa.Column('hours_per_day', sa.Numeric(precision=4, scale=2), nullable=True),
    sa.Column('tasks', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'agreed', 'declined', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('proposed_on', sa.Date(), nullable=False),
    sa.Column('participant_yes_on', sa.Date(), nullable=True),
    sa.Column('employer_yes_on', sa.Date(), nullable=True),
    sa.Column('declined_by', sa.Enum('participant', 'employer', 'municipality', name='declined_by', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('declined_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('placement_id', sa.Integer(), nullable=True),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint("(state = 'agreed') = (placement_id IS NOT NULL)", name=op.f('ck_proposals_agreed_is_a_placement')),
    sa.CheckConstraint("(state = 'declined') = (declined_by IS NOT NULL)", name=op.f('ck_proposals_declined_by_somebody')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_proposals_ends_after_start')),
    sa.CheckConstraint('hours_per_day IS NULL OR hours_per_day BETWEEN 0 AND 24', name=op.f('ck_proposals_hours_in_a_day')),
    sa.CheckConstraint('weekdays BETWEEN 1 AND 127', name=op.f('ck_proposals_weekdays_bits')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_proposals_case_id')),
    sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name=op.f('fk_proposals_need_id')),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_proposals_placement_id')),
    sa.ForeignKeyConstraint(['workplace_id'], ['workplaces.id'], name=op.f('fk_proposals_workplace_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposals'))
    )
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.create_index('ix_proposals_case_id_state', ['case_id', 'state'], unique=False)
        batch_op.create_index('ix_proposals_need_id', ['need_id'], unique=False)
        batch_op.create_index('ix_proposals_placement_id', ['placement_id'], unique=False)
        batch_op.create_index('ix_proposals_workplace_id_state', ['workplace_id', 'state'], unique=False)

    op.create_table('session_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('placement_id', sa.Integer(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('cancelled', 'moved', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('to_date', sa.Date(), nullable=True),
    sa.Column('hours', sa.Numeric(precision=4, scale=2), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'moved') = (to_date IS NOT NULL)", name=op.f('ck_session_changes_moved_has_day')),
    sa.CheckConstraint('hours IS NULL OR hours BETWEEN 0 AND 24', name=op.f('ck_session_changes_hours_in_a_day')),
    sa.CheckConstraint('to_date <> on_date', name=op.f('ck_session_changes_moved_to_another_day')),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_session_changes_placement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_changes'))
    )
    with op.batch_alter_table('session_changes', schema=None) as batch_op:
        batch_op.create_index('ix_session_changes_placement_id_on_date', ['placement_id', 'on_date'], unique=False)

    op.create_table('absence_accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=False),
    sa.Column('way', sa.Enum('phone', 'in_person', 'written', name='way', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.CheckConstraint('length(text) > 0', name=op.f('ck_absence_accounts_has_text')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_absence_accounts_session_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_absence_accounts_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence_accounts'))
    )
    with op.batch_alter_table('absence_accounts', schema=None) as batch_op:
        batch_op.create_index('ix_absence_accounts_session_id', ['session_id'], unique=False)
        batch_op.create_index('ix_absence_accounts_staff_id', ['staff_id'], unique=False)

    op.create_table('employer_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('placement_id', sa.Integer(), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('message', 'started', 'never_came', 'ended_early', 'correction', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Enum('here', 'left_early', 'not_here', name='answer', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('hours', sa.Numeric(precision=4, scale=2), nullable=True),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('handled_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('handled_by', sa.String(length=160), nullable=True),
    sa.Column('handled_note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("(kind = 'correction') = (session_id IS NOT NULL AND answer IS NOT NULL)", name=op.f('ck_employer_reports_correction_of_a_session')),
    sa.CheckConstraint("kind <> 'message' OR length(said) > 0", name=op.f('ck_employer_reports_message_has_text')),
    sa.CheckConstraint('(handled_at IS NULL) = (handled_by IS NULL)', name=op.f('ck_employer_reports_handled_by_somebody')),
    sa.ForeignKeyConstraint(['link_id'], ['employer_links.id'], name=op.f('fk_employer_reports_link_id')),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_employer_reports_placement_id')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_employer_reports_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_reports'))
    )
    with op.batch_alter_table('employer_reports', schema=None) as batch_op:
        batch_op.create_index('ix_employer_reports_link_id', ['link_id'], unique=False)
        batch_op.create_index('ix_employer_reports_open', ['placement_id'], unique=False, sqlite_where=sa.text('handled_at IS NULL'), postgresql_where=sa.text('handled_at IS NULL'))
        batch_op.create_index('ix_employer_reports_placement_id_at', ['placement_id', 'at'], unique=False)
        batch_op.create_index('ix_employer_reports_session_id', ['session_id'], unique=False)

    with op.batch_alter_table('employer_links', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('supervisor_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_employer_links_supervisor_id', ['supervisor_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_employer_links_supervisor_id'), 'supervisors', ['supervisor_id'], ['id'])

    with op.batch_alter_table('employers', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('status', sa.String(length=40), server_default=sa.text("'active'"), nullable=False))
        batch_op.add_column(sa.Column('status_reason', sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('contact_every_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('next_contact_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.create_index('ix_employers_merged_into_id', ['merged_into_id'], unique=False)
        batch_op.create_index('ix_employers_next_contact_on', ['next_contact_on'], unique=False)
        batch_op.create_index('ix_employers_owner_id', ['owner_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_employers_owner_id'), 'staff', ['owner_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_employers_merged_into_id'), 'employers', ['merged_into_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_employers_status'), one_of('status', STATUSES))
        batch_op.create_check_constraint(batch_op.f('ck_employers_not_suitable_has_reason'), "status <> 'not_suitable' OR length(status_reason) > 0")
        batch_op.create_check_constraint(batch_op.f('ck_employers_not_merged_into_itself'), 'merged_into_id <> id')
        batch_op.create_check_constraint(batch_op.f('ck_employers_contact_every_days_range'), 'contact_every_days IS NULL OR contact_every_days BETWEEN 1 AND 732')

    with op.batch_alter_table('placements', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('tasks', sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('supervisor_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('crew_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('need_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('participant_agreed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('employer_agreed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('safety_intro_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('safety_intro_by', sa.String(length=120), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('ended_by', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('end_reason', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('end_note', sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('moved_from_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_placements_crew_id', ['crew_id'], unique=False)
        batch_op.create_index('ix_placements_moved_from_id', ['moved_from_id'], unique=False)
        batch_op.create_index('ix_placements_need_id', ['need_id'], unique=False)
        batch_op.create_index('ix_placements_supervisor_id', ['supervisor_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_placements_supervisor_id'), 'supervisors', ['supervisor_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_placements_need_id'), 'needs', ['need_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_placements_crew_id'), 'crews', ['crew_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_placements_moved_from_id'), 'placements', ['moved_from_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_placements_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_placements_kind'), one_of('kind', PLACEMENT_KINDS))
        batch_op.create_check_constraint(batch_op.f('ck_placements_ended_by'), one_of('ended_by', ENDED_BY))
        batch_op.create_check_constraint(batch_op.f('ck_placements_end_reason'), one_of('end_reason', END_REASONS))
        batch_op.create_check_constraint(batch_op.f('ck_placements_ended_by_with_reason'), '(ended_by IS NULL) = (end_reason IS NULL)')
        batch_op.create_check_constraint(batch_op.f('ck_placements_ended_early_has_last_day'), 'ended_by IS NULL OR ends_on IS NOT NULL')
        batch_op.create_check_constraint(batch_op.f('ck_placements_not_moved_from_itself'), 'moved_from_id <> id')

    with op.batch_alter_table('sessions', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('planned_hours', sa.Numeric(precision=4, scale=2), nullable=True))
        batch_op.add_column(sa.Column('starts_at', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('ends_at', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('notified', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('certificate_on', sa.Date(), nullable=True))
        batch_op.drop_constraint(batch_op.f('ck_sessions_answer'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_sessions_here_is_a_mark'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_sessions_answer'), one_of('answer', ANSWERS))
        batch_op.create_check_constraint(batch_op.f('ck_sessions_here_is_a_mark'), "answer IS NULL OR answer NOT IN ('here', 'left_early') OR mark IS NOT NULL")
        batch_op.create_check_constraint(batch_op.f('ck_sessions_planned_hours_in_a_day'), 'planned_hours IS NULL OR planned_hours BETWEEN 0 AND 24')
        batch_op.create_check_constraint(batch_op.f('ck_sessions_certificate_of_sickness'), "certificate_on IS NULL OR mark = 'sick'")
    # What the schedule says of each day stands with the day from now on.
    op.execute(
        'UPDATE sessions SET planned_hours = '
        '(SELECT hours_per_day FROM placements WHERE placements.id = sessions.placement_id)'
    )

    # Who the supervisor is has a table of its own: there may be several.
    op.execute(
        "INSERT INTO supervisors (workplace_id, name, email, phone, is_main) "
        "SELECT id, coalesce(contact_name, ''), contact_email, contact_phone, true FROM workplaces "
        "WHERE length(coalesce(contact_name, '')) > 0 OR contact_email IS NOT NULL OR contact_phone IS NOT NULL"
    )
    op.execute(
        'UPDATE employer_links SET supervisor_id = (SELECT s.id FROM supervisors s '
        'WHERE s.workplace_id = employer_links.workplace_id AND employer_links.sent_to = s.email)'
    )
    with op.batch_alter_table('workplaces', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('street', sa.String(length=160), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('postcode', sa.String(length=5), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('town', sa.String(length=80), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.create_index('ix_workplaces_merged_into_id', ['merged_into_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_workplaces_merged_into_id'), 'workplaces', ['merged_into_id'], ['id'])
        batch_op.drop_column('contact_email')
        batch_op.drop_column('contact_phone')
        batch_op.drop_column('contact_name')
        batch_op.create_check_constraint(batch_op.f('ck_workplaces_not_merged_into_itself'), 'merged_into_id <> id')

    with op.batch_alter_table('messages', recreate=rebuild) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_messages_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_messages_kind'), one_of('kind', KINDS))
