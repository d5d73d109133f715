-- name: login_by_email
-- The login of an e-mail address, whatever the case it is typed in.
SELECT * FROM logins WHERE email = lower(:email);

-- name: logins
-- Every login, by e-mail.
SELECT * FROM logins ORDER BY email;

-- name: add_login
-- A new login; nothing when the address has one already.
INSERT INTO logins (email, name, language, password_hash, created_at)
VALUES (lower(:email), :called, :language, :password_hash, :now)
ON CONFLICT (email) DO NOTHING
RETURNING id;

-- name: set_login_password
-- A new password, and a clean slate for failed attempts.
UPDATE logins SET password_hash = :password_hash, failures = 0, locked_until = NULL WHERE id = :login_id;

-- name: remove_login
-- Nobody opens the desk with this login any more; its sessions go with it.
DELETE FROM logins WHERE id = :login_id;

-- name: note_login_failure
-- One wrong password more; from `locked_until` on the login may try again.
UPDATE logins SET failures = failures + 1, locked_until = :locked_until WHERE id = :login_id;
