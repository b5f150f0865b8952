-- Paid state, step 1 of 3: enforce the rule for every write from now on.
--
-- Does:  adds the CHECK "an invoice with paid_at is paid" as NOT VALID.
-- Why:   a nightly job books payments without the state; a validating ADD would fail on its rows.
-- Locks: ACCESS EXCLUSIVE on invoices for an instant, waited for at most two seconds.
-- Rows:  none read, none changed.
SET LOCAL lock_timeout = '2s';--> statement-breakpoint
SET LOCAL statement_timeout = '5s';--> statement-breakpoint
ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_paid_state" CHECK ("paid_at" IS NULL OR "state" = 'paid') NOT VALID;--> statement-breakpoint
SET LOCAL statement_timeout TO DEFAULT;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
