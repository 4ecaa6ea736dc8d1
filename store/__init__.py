"""The only SQL of the house: tables, migrations, queries, and the PostgreSQL server itself."""
