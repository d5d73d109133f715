-- name: add_session
-- Somebody is in.
INSERT INTO login_sessions (token_hash, login_id, csrf, created_at, seen_at, expires_at)
VALUES (:token_hash, :login_id, :csrf, :now, :now, :expires_at);

-- name: session
-- Who is in with this token.
SELECT s.token_hash, s.login_id, s.csrf, s.seen_at, s.expires_at, l.email, l.name, l.language
  FROM login_sessions s JOIN logins l ON l.id = s.login_id WHERE s.token_hash = :token_hash;

-- name: session_seen
-- Still there.
UPDATE login_sessions SET seen_at = :now WHERE token_hash = :token_hash;

-- name: end_session
-- Out.
DELETE FROM login_sessions WHERE token_hash = :token_hash;

-- name: forget_sessions
-- Sessions long over.
DELETE FROM login_sessions WHERE expires_at <= :now OR seen_at <= :idle_since;

-- name: remove_sessions_of_login
-- Whoever is in with this login is out at the next click.
DELETE FROM login_sessions WHERE login_id = :login_id;

-- name: clear_login_failures
-- The right password came: earlier wrong ones no longer count.
UPDATE logins SET failures = 0, locked_until = NULL WHERE id = :login_id;
