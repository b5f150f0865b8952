-- Two tables, empty.
--
-- Does:  creates accounts, and invoices that belong to one.
-- Why:   the harness has to hold another application's table to a rule as it holds paperclip's.
-- Locks: ACCESS EXCLUSIVE, on tables that this file itself creates.
-- Rows:  none before, none after.
CREATE TABLE "accounts" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoices" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
  "account_id" uuid NOT NULL,
  "corrects_invoice_id" uuid,
  "number" text NOT NULL,
  "state" text DEFAULT 'draft' NOT NULL,
  "note" text,
  "paid_at" timestamp with time zone,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_account_id_accounts_id_fk"
  FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade;
--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_corrects_invoice_id_invoices_id_fk"
  FOREIGN KEY ("corrects_invoice_id") REFERENCES "public"."invoices"("id") ON DELETE set null;
