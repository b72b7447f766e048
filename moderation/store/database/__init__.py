"""SQLAlchemy engines, connections, transactions, migrations and the SQL that differs between databases."""
