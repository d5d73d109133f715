-- name: add_case
-- A new worry; nothing when the same is open already. Looked for first: a conflict would use up a case number.
INSERT INTO cases (kind, status, dedup_key, person_id, resident_id, check_in_id, urgent, need, wanted, place, policy,
                   next_action_at, opened_at)
SELECT :kind, 'asking', :dedup_key, :person_id, :resident_id, :check_in_id, :urgent, :need, :wanted, :place, :policy,
       :now, :now
 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE dedup_key = :dedup_key)
ON CONFLICT (dedup_key) DO NOTHING RETURNING number;

-- name: case
-- One case with the person it is about.
SELECT c.*, p.name, p.phone, p.language, r.zone, r.address, o.name AS owner_name, o.phone AS owner_phone
  FROM cases c JOIN people p ON p.id = c.person_id LEFT JOIN residents r ON r.id = c.resident_id
  LEFT JOIN people o ON o.id = c.owner_id WHERE c.number = :number;

-- name: case_by_key
-- The open case of one worry.
SELECT number, kind, status FROM cases WHERE dedup_key = :dedup_key;

-- name: asks_of_case
-- Everybody asked about a case, in the order asked.
SELECT * FROM asks WHERE case_number = :number ORDER BY id;

-- name: keep_case
-- A case after a step; nothing when somebody else changed it meanwhile.
UPDATE cases SET kind = :kind, status = :status, rung = :rung, round = :round, next_action_at = :next_action_at,
       owner_id = :owner_id, taken_at = :taken_at, nudged = :nudged, outcome = :outcome, version = version + 1,
       dedup_key = CASE WHEN :status = 'closed' THEN NULL ELSE dedup_key END,
       closed_at = CASE WHEN :status = 'closed' THEN :now END, closed_by = :closed_by
 WHERE number = :number AND version = :version;

-- name: add_ask
-- Somebody is asked about a case.
INSERT INTO asks (case_number, person_id, role, rung, round, asked_at)
VALUES (:number, :person_id, :role, :rung, :round, :now) ON CONFLICT DO NOTHING RETURNING id;

-- name: settle_ask
-- What somebody said of a case, or that they need not answer any more.
UPDATE asks SET answer = :answer, answered_at = :now WHERE case_number = :number AND person_id = :person_id
   AND (answer IS NULL OR (:answer IN ('yes', 'no') AND answer = 'released'));

-- name: due_cases
-- Cases whose next action time has come, the longest waiting first.
-- postgres: FOR UPDATE SKIP LOCKED
SELECT number FROM cases WHERE next_action_at <= :now ORDER BY next_action_at LIMIT :count;

-- name: crew_contacts
-- Contacts of a resident who agreed and can be texted.
SELECT p.id FROM contacts c JOIN people p ON p.id = c.person_id
 WHERE c.resident_id = :resident_id AND c.status = 'confirmed' AND p.stopped_at IS NULL AND p.unreachable_at IS NULL
 ORDER BY c.id;

-- name: crew_volunteers
-- Volunteers on duty who can be texted: those of the zone first, then those who share the language, the least
-- recently asked first. Those of other zones come last, and after them who got too many alarms in the last hour:
-- better a longer way than nobody.
SELECT p.id FROM volunteers v JOIN people p ON p.id = v.person_id
 WHERE v.status = 'confirmed' AND p.stopped_at IS NULL AND p.unreachable_at IS NULL
   AND (v.away_until IS NULL OR v.away_until <= :now)
 ORDER BY CASE WHEN v.last_asked_at > :an_hour_ago AND (SELECT count(*) FROM outbox o WHERE o.person_id = p.id AND o.created_at > :an_hour_ago AND o.klass = 0
                       AND o.state = 'accepted' AND o.idem LIKE 'case:%') >= :most THEN 1 ELSE 0 END,
          CASE WHEN :zone = '' OR v.zones = '' THEN 1
               WHEN instr('|' || lower(v.zones) || '|', '|' || lower(:zone) || '|') > 0 THEN 0 ELSE 2 END,
          CASE WHEN p.language = :language THEN 0
               WHEN substr(p.language, 1, 3) = substr(:language, 1, 3) THEN 0 ELSE 1 END,
          coalesce(v.last_asked_at, 0), v.id
 LIMIT 60;

-- name: crew_coordinators
-- Coordinators who can be texted.
SELECT p.id FROM coordinators k JOIN people p ON p.id = k.person_id
 WHERE p.stopped_at IS NULL AND p.unreachable_at IS NULL ORDER BY k.id;

-- name: put_off_case
-- A case that could not be worked is looked at again later.
UPDATE cases SET next_action_at = :at WHERE number = :number AND next_action_at IS NOT NULL;

-- name: open_questions_about_cases
-- What a person may be answering: cases they were asked about and may still take, and cases that are theirs.
SELECT s.number, s.status, s.owner_id, s.kind, max(a.asked_at) AS asked_at, s.taken_at,
       max(CASE WHEN a.answer IS NULL AND s.status <> 'taken' THEN 1 ELSE 0 END) AS open_ask
  FROM asks a JOIN cases s ON s.number = a.case_number
 WHERE a.person_id = :person_id AND s.status <> 'closed' GROUP BY s.number
UNION
SELECT s.number, s.status, s.owner_id, s.kind, NULL, s.taken_at, 0 FROM cases s
 WHERE s.owner_id = :person_id AND s.status <> 'closed'
   AND NOT EXISTS (SELECT 1 FROM asks a WHERE a.case_number = s.number AND a.person_id = :person_id);

-- name: was_asked
-- Whether a person was ever asked about a case.
SELECT 1 AS yes FROM asks WHERE case_number = :number AND person_id = :person_id LIMIT 1;

-- name: cases_of_person
-- What was ever asked by or about a person, the newest first.
SELECT c.number, c.kind, c.status, c.need, c.outcome, o.name AS owner_name FROM cases c
  LEFT JOIN people o ON o.id = c.owner_id WHERE c.person_id = :person_id ORDER BY c.number DESC LIMIT 5;

-- name: alarms_that_may_have_reached
-- Whether an alarm about a case reached a person or may still: queued ones do not count, they are withdrawn.
SELECT 1 AS yes FROM outbox o LEFT JOIN outbox b ON b.id = o.bundle_id
 WHERE o.case_number = :number AND o.person_id = :person_id AND o.klass = 0
   AND coalesce(b.state, o.state) IN ('sending', 'unknown', 'accepted')
   AND coalesce(b.status, o.status, '') NOT IN ('failed', 'undelivered') LIMIT 1;

-- name: withdraw_alarms
-- Alarms of a case that have not left need not leave any more.
UPDATE outbox SET state = 'cancelled', error = :reason WHERE case_number = :number AND state = 'queued' AND klass = 0;

-- name: withdraw_alarm_to
-- An alarm to one person that has not left need not leave any more.
UPDATE outbox SET state = 'cancelled', error = :reason WHERE case_number = :number AND person_id = :person_id
   AND state = 'queued' AND klass = 0 AND idem LIKE 'case:%';

-- name: set_urgent
-- The person it is about asked for help.
UPDATE cases SET urgent = 1 WHERE number = :number;
