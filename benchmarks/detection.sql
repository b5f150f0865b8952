-- pgTAP's assertions, as a person would write them from the pull request: the constraint is there, violators are rejected,
-- legal rows are accepted. There is one project.

-- name: has_check
SELECT has_check('execution_workspaces', 'has_check')

-- name: col_has_check
SELECT col_has_check('execution_workspaces', ARRAY['closed_at', 'status'], 'col_has_check')

-- name: rejects active, closed
SELECT throws_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    SELECT company_id, id, 'isolated_workspace', 'git_worktree', 'rejects active, closed', 'active', '2026-05-13 08:33:00+00' FROM projects
$write$, '23514', NULL, 'rejects active, closed')

-- name: rejects idle, closed
SELECT throws_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    SELECT company_id, id, 'isolated_workspace', 'git_worktree', 'rejects idle, closed', 'idle', '2026-05-13 08:33:00+00' FROM projects
$write$, '23514', NULL, 'rejects idle, closed')

-- name: rejects in_review, closed
SELECT throws_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    SELECT company_id, id, 'isolated_workspace', 'git_worktree', 'rejects in_review, closed', 'in_review', '2026-05-13 08:33:00+00' FROM projects
$write$, '23514', NULL, 'rejects in_review, closed')

-- name: accepts archived, closed
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    SELECT company_id, id, 'isolated_workspace', 'git_worktree', 'accepts archived, closed', 'archived', '2026-05-13 08:33:00+00' FROM projects
$write$, 'accepts archived, closed')

-- name: accepts cleanup_failed, closed
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    SELECT company_id, id, 'isolated_workspace', 'git_worktree', 'accepts cleanup_failed, closed', 'cleanup_failed', '2026-05-13 08:33:00+00' FROM projects
$write$, 'accepts cleanup_failed, closed')

-- name: accepts active, open
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    SELECT company_id, id, 'isolated_workspace', 'git_worktree', 'accepts active, open', 'active', NULL FROM projects
$write$, 'accepts active, open')

-- name: accepts archived, open
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    SELECT company_id, id, 'isolated_workspace', 'git_worktree', 'accepts archived, open', 'archived', NULL FROM projects
$write$, 'accepts archived, open')
