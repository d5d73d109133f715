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
SELECT c.*, p.name, p.other_name, p.phone, p.language, r.zone, r.address, o.name AS owner_name,
       o.other_name AS owner_other_name, o.phone AS owner_phone
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

-- name: responding_contacts
-- Contacts of a resident who agreed and can be texted.
SELECT p.id FROM contacts c JOIN people p ON p.id = c.person_id
 WHERE c.resident_id = :resident_id AND c.status = 'confirmed' AND p.stopped_at IS NULL AND p.unreachable_at IS NULL
 ORDER BY c.id;

-- name: responding_volunteers
-- Volunteers on duty who can be texted: those of the zone first, then those who share the language, the least
-- recently asked first. Those of other zones come last, and after them who got too many alarms in the last hour:
-- better a longer way than nobody.
SELECT p.id FROM volunteers v JOIN people p ON p.id = v.person_id
 WHERE v.status = 'confirmed' AND p.stopped_at IS NULL AND p.unreachable_at IS NULL
   AND (v.away_until IS NULL OR v.away_until <= :now)
 ORDER BY CASE WHEN v.last_asked_at > :an_hour_ago AND (SELECT count(*) FROM outbox o WHERE o.person_id = p.id AND o.created_at > :an_hour_ago AND o.purpose = 'case_ask' AND o.state = 'accepted') >= :most THEN 1 ELSE 0 END,
          CASE WHEN :zone = '' OR v.zones = '' THEN 1
               WHEN instr('|' || lower(v.zones) || '|', '|' || lower(:zone) || '|') > 0 THEN 0 ELSE 2 END,
          CASE WHEN p.language = :language THEN 0
               WHEN substr(p.language, 1, 3) = substr(:language, 1, 3) THEN 0 ELSE 1 END,
          coalesce(v.last_asked_at, 0), v.id
 LIMIT 60;

-- name: responding_coordinators
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
SELECT c.number, c.kind, c.status, c.need, c.outcome, o.name AS owner_name, o.other_name AS owner_other_name FROM cases c
  LEFT JOIN people o ON o.id = c.owner_id WHERE c.person_id = :person_id ORDER BY c.number DESC LIMIT 5;

-- name: alarms_that_may_have_reached
-- Whether an alarm about a case reached a person or may still: queued ones do not count, they are withdrawn.
SELECT 1 AS yes FROM outbox o LEFT JOIN outbox b ON b.id = o.bundle_id
 WHERE o.case_number = :number AND o.person_id = :person_id AND o.priority = 0
   AND coalesce(b.state, o.state) IN ('sending', 'unknown', 'accepted')
   AND coalesce(b.status, o.status, '') NOT IN ('failed', 'undelivered') LIMIT 1;

-- name: withdraw_alarms
-- Alarms of a case that have not left need not leave any more.
UPDATE outbox SET state = 'cancelled', error = :reason WHERE case_number = :number AND state = 'queued' AND priority = 0;

-- name: withdraw_alarm_to
-- An alarm to one person that has not left need not leave any more.
UPDATE outbox SET state = 'cancelled', error = :reason WHERE case_number = :number AND person_id = :person_id
   AND state = 'queued' AND priority = 0 AND purpose = 'case_ask';

-- name: set_urgent
-- The person it is about asked for help.
UPDATE cases SET urgent = 1 WHERE number = :number;

-- name: missed_case_of
-- The open case of a resident's silence.
SELECT number FROM cases WHERE resident_id = :resident_id AND kind IN ('missed', 'unreachable') AND status <> 'closed';

-- name: held_cases
-- How many alarms are held.
SELECT count(*) AS count FROM cases WHERE status = 'held';

-- name: move_held_cases
-- When held alarms leave.
UPDATE cases SET next_action_at = :at, version = version + 1 WHERE status = 'held';

-- name: case_events
-- What happened to a case.
SELECT e.at, e.kind, e.data, coalesce(p.name, '') AS name FROM events e LEFT JOIN people p ON p.id = e.person_id
 WHERE e.case_number = :number ORDER BY e.id;

-- name: case_asks
-- Who was asked about a case, and what they said.
SELECT a.person_id, a.role, a.asked_at, a.answer, a.answered_at, p.name FROM asks a JOIN people p ON p.id = a.person_id
 WHERE a.case_number = :number ORDER BY a.id;

-- name: case_texts
-- What was sent about a case, with what became of it.
SELECT o.id, o.channel, coalesce(b.body, o.body) AS body, o.name AS phrase, coalesce(b.state, o.state) AS state,
       coalesce(b.status, o.status) AS status, coalesce(b.error, o.error) AS error, o.created_at,
       coalesce(b.accepted_at, o.accepted_at) AS accepted_at, p.name,
       (SELECT max(d.at) FROM deliveries d WHERE d.outbox_id = coalesce(o.bundle_id, o.id)) AS news_at
  FROM outbox o LEFT JOIN people p ON p.id = o.person_id LEFT JOIN outbox b ON b.id = o.bundle_id
 WHERE o.case_number = :number ORDER BY o.id;

-- name: case_replies
-- What people wrote about a case, and all that the person it is about wrote meanwhile.
SELECT t.id, t.body, t.media, t.received_at, t.unread, p.name FROM inbox t JOIN people p ON p.id = t.person_id
 WHERE (t.person_id = :person_id AND t.received_at >= :start AND t.received_at <= :end)
    OR (t.case_number = :number AND t.person_id IN (SELECT person_id FROM asks WHERE case_number = :number
        UNION SELECT person_id FROM cases WHERE number = :number))
 ORDER BY t.received_at, t.id;

-- name: case_question
-- The hello a case came from.
SELECT asking_at, asked_at, answered_at, answer, status FROM check_ins WHERE id = :id;

-- name: who_may_take
-- Coordinators, and the people asked about a case: one of them may say on the telephone that they go.
SELECT p.id, p.name, 'coordinator' AS role, k.email FROM coordinators k JOIN people p ON p.id = k.person_id
UNION
SELECT p.id, p.name, a.role, '' FROM asks a JOIN people p ON p.id = a.person_id
 WHERE a.case_number = :number AND a.role <> 'coordinator' AND p.id NOT IN (SELECT person_id FROM coordinators)
 ORDER BY 3, 2;

-- name: hold_while_listening
-- Alarms held while we were deaf wait a little longer now that we hear, two hours in all at most.
UPDATE cases SET next_action_at = :until, version = version + 1
 WHERE status = 'held' AND next_action_at IS NOT NULL AND opened_at >= :since AND opened_at >= :until - 7200000
   AND next_action_at < :until;

-- name: shift_cases
-- The clock jumped: waits keep their length.
UPDATE cases SET next_action_at = next_action_at + :by WHERE next_action_at IS NOT NULL;

-- name: alarms_waiting_for
-- Other alarms that wait to leave for a person, urgent ones left out: those leave by themselves.
SELECT o.id, c.number AS case_number, o.body FROM outbox o JOIN cases c ON c.number = o.case_number
 WHERE o.person_id = :person_id AND o.state = 'queued' AND o.priority = 0 AND o.purpose = 'case_ask' AND o.id <> :id
   AND c.status NOT IN ('taken', 'closed') AND c.urgent = 0 ORDER BY o.id;

-- name: last_alarm_to
-- When the last alarm about another case was handed over for a person since :after; NULL: none was. How often one
-- case asks is its ladder's affair.
SELECT max(first_tried_at) AS at FROM outbox WHERE person_id = :person_id AND created_at > :since
   AND case_number <> :case_number AND priority = 0 AND purpose = 'case_ask' AND first_tried_at > :after;

-- name: say_together
-- A text that says several alarms from now on; its own words are kept.
UPDATE outbox SET alone = coalesce(alone, body), body = :body, extra = :extra, segments = :segments WHERE id = :id;

-- name: bundle_text
-- An alarm that another text says too.
UPDATE outbox SET state = 'cancelled', error = 'bundled', bundle_id = :bundle_id WHERE id = :id AND state = 'queued';

-- name: part_bundle
-- The text that said these alarms did not leave: those still wanted wait by themselves again, the others never left.
UPDATE outbox SET bundle_id = NULL,
       state = CASE WHEN EXISTS (SELECT 1 FROM asks a WHERE a.case_number = outbox.case_number
                     AND a.person_id = outbox.person_id AND a.answer IS NULL) THEN 'queued' ELSE state END,
       error = CASE WHEN EXISTS (SELECT 1 FROM asks a WHERE a.case_number = outbox.case_number
                     AND a.person_id = outbox.person_id AND a.answer IS NULL) THEN '' ELSE 'released' END,
       not_before_at = :not_before_at
 WHERE bundle_id = :id AND state = 'cancelled';

-- name: say_alone
-- A text that says its own words again.
UPDATE outbox SET body = alone, extra = NULL, segments = :segments, alone = NULL WHERE id = :id AND alone IS NOT NULL;

-- name: bundled_in
-- The cases of the alarms that a text says besides its own.
SELECT case_number FROM outbox WHERE bundle_id = :id ORDER BY case_number;

-- name: last_alarm_text_to
-- The last text with alarms that may have reached a person.
SELECT id, case_number, extra FROM outbox WHERE person_id = :person_id AND created_at > :since AND priority = 0 AND purpose = 'case_ask' AND state IN ('sending', 'unknown', 'accepted')
   AND coalesce(status, '') NOT IN ('failed', 'undelivered') ORDER BY first_tried_at DESC, id DESC LIMIT 1;

-- name: stuck_alarms
-- Open cases with an alarm that has waited too long for any provider to take it.
SELECT DISTINCT c.number AS case_number, c.round FROM outbox o JOIN cases c ON c.number = o.case_number
 WHERE o.state = 'queued' AND o.priority = 0 AND o.purpose = 'case_ask' AND o.created_at <= :before AND c.status <> 'closed'
 LIMIT :count;

-- name: volunteer_asked
-- Fairness: who was asked last.
UPDATE volunteers SET last_asked_at = :now WHERE person_id = :person_id;
