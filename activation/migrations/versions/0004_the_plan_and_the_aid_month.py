"""the plan and the aid month: assessments, plans made together, handovers, the activity requirement

Revision: 0004, after 0003
"""

from typing import Literal

from alembic import op
import sqlalchemy as sa
import models.base


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

VIEWED = (
    'case_page', 'case_form', 'search', 'export', 'aid_page', 'assessment', 'plan', 'handover',
)
OBSTACLES = (
    'unemployed', 'sick_leave', 'sickness_compensation', 'social_reasons', 'parental_leave', 'part_time',
    'language', 'no_childcare', 'none', 'other_obstacle', 'not_given',
)
NOTE_KINDS = ('note', 'objection', 'letter')
AGREED_HOW = ('paper', 'screen', 'phone')
LOWER_HOURS = ('child', 'part_time', 'health', 'ability', 'other')
REFUSAL_CAUSES = ('no_plan', 'not_taking_part', 'not_seeking_work', 'income', 'other')


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    # SQLite adds to a table by making it anew, so that it reads like one that was made so from the start.
    rebuild: Literal['always', 'never'] = 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'

    op.create_table('api_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('last_used_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(length=160), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_api_keys_key_hash')),
    sa.UniqueConstraint('name', name=op.f('uq_api_keys_name'))
    )
    op.create_table('cost_standards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('amount', sa.Numeric(precision=10, scale=2), nullable=False),
    sa.Column('per', sa.Enum('month', 'week', 'year', 'once', name='per', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('tip', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('tip_en', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('changed_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_cost_standards_amount_not_negative')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_cost_standards_ends_after_start')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_standards'))
    )
    with op.batch_alter_table('cost_standards', schema=None) as batch_op:
        batch_op.create_index('ix_cost_standards_name', ['name'], unique=False)

    op.create_table('hour_limits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('weekly_cap', 'less_with_child', 'child_age', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('amount', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.CheckConstraint('amount BETWEEN 0 AND 168', name=op.f('ck_hour_limits_amount_possible')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hour_limits')),
    sa.UniqueConstraint('kind', 'valid_from', name=op.f('uq_hour_limits_kind_valid_from'))
    )
    op.create_table('number_series',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_number_series'))
    )
    op.create_table('question_sets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_sets')),
    sa.UniqueConstraint('name', name=op.f('uq_question_sets_name'))
    )
    op.create_table('standard_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('note', 'plan', 'letter', 'call', 'closing', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('changed_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint("language IN ('sv', 'en')", name=op.f('ck_standard_texts_language')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standard_texts')),
    sa.UniqueConstraint('kind', 'language', 'name', name=op.f('uq_standard_texts_kind_language_name'))
    )
    op.create_table('household_children',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('birth_year', sa.Integer(), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.Column('removed_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('birth_year BETWEEN 1900 AND 2200', name=op.f('ck_household_children_birth_year_possible')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_household_children_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household_children'))
    )
    with op.batch_alter_table('household_children', schema=None) as batch_op:
        batch_op.create_index('ix_household_children_household_id', ['household_id'], unique=False)

    op.create_table('payment_errors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('paid', 'prevented', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('cause', sa.Enum('work', 'other_income', 'household', 'costs', 'own_mistake', 'other', name='cause', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('found_by', sa.String(length=40), server_default=sa.text("''"), nullable=False),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('reclaim_decided_on', sa.Date(), nullable=True),
    sa.Column('reclaim_amount', sa.Numeric(precision=12, scale=2), nullable=True),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint("kind = 'paid' OR reclaim_amount IS NULL", name=op.f('ck_payment_errors_only_paid_is_reclaimed')),
    sa.CheckConstraint('(reclaim_decided_on IS NULL) = (reclaim_amount IS NULL)', name=op.f('ck_payment_errors_reclaim_has_day_and_amount')),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_payment_errors_amount_not_negative')),
    sa.CheckConstraint('period_to >= period_from', name=op.f('ck_payment_errors_period_in_order')),
    sa.CheckConstraint('reclaim_amount IS NULL OR reclaim_amount >= 0', name=op.f('ck_payment_errors_reclaim_not_negative')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_payment_errors_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_errors'))
    )
    with op.batch_alter_table('payment_errors', schema=None) as batch_op:
        batch_op.create_index('ix_payment_errors_found_on', ['found_on'], unique=False)
        batch_op.create_index('ix_payment_errors_household_id', ['household_id'], unique=False)

    op.create_table('question_set_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('set_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('changed_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=160), nullable=False),
    sa.Column('published_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(length=160), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('(published_at IS NULL) = (published_by IS NULL)', name=op.f('ck_question_set_versions_published_by_somebody')),
    sa.ForeignKeyConstraint(['set_id'], ['question_sets.id'], name=op.f('fk_question_set_versions_set_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_set_versions')),
    sa.UniqueConstraint('set_id', 'number', name=op.f('uq_question_set_versions_set_id_number'))
    )
    op.create_table('repayments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payment_error_id', sa.Integer(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_repayments_amount_positive')),
    sa.ForeignKeyConstraint(['payment_error_id'], ['payment_errors.id'], name=op.f('fk_repayments_payment_error_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repayments'))
    )
    with op.batch_alter_table('repayments', schema=None) as batch_op:
        batch_op.create_index('ix_repayments_paid_on', ['paid_on'], unique=False)
        batch_op.create_index('ix_repayments_payment_error_id', ['payment_error_id'], unique=False)

    op.create_table('aid_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('about_on', sa.Date(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=False),
    sa.Column('told_to', sa.String(length=160), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('told_by', sa.String(length=160), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_aid_notices_case_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_aid_notices_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aid_notices')),
    sa.UniqueConstraint('case_id', 'about_on', name=op.f('uq_aid_notices_case_id_about_on'))
    )
    with op.batch_alter_table('aid_notices', schema=None) as batch_op:
        batch_op.create_index('ix_aid_notices_staff_id', ['staff_id'], unique=False)

    op.create_table('assessments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('set_version_id', sa.Integer(), nullable=False),
    sa.Column('begun_on', sa.Date(), nullable=False),
    sa.Column('begun_by', sa.String(length=160), nullable=False),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('completed_by', sa.String(length=160), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('(completed_on IS NULL) = (completed_by IS NULL)', name=op.f('ck_assessments_completed_by_somebody')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_assessments_case_id')),
    sa.ForeignKeyConstraint(['set_version_id'], ['question_set_versions.id'], name=op.f('fk_assessments_set_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessments'))
    )
    with op.batch_alter_table('assessments', schema=None) as batch_op:
        batch_op.create_index('ix_assessments_case_id', ['case_id'], unique=False)
        batch_op.create_index('ix_assessments_set_version_id', ['set_version_id'], unique=False)

    op.create_table('case_obstacles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.Column('obstacle', sa.Enum('unemployed', 'sick_leave', 'sickness_compensation', 'social_reasons', 'parental_leave', 'part_time', 'language', 'no_childcare', 'none', 'other_obstacle', 'not_given', name='obstacle', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_obstacles_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_obstacles')),
    sa.UniqueConstraint('case_id', 'since_on', name=op.f('uq_case_obstacles_case_id_since_on'))
    )
    op.create_table('handovers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'heard', 'handed_over', 'received', 'answered', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('begun_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('begun_by', sa.String(length=160), nullable=False),
    sa.Column('heard_on', sa.Date(), nullable=True),
    sa.Column('heard_how', sa.Enum('meeting', 'phone', 'written', 'not_possible', name='heard_how', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('not_heard_why', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('account', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('objection', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('to_staff_id', sa.Integer(), nullable=True),
    sa.Column('handed_over_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('handed_over_by_id', sa.Integer(), nullable=True),
    sa.Column('handed_over_by', sa.String(length=160), server_default=sa.text("''"), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('received_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('no_decision', 'granted', 'partly_granted', 'refused', 'other', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('outcome_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=160), server_default=sa.text("''"), nullable=False),
    sa.Column('withdrawn_reason', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint("(state = 'answered') = (outcome IS NOT NULL)", name=op.f('ck_handovers_answered_has_outcome')),
    sa.CheckConstraint("heard_how IS NULL OR heard_how <> 'not_possible' OR length(not_heard_why) > 0", name=op.f('ck_handovers_unheard_says_why')),
    sa.CheckConstraint("state <> 'withdrawn' OR length(withdrawn_reason) > 0", name=op.f('ck_handovers_withdrawn_has_reason')),
    sa.CheckConstraint("state NOT IN ('handed_over', 'received', 'answered') OR (heard_on IS NOT NULL AND to_staff_id IS NOT NULL AND handed_over_at IS NOT NULL AND content IS NOT NULL)", name=op.f('ck_handovers_heard_before_handed_over')),
    sa.CheckConstraint('(heard_on IS NULL) = (heard_how IS NULL)', name=op.f('ck_handovers_heard_has_day_and_way')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_handovers_case_id')),
    sa.ForeignKeyConstraint(['handed_over_by_id'], ['staff.id'], name=op.f('fk_handovers_handed_over_by_id')),
    sa.ForeignKeyConstraint(['to_staff_id'], ['staff.id'], name=op.f('fk_handovers_to_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers')),
    sa.UniqueConstraint('number', name=op.f('uq_handovers_number'))
    )
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.create_index('ix_handovers_case_id_month', ['case_id', 'month'], unique=False)
        batch_op.create_index('ix_handovers_handed_over_by_id', ['handed_over_by_id'], unique=False)
        batch_op.create_index('ix_handovers_state', ['state'], unique=False)
        batch_op.create_index('ix_handovers_to_staff_id_state', ['to_staff_id', 'state'], unique=False)
        batch_op.create_index('uq_handovers_case_month', ['case_id', 'month'], unique=True, sqlite_where=sa.text("state <> 'withdrawn'"), postgresql_where=sa.text("state <> 'withdrawn'"))

    op.create_table('requirement_assessments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('assessed_on', sa.Date(), nullable=False),
    sa.Column('outcome', sa.Enum('covered', 'exempt', 'not_covered', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Enum('sickness', 'parental_leave', 'care', 'works', 'studies', 'social', 'other', name='reason', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('made_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=160), nullable=False),
    sa.Column('withdrawn_at', models.base.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(outcome = 'exempt') = (reason IS NOT NULL)", name=op.f('ck_requirement_assessments_exempt_has_reason')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= assessed_on', name=op.f('ck_requirement_assessments_ends_after_assessed')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_requirement_assessments_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requirement_assessments'))
    )
    with op.batch_alter_table('requirement_assessments', schema=None) as batch_op:
        batch_op.create_index('ix_requirement_assessments_case_id_assessed_on', ['case_id', 'assessed_on'], unique=False)

    op.create_table('assessment_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=60), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('skip_reason', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('author', sa.String(length=160), nullable=False),
    sa.Column('page', sa.String(length=40), server_default=sa.text("''"), nullable=False),
    sa.Column('is_aside', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("skip_reason = '' OR value IS NULL", name=op.f('ck_assessment_answers_answered_or_skipped')),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessments.id'], name=op.f('fk_assessment_answers_assessment_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_assessment_answers_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment_answers')),
    sa.UniqueConstraint('assessment_id', 'question', 'revision', name=op.f('uq_assessment_answers_assessment_id_question_revision'))
    )
    with op.batch_alter_table('assessment_answers', schema=None) as batch_op:
        batch_op.create_index('ix_assessment_answers_staff_id', ['staff_id'], unique=False)

    op.create_table('plan_activities',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('activity_type', sa.Enum('1', '2', '3', '4', name='activity_type', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('hours', sa.Numeric(precision=5, scale=2), nullable=True),
    sa.CheckConstraint('hours BETWEEN 0 AND 80', name=op.f('ck_plan_activities_hours_in_a_week')),
    sa.CheckConstraint('length(what) > 0', name=op.f('ck_plan_activities_says_what')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_activities_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_activities')),
    sa.UniqueConstraint('plan_id', 'position', name=op.f('uq_plan_activities_plan_id_position'))
    )
    op.create_table('plan_objections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('said_on', sa.Date(), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.CheckConstraint('length(text) > 0', name=op.f('ck_plan_objections_says_what')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_objections_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_objections'))
    )
    with op.batch_alter_table('plan_objections', schema=None) as batch_op:
        batch_op.create_index('ix_plan_objections_plan_id', ['plan_id'], unique=False)

    op.create_table('plan_reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=False),
    sa.Column('result', sa.Enum('goes_on', 'new_plan', 'ended', name='result', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('noted_at', models.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_reviews_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_reviews'))
    )
    with op.batch_alter_table('plan_reviews', schema=None) as batch_op:
        batch_op.create_index('ix_plan_reviews_plan_id', ['plan_id'], unique=False)

    op.create_table('support_needs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=True),
    sa.Column('question', sa.String(length=60), server_default=sa.text("''"), nullable=False),
    sa.Column('what', sa.String(length=300), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('opened_by', sa.String(length=160), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.Enum('arranged', 'not_wanted', 'gone', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.CheckConstraint('(ended_on IS NULL) = (outcome IS NULL)', name=op.f('ck_support_needs_ended_has_outcome')),
    sa.CheckConstraint('length(what) > 0', name=op.f('ck_support_needs_says_what')),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessments.id'], name=op.f('fk_support_needs_assessment_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_support_needs_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_needs'))
    )
    with op.batch_alter_table('support_needs', schema=None) as batch_op:
        batch_op.create_index('ix_support_needs_assessment_id', ['assessment_id'], unique=False)
        batch_op.create_index('ix_support_needs_case_id', ['case_id'], unique=False)

    with op.batch_alter_table('aid_months', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('refusal_cause', sa.String(length=40), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_aid_months_refusal_cause'), one_of('refusal_cause', REFUSAL_CAUSES))
        batch_op.create_check_constraint(batch_op.f('ck_aid_months_cause_of_a_refusal'), "refusal_cause IS NULL OR status IN ('refused', 'partly_granted')")

    with op.batch_alter_table('plans', recreate=rebuild) as batch_op:
        batch_op.add_column(sa.Column('wishes', sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('agreed_how', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('obstacle', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('lower_hours', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('lower_hours_note', sa.String(length=500), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('af_informed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('af_consulted_on', sa.Date(), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_plans_agreed_how'), one_of('agreed_how', AGREED_HOW))
        batch_op.create_check_constraint(batch_op.f('ck_plans_obstacle'), one_of('obstacle', OBSTACLES))
        batch_op.create_check_constraint(batch_op.f('ck_plans_lower_hours'), one_of('lower_hours', LOWER_HOURS))

    with op.batch_alter_table('access_log', recreate=rebuild) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_access_log_viewed'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_access_log_viewed'), one_of('viewed', VIEWED))

    with op.batch_alter_table('notes', recreate=rebuild) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_notes_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_notes_kind'), one_of('kind', NOTE_KINDS))

    # The obstacle that a case carries is known to hold from its first day, as far as anybody has said.
    op.execute(
        'INSERT INTO case_obstacles (case_id, since_on, obstacle, noted_at, noted_by) '
        "SELECT id, first_contact_on, obstacle, created_at, 'Aktivering' FROM cases WHERE obstacle IS NOT NULL"
    )
