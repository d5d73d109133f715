-- name: day_answers
-- What became of the hellos of a date: how many, by status, answer, and whether a reminder had been said.
SELECT status, answer, CASE WHEN rung > 0 THEN 1 ELSE 0 END AS reminded, reason, count(*) AS count FROM check_ins
 WHERE local_date = :local_date GROUP BY 1, 2, 3, 4;

-- name: day_replies
-- Who said what on a date, or nothing; those who need somebody first.
SELECT i.id, i.status, i.answer, i.asked_at, i.answered_at, i.reason, i.rung, p.name, r.zone, p.language,
       (SELECT c.number FROM cases c WHERE c.check_in_id = i.id ORDER BY c.number DESC LIMIT 1) AS case_number
  FROM check_ins i JOIN residents r ON r.id = i.resident_id JOIN people p ON p.id = r.person_id
 WHERE i.local_date = :local_date AND (:all <> 0 OR i.status <> 'answered' OR i.answer <> 'ok')
 ORDER BY CASE WHEN i.status = 'missed' AND i.answer IS NULL THEN 0 WHEN i.answer = 'help' THEN 1
               WHEN i.answer = 'soso' THEN 2 WHEN i.status = 'void' THEN 3 WHEN i.answer IS NULL THEN 4 ELSE 5 END,
          p.name, i.id LIMIT :count;

-- name: day_cases
-- How many cases opened and how many ended between two moments.
SELECT count(CASE WHEN opened_at >= :start AND opened_at < :end THEN 1 END) AS opened,
       count(CASE WHEN closed_at >= :start AND closed_at < :end THEN 1 END) AS closed
  FROM cases WHERE opened_at < :end AND (closed_at IS NULL OR closed_at >= :start);

-- name: day_open_cases
-- Cases that had no ending at a moment.
SELECT c.number, c.kind, c.status, c.opened_at, c.next_action_at, c.nudged, c.policy, c.need, c.owner_id, c.place,
       p.name, p.other_name, coalesce(r.zone, '') AS zone, coalesce(o.name, '') AS owner_name
  FROM cases c JOIN people p ON p.id = c.person_id LEFT JOIN residents r ON r.id = c.resident_id
  LEFT JOIN people o ON o.id = c.owner_id
 WHERE c.opened_at < :end AND (c.status <> 'closed' OR c.closed_at >= :end) ORDER BY c.number;

-- name: day_unread
-- How many texts a person should read.
SELECT count(*) AS count FROM inbox WHERE unread = 1;

-- name: day_unread_texts
-- Texts a person should read, those with a sign of need first, then the oldest.
SELECT t.id, t.body, t.media, t.received_at, t.case_number, t.reason, t.pressing, t.told, p.name, coalesce(r.zone, '') AS zone, t.sender
  FROM inbox t LEFT JOIN people p ON p.id = t.person_id LEFT JOIN residents r ON r.person_id = t.person_id
 WHERE t.unread = 1 ORDER BY t.pressing DESC, t.received_at, t.id LIMIT :count;

-- name: day_volunteers
-- Volunteers who agreed, with whether each can be asked now.
SELECT p.name, v.zones, v.away_until,
       p.stopped_at IS NULL AND p.unreachable_at IS NULL AND (v.away_until IS NULL OR v.away_until <= :now) AS on_duty
  FROM volunteers v JOIN people p ON p.id = v.person_id WHERE v.status = 'confirmed' ORDER BY p.name, v.id;

-- name: day_zones
-- How many people are greeted in each zone.
SELECT zone, count(*) AS residents FROM residents WHERE status = 'active' GROUP BY zone ORDER BY zone;

-- name: day_register
-- The register in numbers, who said STOP between two moments, and whose pause ends between two others.
SELECT (SELECT count(*) FROM residents WHERE status = 'active') AS residents,
       (SELECT count(*) FROM residents WHERE status = 'active' AND paused_until >= :next AND paused_until < :after) AS back,
       (SELECT count(*) FROM people WHERE stopped_at >= :start AND stopped_at < :end) AS stops;

-- name: day_unconfirmed
-- People who were asked to agree and have not answered.
SELECT p.name, 'resident' AS role, r.zone, r.created_at AS since FROM residents r JOIN people p ON p.id = r.person_id
 WHERE r.status = 'invited'
UNION ALL SELECT p.name, 'volunteer', v.zones, p.created_at FROM volunteers v JOIN people p ON p.id = v.person_id
 WHERE v.status = 'invited'
UNION ALL SELECT CASE WHEN c.name <> '' THEN c.name ELSE p.name END, 'contact', r.zone, p.created_at FROM contacts c
  JOIN people p ON p.id = c.person_id JOIN residents r ON r.id = c.resident_id
 WHERE c.status = 'invited' AND r.status = 'active'
 ORDER BY 2, 1;

-- name: day_failing
-- Numbers that texts do not reach: known as such, or refused among the texts from :first on.
SELECT p.id, p.name, p.phone, p.line, coalesce(max(r.zone), '') AS zone, max(coalesce(p.unreachable_at, o.created_at)) AS since,
       max(coalesce(o.error, '')) AS error
  FROM people p LEFT JOIN residents r ON r.person_id = p.id
  LEFT JOIN outbox o ON o.person_id = p.id AND o.id >= :first AND o.channel = 'sms'
        AND (o.state = 'refused' OR o.status IN ('undelivered', 'failed'))
 WHERE p.stopped_at IS NULL AND (p.unreachable_at IS NOT NULL OR p.id IN (
       SELECT f.person_id FROM outbox f WHERE f.id >= :first AND f.channel = 'sms'
          AND (f.state = 'refused' OR f.status IN ('undelivered', 'failed'))))
 GROUP BY p.id ORDER BY p.name, p.id;

-- name: day_not_told
-- Who could not be told something about a case between two moments, by no route.
SELECT e.kind, e.case_number AS number, p.name FROM events e JOIN people p ON p.id = e.person_id
 WHERE e.kind IN ('case_not_told', 'case_text_lost') AND e.at >= :start AND e.at < :end ORDER BY e.id LIMIT 50;

-- name: day_half_way
-- Who began a request between two moments and did not go on, where no case was opened for it.
SELECT e.at, e.data, p.name, p.phone, coalesce(r.zone, '') AS zone FROM events e JOIN people p ON p.id = e.person_id
  LEFT JOIN residents r ON r.person_id = p.id
 WHERE e.kind = 'request_unfinished' AND e.at >= :start AND e.at < :end AND e.case_number IS NULL ORDER BY e.id LIMIT 50;

-- name: day_segments
-- Segments taken by the provider between two moments, among the texts from :first on.
SELECT CAST(coalesce(sum(segments), 0) AS BIGINT) AS segments FROM outbox
 WHERE id >= :first AND channel = 'sms' AND accepted_at >= :start AND accepted_at < :end;

-- name: day_system
-- Signs of life: the engine's last beat, and texts that should have left.
SELECT (SELECT at FROM heartbeats WHERE name = 'engine') AS engine_at,
       (SELECT count(*) FROM outbox WHERE state = 'queued' AND not_before_at <= :now) AS texts_waiting,
       (SELECT received_at FROM inbox ORDER BY id DESC LIMIT 1) AS heard_at;

-- name: digest_of
-- Whether the summary of a date was sent.
SELECT local_date, at FROM digests WHERE local_date = :local_date;

-- name: any_digest
-- Whether a summary was ever sent.
SELECT 1 AS yes FROM digests LIMIT 1;

-- name: add_digest
-- The summary of a date is on its way; nothing when it was before.
INSERT INTO digests (local_date, at) VALUES (:local_date, :now) ON CONFLICT (local_date) DO NOTHING;
