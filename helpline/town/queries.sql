-- name: pause
-- Since when a part stands still, and why; nothing when it does not.
SELECT since_at, reason FROM pauses WHERE name = :name;

-- name: set_pause_of
-- A part stands still from now on.
INSERT INTO pauses (name, since_at, reason) VALUES (:name, :since_at, :reason)
ON CONFLICT (name) DO UPDATE SET since_at = excluded.since_at, reason = excluded.reason;

-- name: end_pause_of
-- A part goes on.
DELETE FROM pauses WHERE name = :name;

-- name: beat
-- A sign of life of one of our parts.
INSERT INTO heartbeats (name, at, data) VALUES (:name, :now, :data)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, data = excluded.data;

-- name: heartbeats
-- All signs of life.
SELECT name, at, data FROM heartbeats WHERE name <> 'question';

-- name: add_event
-- What happened, for good.
INSERT INTO events (at, kind, person_id, case_number, check_in_id, data)
VALUES (:now, :kind, :person_id, :case_number, :check_in_id, :data);
