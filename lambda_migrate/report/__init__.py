"""The report of a migration: what it holds, made from the ledger, migration.yaml and what AWS shows. Pure."""
