-- name: due_plans
-- Residents whose next hello is due, with all that is needed to ask them.
-- postgres: FOR UPDATE OF n SKIP LOCKED
SELECT n.resident_id, n.ask_at, n.local_date, r.person_id, r.check_in_at, r.days, r.timezone, r.ladder, r.paused_until,
       r.status, p.phone, p.name, p.other_name, p.language, p.stopped_at,
       EXISTS (SELECT 1 FROM check_ins i WHERE i.resident_id = n.resident_id AND i.local_date = n.local_date
                  AND i.slot = 'plan') AS is_asked
  FROM plans n JOIN residents r ON r.id = n.resident_id JOIN people p ON p.id = r.person_id
 WHERE n.ask_at <= :now ORDER BY n.ask_at LIMIT :count;

-- name: add_check_in
-- A question on its way; nothing when this resident was already asked on this date in this slot.
INSERT INTO check_ins (resident_id, local_date, slot, status, policy, asking_at, due_at)
VALUES (:resident_id, :local_date, :slot, 'asking', :policy, :now, :due_at)
ON CONFLICT (resident_id, local_date, slot) DO NOTHING RETURNING id;

-- name: add_void_check_in
-- A hello that was not said, and why: no silence follows from it.
INSERT INTO check_ins (resident_id, local_date, slot, status, policy, asking_at, reason)
VALUES (:resident_id, :local_date, 'late', 'void', :policy, :now, :reason)
ON CONFLICT (resident_id, local_date, slot) DO NOTHING;

-- name: check_ins_opened
-- Check-ins opened at this moment, by resident.
SELECT resident_id, id FROM check_ins WHERE asking_at = :now AND slot = :slot AND status = 'asking';

-- name: queue_question
-- The question of a check-in just opened.
INSERT INTO outbox (idempotency_key, purpose, channel, priority, person_id, receiver, name, body, segments, check_in_id, state, not_before_at,
                    expires_at, created_at)
VALUES (:idempotency_key, :purpose, 'sms', :priority, :person_id, :receiver, 'check_in', :body, :segments, :check_in_id, 'queued', :now,
        :expires_at, :now)
ON CONFLICT (idempotency_key) DO NOTHING;

-- name: check_in
-- One check-in with its ladder and its resident.
SELECT i.*, l.body AS ladder_json, r.person_id, r.zone FROM check_ins i JOIN policies l ON l.hash = i.policy
  JOIN residents r ON r.id = i.resident_id WHERE i.id = :id;

-- name: put_off_check_in
-- A check-in that could not be worked is looked at again later.
UPDATE check_ins SET due_at = :at WHERE id = :id AND due_at IS NOT NULL;

-- name: keep_policy
-- A ladder as it is at this moment.
INSERT INTO policies (hash, name, body) VALUES (:hash, :name, :body) ON CONFLICT (hash) DO NOTHING;

-- name: due_check_ins
-- Check-ins whose next step is due, the longest waiting first.
-- postgres: FOR UPDATE SKIP LOCKED
SELECT id FROM check_ins WHERE due_at <= :now ORDER BY due_at LIMIT :count;

-- name: check_in_accepted
-- The provider took the question: from now on silence counts.
UPDATE check_ins SET status = 'waiting', asked_at = :now, due_at = :due_at WHERE id = :id AND status = 'asking';

-- name: check_in_said
-- A reminder was said.
UPDATE check_ins SET rung = :rung, due_at = :due_at WHERE id = :id AND status = 'waiting';

-- name: settle_check_in
-- Answered, missed or void; nothing is due any more.
UPDATE check_ins SET status = :status, due_at = NULL, answer = :answer, answered_at = :answered_at, reason = :reason,
       changes_until = :changes_until
 WHERE id = :id;

-- name: correct_answer
-- Another answer takes the place of the first one.
UPDATE check_ins SET answer = :answer, answered_at = :now WHERE id = :id AND changes_until >= :now;

-- name: open_worry_of
-- The open case that a resident's own answer to a hello opened, or turned into a call for help.
SELECT number FROM cases WHERE resident_id = :resident_id AND status <> 'closed' AND kind IN ('help', 'callback')
   AND (check_in_id IS NOT NULL OR dedup_key LIKE '%:check_in') ORDER BY number DESC LIMIT 1;

-- name: open_check_ins_of
-- What a resident is being asked.
SELECT i.id, i.status, i.asked_at, i.asking_at, l.body AS ladder_json FROM check_ins i
  JOIN policies l ON l.hash = i.policy WHERE i.resident_id = :resident_id AND i.due_at IS NOT NULL ORDER BY i.id;

-- name: last_check_in_of
-- The last question put to a resident.
SELECT * FROM check_ins WHERE resident_id = :resident_id ORDER BY id DESC LIMIT 1;

-- name: slots_of_day
-- How often a resident was asked by hand on a date.
SELECT count(*) AS count FROM check_ins WHERE resident_id = :resident_id AND local_date = :local_date AND slot LIKE 'now-%';

-- name: withdraw_questions
-- Questions and reminders of a check-in that have not left need not leave any more.
UPDATE outbox SET state = 'cancelled', error = :reason WHERE check_in_id = :id AND state = 'queued';

-- name: fate_of_question
-- What the provider said of the question of a check-in, and whether any text about it is known to have arrived.
SELECT state, status, attempts, route, EXISTS (SELECT 1 FROM outbox o WHERE o.check_in_id = :id
          AND o.status IN ('delivered', 'read')) AS any_arrived
  FROM outbox WHERE check_in_id = :id AND purpose = 'hello' ORDER BY id DESC LIMIT 1;

-- name: confirmed_contact_name
-- How the first contact who agreed and can be told is called.
SELECT CASE WHEN c.name <> '' THEN c.name ELSE p.name END AS name, p.other_name FROM contacts c JOIN people p ON p.id = c.person_id
 WHERE c.resident_id = :resident_id AND c.status = 'confirmed' AND p.stopped_at IS NULL AND p.unreachable_at IS NULL
 ORDER BY c.id LIMIT 1;

-- name: last_planned_date
-- The last date on which a resident was asked as planned.
SELECT max(local_date) AS local_date FROM check_ins WHERE resident_id = :resident_id AND slot = 'plan';

-- name: plans_far_ahead
-- Plans later than a moment.
SELECT resident_id FROM plans WHERE ask_at > :after;

-- name: silent_of_a_morning
-- How many of those asked lately are silent to the end, or nearly as long as one whose last moment has come. A
-- question that came back undelivered is no silence.
SELECT count(*) AS count FROM (
  SELECT id FROM check_ins WHERE status IN ('missed', 'void') AND status = 'missed' AND asking_at > :after
     AND asked_at IS NOT NULL AND answered_at IS NULL
  UNION ALL
  SELECT id FROM check_ins WHERE due_at IS NOT NULL AND due_at <= :soon AND status = 'waiting' AND asking_at > :after
     AND asked_at <= :alike) AS quiet
 WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.check_in_id = quiet.id AND o.purpose = 'hello'
                      AND o.status IN ('undelivered', 'failed'));

-- name: asked_of_a_morning
-- How many of those asked lately have come to an answer, or are as silent; no more than :enough are counted.
SELECT count(*) AS count FROM (
  SELECT i.id FROM check_ins i
   WHERE i.asking_at > :after AND i.asked_at IS NOT NULL
     AND (i.status = 'answered' OR ((i.status = 'missed' OR (i.status = 'waiting' AND i.due_at <= :soon AND i.asked_at <= :alike))
         AND (i.answered_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.check_in_id = i.id
              AND o.purpose = 'hello' AND o.status IN ('undelivered', 'failed')))))
   LIMIT :enough) AS asked;

-- name: danger_was_said
-- Whether a coordinator lately said that silences are no trouble of the network.
SELECT 1 AS yes FROM events WHERE kind = 'danger_said' AND at > :after LIMIT 1;

-- name: doubt_was_told
-- Whether coordinators were asked lately.
SELECT 1 AS yes FROM events WHERE kind = 'doubt' AND at > :after LIMIT 1;

-- name: grant_deaf_time
-- Those asked by a route get the time back that we could not have heard them by it.
UPDATE check_ins SET due_at = due_at + CASE WHEN :now - asked_at < :by THEN :now - asked_at ELSE :by END
 WHERE due_at IS NOT NULL AND status = 'waiting'
   AND EXISTS (SELECT 1 FROM outbox o WHERE o.check_in_id = check_ins.id AND o.purpose = 'hello' AND o.route = :route);

-- name: grant_time
-- Those who were being asked get the time back that we were deaf.
UPDATE check_ins SET due_at = due_at + :by WHERE status = 'waiting';

-- name: void_unsaid
-- Questions no provider had taken when we went down, and that are too late to be put now.
UPDATE check_ins SET status = 'void', reason = 'too_late', due_at = NULL
 WHERE due_at IS NOT NULL AND status = 'asking' AND asking_at <= :before;

-- name: hellos_too_late
-- How many hellos were due while we were down and are too late to be said now.
SELECT count(*) AS count FROM plans WHERE ask_at <= :before AND ask_at <= :now;

-- name: shift_check_ins
-- The clock jumped: waits keep their length.
UPDATE check_ins SET due_at = due_at + :by WHERE due_at IS NOT NULL;

-- name: shift_texts
-- The clock jumped: texts that wait keep their turn, their worth and their leases.
UPDATE outbox SET not_before_at = not_before_at + :by, expires_at = expires_at + :by, lease_until = lease_until + :by
 WHERE state IN ('queued', 'sending', 'unknown');

-- name: shift_unread
-- The clock jumped: texts that nobody has read wait as long as before.
UPDATE inbox SET alarm_at = alarm_at + :by, told_at = told_at + :by WHERE alarm_at IS NOT NULL;

-- name: shift_unfinished
-- The clock jumped: requests that stopped half-way wait as long as before.
UPDATE conversations SET remind_at = remind_at + :by WHERE remind_at IS NOT NULL;

-- name: set_plan
-- When a resident is asked next.
INSERT INTO plans (resident_id, ask_at, local_date) VALUES (:resident_id, :ask_at, :local_date)
ON CONFLICT (resident_id) DO UPDATE SET ask_at = excluded.ask_at, local_date = excluded.local_date;
