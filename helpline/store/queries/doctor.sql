-- name: signs_of_use
-- What `helpline doctor` asks of the data: who is there, and when things last happened; NULL: never.
SELECT (SELECT max(received_at) FROM inbox) AS inbound_at,
       (SELECT at FROM heartbeats WHERE name = 'engine') AS tick_at,
       (SELECT count(*) FROM logins) AS logins,
       (SELECT count(*) FROM coordinators) AS coordinators,
       (SELECT count(*) FROM volunteers WHERE status = 'confirmed') AS volunteers,
       (SELECT count(*) FROM volunteers WHERE status = 'invited') AS unconfirmed,
       (SELECT count(*) FROM residents WHERE status = 'active') AS residents;
