"""Runs the migrations on the connection that activation.schema hands over."""

from alembic import context

from models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    user_module_prefix="models.base.",
)
with context.begin_transaction():
    context.run_migrations()
