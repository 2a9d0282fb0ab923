"""Alembic's entry: runs inside the connection and transaction that `api.storage.schema` began."""

from alembic import context

from api.storage.account_tables import users
from api.storage.desk_tables import contacts
from api.storage.drafting_tables import checkout_walks
from api.storage.gate_book import gate_records
from api.storage.learning_tables import choices
from api.storage.shop_tables import products

metadata = {
    table.metadata for table in (users, contacts, products, choices, checkout_walks, gate_records)
}.pop()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
