-- name: still_alive
-- A later sign of life of one of our parts, of which all else stays as it was.
INSERT INTO heartbeats (name, at, data) VALUES (:name, :at, '{}')
ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE heartbeats.at < excluded.at;

-- name: count_question
-- Somebody asks the engine for a sign of life: that it was written is what it sees.
INSERT INTO heartbeats (name, at, data) VALUES ('question', 1, '{}')
ON CONFLICT (name) DO UPDATE SET at = heartbeats.at + 1;
