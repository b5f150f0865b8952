// Our own drizzle schema of the tables that a workspace touches.
//
// Purpose: drizzle-kit generates sql/migrations/0000_baseline.sql and its snapshot from this file, and
// `tests/real` asks the real drizzle-kit whether anything would change next. Every table below equals the
// one that all migrations of @paperclipai/db 2026.824.1 leave behind in columns, their order, types, defaults,
// nullability, foreign keys with their actions, and indexes; `tests/real/test_baseline_matches_upstream.py` proves that on each
// run. Left out: three trigram indexes on issues, for the embedded Postgres has no pg_trgm.
//
// The stand-ins at the end exist so that foreign keys have something to point at: id and company only.
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

// The CHECKs come from the caller, so that a new constraint needs no edit here: {"table": [{name, value}]}.
const checks = JSON.parse(process.env.SCHEMA_CHECKS ?? "{}");
const table = (name, columns, extras = () => []) =>
  pgTable(name, columns, (t) => [
    ...extras(t),
    ...(checks[name] ?? []).map((each) => check(each.name, sql.raw(each.value))),
  ]);

const id = () => uuid().primaryKey().defaultRandom();
const instant = () => timestamp({ withTimezone: true });
const stamp = () => instant().notNull().defaultNow();

// One open, visible issue per key and kind: how the application keeps its own issues from doubling.
const isOpen = (t) => sql`${t.hidden_at} is null and ${t.status} not in ('done', 'cancelled')`;
const onePerOrigin = (name, kind) => (t) =>
  uniqueIndex(name)
    .on(t.company_id, t.origin_kind, t.origin_id)
    .where(sql`${t.origin_kind} = ${sql.raw(`'${kind}'`)} and ${t.origin_id} is not null and ${isOpen(t)}`);

export const companies = table(
  "companies",
  {
    id: id(),
    name: text().notNull(),
    description: text(),
    status: text().notNull().default("active"),
    budget_monthly_cents: integer().notNull().default(0),
    spent_monthly_cents: integer().notNull().default(0),
    created_at: stamp(),
    updated_at: stamp(),
    issue_prefix: text().notNull().default("PAP"),
    issue_counter: integer().notNull().default(0),
    require_board_approval_for_new_agents: boolean().notNull().default(false),
    brand_color: text(),
    pause_reason: text(),
    paused_at: instant(),
    feedback_data_sharing_enabled: boolean().notNull().default(false),
    feedback_data_sharing_consent_at: instant(),
    feedback_data_sharing_consent_by_user_id: text(),
    feedback_data_sharing_terms_version: text(),
    attachment_max_bytes: integer().notNull().default(10485760),
    default_responsible_user_id: text(),
    interaction_resolver_governance: jsonb().notNull().default({}),
  },
  (t) => [
    index("companies_default_responsible_user_idx").on(t.default_responsible_user_id),
    uniqueIndex("companies_issue_prefix_idx").on(t.issue_prefix),
  ],
);

export const projects = table(
  "projects",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id),
    goal_id: uuid().references(() => goals.id),
    name: text().notNull(),
    description: text(),
    status: text().notNull().default("backlog"),
    lead_agent_id: uuid().references(() => agents.id),
    target_date: date(),
    created_at: stamp(),
    updated_at: stamp(),
    color: text(),
    archived_at: instant(),
    execution_workspace_policy: jsonb(),
    pause_reason: text(),
    paused_at: instant(),
    env: jsonb(),
    icon: text(),
  },
  (t) => [
    index("projects_company_idx").on(t.company_id),
  ],
);

export const projectWorkspaces = table(
  "project_workspaces",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id),
    project_id: uuid().notNull().references(() => projects.id, { onDelete: "cascade" }),
    name: text().notNull(),
    cwd: text(),
    repo_url: text(),
    repo_ref: text(),
    metadata: jsonb(),
    is_primary: boolean().notNull().default(false),
    created_at: stamp(),
    updated_at: stamp(),
    source_type: text().notNull().default("local_path"),
    default_ref: text(),
    visibility: text().notNull().default("default"),
    setup_command: text(),
    cleanup_command: text(),
    remote_provider: text(),
    remote_workspace_ref: text(),
    shared_workspace_key: text(),
  },
  (t) => [
    index("project_workspaces_company_project_idx").on(t.company_id, t.project_id),
    index("project_workspaces_company_shared_key_idx").on(t.company_id, t.shared_workspace_key),
    index("project_workspaces_project_primary_idx").on(t.project_id, t.is_primary),
    uniqueIndex("project_workspaces_project_remote_ref_idx").on(t.project_id, t.remote_provider, t.remote_workspace_ref),
    index("project_workspaces_project_source_type_idx").on(t.project_id, t.source_type),
  ],
);

export const issues = table(
  "issues",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id),
    project_id: uuid().references(() => projects.id),
    goal_id: uuid().references(() => goals.id),
    parent_id: uuid().references(() => issues.id),
    title: text().notNull(),
    description: text(),
    status: text().notNull().default("backlog"),
    priority: text().notNull().default("medium"),
    assignee_agent_id: uuid().references(() => agents.id),
    created_by_agent_id: uuid().references(() => agents.id),
    created_by_user_id: text(),
    request_depth: integer().notNull().default(0),
    billing_code: text(),
    started_at: instant(),
    completed_at: instant(),
    cancelled_at: instant(),
    created_at: stamp(),
    updated_at: stamp(),
    issue_number: integer(),
    identifier: text(),
    hidden_at: instant(),
    checkout_run_id: uuid().references(() => heartbeatRuns.id, { onDelete: "set null" }),
    execution_run_id: uuid().references(() => heartbeatRuns.id, { onDelete: "set null" }),
    execution_agent_name_key: text(),
    execution_locked_at: instant(),
    assignee_user_id: text(),
    assignee_adapter_overrides: jsonb(),
    execution_workspace_settings: jsonb(),
    project_workspace_id: uuid().references(() => projectWorkspaces.id, { onDelete: "set null" }),
    execution_workspace_id: uuid().references(() => executionWorkspaces.id, { onDelete: "set null" }),
    execution_workspace_preference: text(),
    origin_kind: text().notNull().default("manual"),
    origin_id: text(),
    origin_run_id: text(),
    execution_policy: jsonb(),
    execution_state: jsonb(),
    origin_fingerprint: text().notNull().default("default"),
    monitor_next_check_at: instant(),
    monitor_wake_requested_at: instant(),
    monitor_last_triggered_at: instant(),
    monitor_attempt_count: integer().notNull().default(0),
    monitor_notes: text(),
    monitor_scheduled_by: text(),
    work_mode: text().notNull().default("standard"),
    source_trust: jsonb(),
    responsible_user_id: text(),
    harness_kind: text(),
    unblock_descriptor: jsonb(),
    blocked_transition_at: instant(),
    blocked_owner_notified_at: instant(),
    review_policy: text(),
  },
  (t) => [
    index("issues_company_assignee_status_idx").on(t.company_id, t.assignee_agent_id, t.status),
    index("issues_company_assignee_user_status_idx").on(t.company_id, t.assignee_user_id, t.status),
    index("issues_company_created_idx").on(t.company_id, t.created_at),
    index("issues_company_execution_workspace_idx").on(t.company_id, t.execution_workspace_id),
    index("issues_company_harness_kind_idx").on(t.company_id, t.harness_kind),
    index("issues_company_monitor_due_idx").on(t.company_id, t.monitor_next_check_at),
    index("issues_company_origin_idx").on(t.company_id, t.origin_kind, t.origin_id),
    index("issues_company_parent_idx").on(t.company_id, t.parent_id),
    index("issues_company_priority_idx").on(t.company_id, t.priority),
    index("issues_company_project_idx").on(t.company_id, t.project_id),
    index("issues_company_project_workspace_idx").on(t.company_id, t.project_workspace_id),
    index("issues_company_responsible_user_idx").on(t.company_id, t.responsible_user_id),
    index("issues_company_status_idx").on(t.company_id, t.status),
    index("issues_company_updated_idx").on(t.company_id, t.updated_at),
    uniqueIndex("issues_identifier_idx").on(t.identifier),
    onePerOrigin("issues_active_liveness_recovery_incident_uq", "harness_liveness_escalation")(t),
    uniqueIndex("issues_active_liveness_recovery_leaf_uq")
      .on(t.company_id, t.origin_kind, t.origin_fingerprint)
      .where(
        sql`${t.origin_kind} = 'harness_liveness_escalation' and ${t.origin_fingerprint} <> 'default' and ${isOpen(t)}`,
      ),
    onePerOrigin("issues_active_productivity_review_uq", "issue_productivity_review")(t),
    onePerOrigin("issues_active_stale_run_evaluation_uq", "stale_active_run_evaluation")(t),
    onePerOrigin("issues_active_stranded_issue_recovery_uq", "stranded_issue_recovery")(t),
    onePerOrigin("issues_active_task_watchdog_uq", "task_watchdog")(t),
    uniqueIndex("issues_onboarding_first_task_uq")
      .on(t.company_id)
      .where(sql`${t.origin_kind} = 'onboarding_first_task'`),
    uniqueIndex("issues_open_routine_execution_uq")
      .on(t.company_id, t.origin_kind, t.origin_id, t.origin_fingerprint)
      .where(
        sql`${t.origin_kind} = 'routine_execution' and ${t.origin_id} is not null and ${t.hidden_at} is null and ${t.execution_run_id} is not null and ${t.status} in ('backlog', 'todo', 'in_progress', 'in_review', 'blocked')`,
      ),
    index("issues_open_normalized_title_created_idx")
      .on(t.company_id, t.parent_id, sql`lower(regexp_replace(btrim(${t.title}), '\\s+', ' ', 'g'))`, t.created_at)
      .where(isOpen(t)),
  ],
);

export const executionWorkspaces = table(
  "execution_workspaces",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id, { onDelete: "cascade" }),
    project_id: uuid().notNull().references(() => projects.id, { onDelete: "cascade" }),
    project_workspace_id: uuid().references(() => projectWorkspaces.id, { onDelete: "set null" }),
    source_issue_id: uuid().references(() => issues.id, { onDelete: "set null" }),
    mode: text().notNull(),
    strategy_type: text().notNull(),
    name: text().notNull(),
    status: text().notNull().default("active"),
    cwd: text(),
    repo_url: text(),
    base_ref: text(),
    branch_name: text(),
    provider_type: text().notNull().default("local_fs"),
    provider_ref: text(),
    derived_from_execution_workspace_id: uuid().references(() => executionWorkspaces.id, { onDelete: "set null" }),
    last_used_at: stamp(),
    opened_at: stamp(),
    closed_at: instant(),
    cleanup_eligible_at: instant(),
    cleanup_reason: text(),
    metadata: jsonb(),
    created_at: stamp(),
    updated_at: stamp(),
  },
  (t) => [
    index("execution_workspaces_company_branch_idx").on(t.company_id, t.branch_name),
    index("execution_workspaces_company_last_used_idx").on(t.company_id, t.last_used_at),
    index("execution_workspaces_company_project_status_idx").on(t.company_id, t.project_id, t.status),
    index("execution_workspaces_company_project_workspace_status_idx").on(t.company_id, t.project_workspace_id, t.status),
    index("execution_workspaces_company_source_issue_idx").on(t.company_id, t.source_issue_id),
  ],
);

export const workspaceRuntimeServices = table(
  "workspace_runtime_services",
  {
    id: uuid().primaryKey(),
    company_id: uuid().notNull().references(() => companies.id),
    project_id: uuid().references(() => projects.id, { onDelete: "set null" }),
    project_workspace_id: uuid().references(() => projectWorkspaces.id, { onDelete: "set null" }),
    issue_id: uuid().references(() => issues.id, { onDelete: "set null" }),
    scope_type: text().notNull(),
    scope_id: text(),
    service_name: text().notNull(),
    status: text().notNull(),
    lifecycle: text().notNull(),
    reuse_key: text(),
    command: text(),
    cwd: text(),
    port: integer(),
    url: text(),
    provider: text().notNull(),
    provider_ref: text(),
    owner_agent_id: uuid().references(() => agents.id, { onDelete: "set null" }),
    started_by_run_id: uuid().references(() => heartbeatRuns.id, { onDelete: "set null" }),
    last_used_at: stamp(),
    started_at: stamp(),
    stopped_at: instant(),
    stop_policy: jsonb(),
    health_status: text().notNull().default("unknown"),
    created_at: stamp(),
    updated_at: stamp(),
    execution_workspace_id: uuid().references(() => executionWorkspaces.id, { onDelete: "set null" }),
    exposure: jsonb(),
    exposure_handle: text(),
    backend_url: text(),
  },
  (t) => [
    index("workspace_runtime_services_company_execution_workspace_status_i").on(t.company_id, t.execution_workspace_id, t.status),
    index("workspace_runtime_services_company_project_status_idx").on(t.company_id, t.project_id, t.status),
    index("workspace_runtime_services_company_updated_idx").on(t.company_id, t.updated_at),
    index("workspace_runtime_services_company_workspace_status_idx").on(t.company_id, t.project_workspace_id, t.status),
    index("workspace_runtime_services_run_idx").on(t.started_by_run_id),
  ],
);

export const workspaceOperations = table(
  "workspace_operations",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id, { onDelete: "cascade" }),
    execution_workspace_id: uuid().references(() => executionWorkspaces.id, { onDelete: "set null" }),
    heartbeat_run_id: uuid().references(() => heartbeatRuns.id, { onDelete: "set null" }),
    phase: text().notNull(),
    command: text(),
    cwd: text(),
    status: text().notNull().default("running"),
    exit_code: integer(),
    log_store: text(),
    log_ref: text(),
    log_bytes: bigint({ mode: "number" }),
    log_sha256: text(),
    log_compressed: boolean().notNull().default(false),
    stdout_excerpt: text(),
    stderr_excerpt: text(),
    metadata: jsonb(),
    started_at: stamp(),
    finished_at: instant(),
    created_at: stamp(),
    updated_at: stamp(),
    issue_id: uuid().references(() => issues.id, { onDelete: "set null" }),
  },
  (t) => [
    index("workspace_operations_company_run_started_idx").on(t.company_id, t.heartbeat_run_id, t.started_at),
    index("workspace_operations_company_workspace_issue_started_idx").on(t.company_id, t.execution_workspace_id, t.issue_id, t.started_at),
    index("workspace_operations_company_workspace_started_idx").on(t.company_id, t.execution_workspace_id, t.started_at),
  ],
);

export const environmentLeases = table(
  "environment_leases",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id, { onDelete: "cascade" }),
    environment_id: uuid().references(() => environments.id, { onDelete: "set null" }),
    execution_workspace_id: uuid().references(() => executionWorkspaces.id, { onDelete: "set null" }),
    issue_id: uuid().references(() => issues.id, { onDelete: "set null" }),
    heartbeat_run_id: uuid().references(() => heartbeatRuns.id, { onDelete: "set null" }),
    status: text().notNull().default("active"),
    lease_policy: text().notNull().default("ephemeral"),
    provider: text(),
    provider_lease_id: text(),
    acquired_at: stamp(),
    last_used_at: stamp(),
    expires_at: instant(),
    released_at: instant(),
    failure_reason: text(),
    cleanup_status: text(),
    metadata: jsonb(),
    created_at: stamp(),
    updated_at: stamp(),
  },
  (t) => [
    index("environment_leases_company_environment_status_idx").on(t.company_id, t.environment_id, t.status),
    index("environment_leases_company_execution_workspace_idx").on(t.company_id, t.execution_workspace_id),
    index("environment_leases_company_issue_idx").on(t.company_id, t.issue_id),
    index("environment_leases_company_last_used_idx").on(t.company_id, t.last_used_at),
    index("environment_leases_heartbeat_run_idx").on(t.heartbeat_run_id),
    index("environment_leases_provider_lease_idx").on(t.provider_lease_id),
  ],
);

export const issueWorkProducts = table(
  "issue_work_products",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id),
    project_id: uuid().references(() => projects.id, { onDelete: "set null" }),
    issue_id: uuid().notNull().references(() => issues.id, { onDelete: "cascade" }),
    execution_workspace_id: uuid().references(() => executionWorkspaces.id, { onDelete: "set null" }),
    runtime_service_id: uuid().references(() => workspaceRuntimeServices.id, { onDelete: "set null" }),
    type: text().notNull(),
    provider: text().notNull(),
    external_id: text(),
    title: text().notNull(),
    url: text(),
    status: text().notNull(),
    review_state: text().notNull().default("none"),
    is_primary: boolean().notNull().default(false),
    health_status: text().notNull().default("unknown"),
    summary: text(),
    metadata: jsonb(),
    created_by_run_id: uuid().references(() => heartbeatRuns.id, { onDelete: "set null" }),
    created_at: stamp(),
    updated_at: stamp(),
    source_trust: jsonb(),
  },
  (t) => [
    index("issue_work_products_company_execution_workspace_type_idx").on(t.company_id, t.execution_workspace_id, t.type),
    index("issue_work_products_company_issue_type_idx").on(t.company_id, t.issue_id, t.type),
    index("issue_work_products_company_provider_external_id_idx").on(t.company_id, t.provider, t.external_id),
    index("issue_work_products_company_updated_idx").on(t.company_id, t.updated_at),
  ],
);

export const executionWorkspaceRuntimeLeases = table(
  "execution_workspace_runtime_leases",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id, { onDelete: "cascade" }),
    execution_workspace_id: uuid()
      .notNull()
      .unique()
      .references(() => executionWorkspaces.id, { onDelete: "cascade" }),
    owner_key: text().notNull(),
    owner_issue_id: uuid().references(() => issues.id, { onDelete: "set null" }),
    owner_run_id: uuid().references(() => heartbeatRuns.id, { onDelete: "set null" }),
    owner_agent_id: uuid().references(() => agents.id, { onDelete: "set null" }),
    last_action: text().notNull(),
    claimed_at: stamp(),
    renewed_at: stamp(),
    expires_at: instant().notNull(),
    metadata: jsonb(),
    created_at: stamp(),
    updated_at: stamp(),
  },
  (t) => [
    index("execution_workspace_runtime_leases_company_owner_idx").on(t.company_id, t.owner_key),
    index("execution_workspace_runtime_leases_company_workspace_idx").on(t.company_id, t.execution_workspace_id),
    index("execution_workspace_runtime_leases_expires_at_idx").on(t.expires_at),
  ],
);

export const toolRuntimeSlots = table(
  "tool_runtime_slots",
  {
    id: id(),
    company_id: uuid().notNull().references(() => companies.id, { onDelete: "cascade" }),
    connection_id: uuid().references(() => toolConnections.id, { onDelete: "cascade" }),
    slot_key: text().notNull(),
    status: text().notNull().default("stopped"),
    provider_ref: text(),
    health_status: text().notNull().default("unchecked"),
    health_message: text(),
    last_started_at: instant(),
    last_used_at: instant(),
    idle_deadline_at: instant(),
    metadata: jsonb().notNull().default({}),
    created_at: stamp(),
    updated_at: stamp(),
    application_id: uuid().references(() => toolApplications.id, { onDelete: "set null" }),
    project_workspace_id: uuid().references(() => projectWorkspaces.id, { onDelete: "set null" }),
    execution_workspace_id: uuid().references(() => executionWorkspaces.id, { onDelete: "set null" }),
    issue_id: uuid().references(() => issues.id, { onDelete: "set null" }),
    owner_scope_type: text().notNull().default("connection"),
    owner_scope_id: text(),
    runtime_kind: text().notNull().default("local_stdio"),
    reuse_key: text(),
    workspace_scope: text(),
    credential_scope_hash: text(),
    provider: text(),
    process_id: integer(),
    command_template_key: text(),
    last_health_check_at: instant(),
    started_at: instant(),
    stopped_at: instant(),
    idle_expires_at: instant(),
    last_error: text(),
  },
  (t) => [
    index("tool_runtime_slots_company_idx").on(t.company_id),
    index("tool_runtime_slots_connection_idx").on(t.connection_id),
    index("tool_runtime_slots_execution_workspace_idx").on(t.company_id, t.execution_workspace_id),
    uniqueIndex("tool_runtime_slots_slot_key_uq").on(t.company_id, t.slot_key),
  ],
);

// Stand-ins.
const standIn = (name, company) => table(name, { id: id(), ...company });
const owned = (onDelete) => ({ company_id: uuid().notNull().references(() => companies.id, { onDelete }) });

export const agents = standIn("agents", owned());
export const goals = standIn("goals", owned());
export const heartbeatRuns = standIn("heartbeat_runs", owned());
export const environments = standIn("environments", {});
export const toolApplications = standIn("tool_applications", owned("cascade"));
export const toolConnections = standIn("tool_connections", owned("cascade"));
