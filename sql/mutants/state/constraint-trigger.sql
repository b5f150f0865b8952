-- Mistake: A deferrable constraint trigger has the name, so that the catalog shows a constraint that is no CHECK.
-- Place: instead
CREATE FUNCTION "public"."refuse_contradiction"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.closed_at IS NOT NULL AND NEW.status NOT IN ('archived','cleanup_failed') THEN
    RAISE EXCEPTION 'closed_at contradicts status'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'execution_workspaces_closed_state_consistency';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "execution_workspaces_closed_state_consistency" AFTER INSERT OR UPDATE ON "public"."execution_workspaces"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "public"."refuse_contradiction"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
