-- pgTAP's assertions, as a person would write them from the pull request: the constraint is there, violators are rejected,
-- legal rows are accepted. The ids are those of the parent rows.

-- name: has_check
SELECT has_check('execution_workspaces', 'has_check')

-- name: col_has_check
SELECT col_has_check('execution_workspaces', ARRAY['closed_at', 'status'], 'col_has_check')

-- name: rejects active, closed
SELECT throws_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    VALUES ('b8a7c94a-eff1-5761-8aaa-8eca5635e5ab', 'd4217538-7694-5702-a024-35a49ae07c9d', 'isolated_workspace',
            'git_worktree', 'rejects active, closed', 'active', '2026-05-13 08:33:00+00')
$write$, '23514', NULL, 'rejects active, closed')

-- name: rejects idle, closed
SELECT throws_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    VALUES ('b8a7c94a-eff1-5761-8aaa-8eca5635e5ab', 'd4217538-7694-5702-a024-35a49ae07c9d', 'isolated_workspace',
            'git_worktree', 'rejects idle, closed', 'idle', '2026-05-13 08:33:00+00')
$write$, '23514', NULL, 'rejects idle, closed')

-- name: rejects in_review, closed
SELECT throws_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    VALUES ('b8a7c94a-eff1-5761-8aaa-8eca5635e5ab', 'd4217538-7694-5702-a024-35a49ae07c9d', 'isolated_workspace',
            'git_worktree', 'rejects in_review, closed', 'in_review', '2026-05-13 08:33:00+00')
$write$, '23514', NULL, 'rejects in_review, closed')

-- name: accepts archived, closed
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    VALUES ('b8a7c94a-eff1-5761-8aaa-8eca5635e5ab', 'd4217538-7694-5702-a024-35a49ae07c9d', 'isolated_workspace',
            'git_worktree', 'accepts archived, closed', 'archived', '2026-05-13 08:33:00+00')
$write$, 'accepts archived, closed')

-- name: accepts cleanup_failed, closed
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    VALUES ('b8a7c94a-eff1-5761-8aaa-8eca5635e5ab', 'd4217538-7694-5702-a024-35a49ae07c9d', 'isolated_workspace',
            'git_worktree', 'accepts cleanup_failed, closed', 'cleanup_failed', '2026-05-13 08:33:00+00')
$write$, 'accepts cleanup_failed, closed')

-- name: accepts active, open
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    VALUES ('b8a7c94a-eff1-5761-8aaa-8eca5635e5ab', 'd4217538-7694-5702-a024-35a49ae07c9d', 'isolated_workspace',
            'git_worktree', 'accepts active, open', 'active', NULL)
$write$, 'accepts active, open')

-- name: accepts archived, open
SELECT lives_ok($write$
    INSERT INTO execution_workspaces (company_id, project_id, mode, strategy_type, name, status, closed_at)
    VALUES ('b8a7c94a-eff1-5761-8aaa-8eca5635e5ab', 'd4217538-7694-5702-a024-35a49ae07c9d', 'isolated_workspace',
            'git_worktree', 'accepts archived, open', 'archived', NULL)
$write$, 'accepts archived, open')
