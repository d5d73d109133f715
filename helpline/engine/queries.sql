-- name: next_due
-- The earliest moment at which anything waits for the engine; NULL when nothing does.
SELECT min(at) AS at FROM (
  SELECT min(ask_at) AS at FROM plans
  UNION ALL SELECT min(due_at) FROM check_ins WHERE due_at IS NOT NULL
  UNION ALL SELECT min(next_action_at) FROM cases WHERE next_action_at IS NOT NULL
  UNION ALL SELECT min(alarm_at) FROM inbox WHERE alarm_at IS NOT NULL
  UNION ALL SELECT min(remind_at) FROM conversations WHERE remind_at IS NOT NULL
  UNION ALL SELECT min(not_before_at) FROM outbox WHERE state = 'unknown'
  UNION ALL SELECT min(lease_until) FROM outbox WHERE lease_until IS NOT NULL
  UNION ALL SELECT min(watch_at) FROM outbox WHERE watch_at IS NOT NULL) AS waiting;

-- name: take_lease
-- Be the one active engine, or stay it; changes nothing while another one is. The fence counts the owners.
INSERT INTO engine_lease (id, owner, until_at, fence) VALUES (1, :owner, :until_at, 1)
ON CONFLICT (id) DO UPDATE SET fence = engine_lease.fence + CASE WHEN engine_lease.owner <> excluded.owner THEN 1 ELSE 0 END,
  owner = excluded.owner, until_at = excluded.until_at
WHERE engine_lease.owner = excluded.owner OR engine_lease.until_at <= :now OR engine_lease.owner = :dead;

-- name: lease
-- Which engine is active, and until when; the last signs of life of it, and of one that stands by.
SELECT owner, until_at, fence, (SELECT at FROM heartbeats WHERE name = 'engine') AS engine_at,
       (SELECT at FROM heartbeats WHERE name = 'standby') AS standby_at
  FROM engine_lease WHERE id = 1;

-- name: give_up_lease
-- Let another engine be active.
UPDATE engine_lease SET until_at = 0 WHERE id = 1 AND owner = :owner;

-- name: module_version
-- The version of an engine module that this database is used with.
SELECT version FROM module_versions WHERE name = :name;

-- name: set_module_version
-- The version of an engine module, at its first run.
INSERT INTO module_versions (name, version) VALUES (:name, :version) ON CONFLICT (name) DO NOTHING;

-- name: text_waits
-- Whether any text may leave now.
SELECT 1 AS yes FROM outbox WHERE state = 'queued' AND not_before_at <= :now LIMIT 1;
