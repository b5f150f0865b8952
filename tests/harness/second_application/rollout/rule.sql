-- Paid state: the rule, and what is particular to it. The rule in Python is ../invoices.py.
\set title 'paid state'
\set schema public
\set table invoices
\set key id
\set key_type uuid
\set constraint invoices_paid_state
\set rule 'paid_at IS NULL OR state = ''paid'''
-- The same, as pg_get_constraintdef has it on 15 to 18.
\set definition 'CHECK (((paid_at IS NULL) OR (state = ''paid''::text)))'

\set repair_column state
\set repair_value paid
\set repaired paid
\set other_repair_column paid_at
\set cause note
\set moment paid_at

\set near '{"state": ["draft", "sent", "paid", "PAID", "paid ", " paid", "paid\\n", "pai", "unpaid", "void", ""], "paid_at": [null, "-infinity", "epoch", "2026-05-13 08:33+00", "2999-01-01", "infinity"]}'

-- The migration, as drizzle's history has it: sha256 of the file, and `when` of the journal.
\set migration_tag_default 0001_invoices_paid_state
\set migration_hash_default fc87cd76d944027a5c9c4e19bb86e63f815e8570ed2385d47cbf690877772303
\set migration_when_default 1778630400000
