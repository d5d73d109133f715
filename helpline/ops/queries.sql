-- name: audit_case_without_timer
-- Cases that are open and wait for nothing, or closed and wait still.
SELECT number AS id FROM cases WHERE status <> 'closed' AND next_action_at IS NULL
UNION ALL SELECT number FROM cases WHERE next_action_at IS NOT NULL AND status = 'closed' LIMIT 20;

-- name: audit_case_timer_far
-- Open cases whose next step is further away than any ladder goes; a coordinator may put one off for a month.
SELECT number AS id FROM cases WHERE next_action_at IS NOT NULL
   AND next_action_at > CASE WHEN status = 'waiting' THEN :in_a_month ELSE :in_a_day END LIMIT 20;

-- name: audit_case_late
-- Cases whose next step was due and was not taken.
SELECT number AS id FROM cases WHERE next_action_at <= :late ORDER BY next_action_at LIMIT 20;

-- name: audit_case_key
-- Worries with two open cases, and open cases that no longer name their worry.
SELECT min(number) AS id FROM cases WHERE dedup_key IS NOT NULL GROUP BY dedup_key HAVING count(*) > 1
UNION ALL SELECT number FROM cases WHERE status <> 'closed' AND dedup_key IS NULL
UNION ALL SELECT min(number) FROM cases WHERE status <> 'closed' AND resident_id IS NOT NULL
   AND kind IN ('missed', 'unreachable') GROUP BY resident_id HAVING count(*) > 1 LIMIT 20;

-- name: audit_case_owner
-- Cases taken by nobody, or asked about while somebody has them.
SELECT number AS id FROM cases WHERE status <> 'closed'
   AND ((status = 'taken' AND owner_id IS NULL) OR (status = 'asking' AND owner_id IS NOT NULL)) LIMIT 20;

-- name: audit_case_reaches_nobody
-- Cases that ask, and no alarm of this round is on its way to or with anybody.
SELECT c.number AS id FROM cases c WHERE c.status <> 'closed' AND c.status = 'asking'
   AND coalesce((SELECT max(a.asked_at) FROM asks a WHERE a.case_number = c.number AND a.round = c.round), c.opened_at) <= :late
   AND NOT EXISTS (SELECT 1 FROM outbox o LEFT JOIN outbox b ON b.id = o.bundle_id
      WHERE o.case_number = c.number AND o.purpose = 'case_ask'
        AND EXISTS (SELECT 1 FROM asks a WHERE a.case_number = c.number AND a.round = c.round
                       AND a.person_id = o.person_id AND a.asked_at <= o.created_at)
        AND coalesce(b.state, o.state) IN ('queued', 'sending', 'unknown', 'accepted')
        AND coalesce(b.status, o.status, '') NOT IN ('failed', 'undelivered')) LIMIT 20;

-- name: audit_ask_without_text
-- People asked about an open case to whom no text was ever written.
SELECT a.case_number AS id FROM cases c CROSS JOIN asks a
 WHERE a.case_number = c.number AND c.status <> 'closed' AND a.answer IS NULL AND a.asked_at <= :late
   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_number = a.case_number AND o.person_id = a.person_id)
 LIMIT 20;

-- name: audit_check_in_late
-- Check-ins whose next step was due and was not taken.
SELECT id FROM check_ins WHERE due_at <= :late ORDER BY due_at LIMIT 20;

-- name: audit_check_in_stuck
-- Questions that were never accepted, whose text does not wait to leave either.
SELECT i.id FROM check_ins i WHERE i.due_at IS NOT NULL AND i.status = 'asking' AND i.asking_at <= :quarter_hour_ago
   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.check_in_id = i.id AND o.purpose = 'hello'
        AND o.state IN ('queued', 'sending', 'unknown')) LIMIT 20;

-- name: audit_silence_without_case
-- Missed check-ins of the last two days that led to no case, and void ones without a reason.
SELECT i.id FROM check_ins i JOIN residents r ON r.id = i.resident_id
 WHERE i.status IN ('missed', 'void') AND i.asking_at >= :two_days_ago
   AND ((i.status = 'void' AND i.reason = '')
     OR (i.status = 'missed' AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.person_id = r.person_id
          AND c.check_in_id IS NOT NULL AND (c.closed_at IS NULL OR c.closed_at >= i.asking_at)))) LIMIT 20;

-- name: audit_plan_late
-- Residents whose hello was due and was not asked.
SELECT resident_id AS id FROM plans WHERE ask_at <= :late ORDER BY ask_at LIMIT 20;

-- name: audit_last_resident
-- The highest id of a resident.
SELECT coalesce(max(id), 0) AS id FROM residents;

-- name: audit_resident_without_plan
-- Residents on the register, among a range of ids, who will never be asked.
SELECT r.id FROM residents r LEFT JOIN plans n ON n.resident_id = r.id
 WHERE r.id > :first AND r.id <= :last AND r.status = 'active' AND n.resident_id IS NULL LIMIT 20;

-- name: audit_alarm_late
-- Alarms that should have left, or that the provider has not taken for five minutes.
SELECT id FROM outbox WHERE state = 'queued' AND priority = 0
   AND (not_before_at <= :late OR created_at <= :five_minutes_ago) ORDER BY not_before_at LIMIT 20;

-- name: audit_reply_late
-- Replies that should have left a while ago.
SELECT id FROM outbox WHERE state = 'queued' AND priority = 1 AND not_before_at <= :five_minutes_ago
 ORDER BY not_before_at LIMIT 20;

-- name: audit_queue_stands
-- A text that waits, where texts wait and none was taken for ten minutes.
SELECT o.id FROM outbox o WHERE o.state = 'queued' AND o.not_before_at <= :ten_minutes_ago
   AND NOT EXISTS (SELECT 1 FROM outbox t WHERE t.id > (SELECT max(id) - 5000 FROM outbox) AND t.accepted_at > :ten_minutes_ago)
 LIMIT 1;

-- name: audit_text_in_doubt
-- Texts of which nobody has known for ten minutes whether they left.
SELECT id FROM outbox WHERE (lease_until IS NOT NULL OR state = 'unknown')
   AND coalesce(first_tried_at, created_at) <= :ten_minutes_ago LIMIT 20;

-- name: audit_text_too_long
-- Recent texts longer than four segments.
SELECT id FROM outbox WHERE id > (SELECT max(id) - 2000 FROM outbox) AND channel = 'sms' AND segments > 4
   AND created_at >= :a_day_ago LIMIT 20;

-- name: audit_sent_after_stop
-- Texts handed to the provider after their receiver said STOP, in the last day.
SELECT o.id FROM people p CROSS JOIN outbox o
 WHERE o.person_id = p.id AND o.created_at >= :two_days_ago AND p.stopped_at IS NOT NULL AND o.channel = 'sms' AND o.purpose <> 'stop_answer'
   AND o.first_tried_at > p.stopped_at AND o.first_tried_at >= :a_day_ago
   AND o.state IN ('sending', 'unknown', 'accepted') LIMIT 20;

-- name: audit_sent_after_close
-- Alarms handed to the provider after their case was closed, in the last day.
SELECT o.id FROM cases c CROSS JOIN outbox o
 WHERE o.case_number = c.number AND c.closed_at >= :a_day_ago AND o.purpose = 'case_ask'
   AND o.first_tried_at > c.closed_at + 5000 AND o.state IN ('sending', 'unknown', 'accepted') LIMIT 20;

-- name: audit_duty_fails
-- Recent failures of the engine's own duties.
SELECT id FROM events WHERE id > (SELECT max(id) - 2000 FROM events) AND kind = 'duty_failed' AND at >= :ten_minutes_ago
 LIMIT 20;

-- name: audit_code_unknown
-- Texts refused lately for a reason that stands in no table of ours.
SELECT id FROM events WHERE id > (SELECT max(id) - 2000 FROM events) AND kind = 'code_unknown' AND at >= :ten_minutes_ago
 LIMIT 20;

-- name: audit_webhooks_fail
-- Texts of the last hour that never reached us by themselves, where that happened more than once.
SELECT id FROM events WHERE kind = 'text_missed' AND at >= :an_hour_ago
   AND (SELECT count(*) FROM events WHERE kind = 'text_missed' AND at >= :an_hour_ago) > 1 LIMIT 20;

-- name: audit_unread_late
-- Texts that coordinators should have been told of a minute ago.
SELECT id FROM inbox WHERE alarm_at <= :late LIMIT 20;

-- name: audit_unread_untold
-- Moments of late at which texts waited to be read and no coordinator could be told.
SELECT id FROM events WHERE id > (SELECT max(id) - 2000 FROM events) AND kind = 'unread_untold' AND at >= :ten_minutes_ago
 LIMIT 20;

-- name: audit_text_failed
-- Texts that made us stumble, and that nobody has read.
SELECT id FROM inbox WHERE unread = 1 AND reason = 'failed' LIMIT 20;

-- name: audit_last_digest
-- The last date whose summary was sent.
SELECT max(local_date) AS local_date FROM digests;

-- name: audit_nobody_to_tell
-- Residents and open cases of a town in which no coordinator can be texted: the last rung is empty.
SELECT 1 AS id WHERE NOT EXISTS (SELECT 1 FROM coordinators k JOIN people p ON p.id = k.person_id
                                  WHERE p.stopped_at IS NULL AND p.unreachable_at IS NULL)
   AND (EXISTS (SELECT 1 FROM residents WHERE status = 'active') OR EXISTS (SELECT 1 FROM cases WHERE next_action_at IS NOT NULL));

-- name: breaches
-- What is not as it must be, and what was so.
SELECT code, since_at, seen_at, told_at, over_at, count, ids FROM breaches;

-- name: keep_breach
-- What the auditor found.
INSERT INTO breaches (code, since_at, seen_at, told_at, count, ids)
VALUES (:code, :since_at, :now, :told_at, :count, :ids)
ON CONFLICT (code) DO UPDATE SET since_at = excluded.since_at, seen_at = excluded.seen_at, told_at = excluded.told_at,
  over_at = NULL, count = excluded.count, ids = excluded.ids;

-- name: end_breach
-- What the auditor does not find any more.
UPDATE breaches SET over_at = :now WHERE code = :code AND over_at IS NULL;

-- name: recent_errors
-- What providers said against our texts, by their code.
SELECT error, count(*) AS count FROM outbox
 WHERE id > (SELECT max(id) - 5000 FROM outbox) AND created_at >= :an_hour_ago AND error <> ''
   AND (state IN ('refused', 'queued', 'unknown') OR status IN ('undelivered', 'failed')) GROUP BY error;

-- name: recent_waits
-- How long texts waited from the decision until the provider had them.
SELECT priority, accepted_at - created_at AS wait FROM outbox
 WHERE id > (SELECT max(id) - 5000 FROM outbox) AND channel = 'sms' AND accepted_at >= :an_hour_ago;

-- name: live_cases
-- Since when each open case is open.
SELECT opened_at, status FROM cases WHERE status <> 'closed' LIMIT 5000;

-- name: waiting_texts
-- Texts that were decided and are not known to have left, the most pressing first.
SELECT o.*, c.status AS case_status, i.status AS check_in_status FROM outbox o
  LEFT JOIN cases c ON c.number = o.case_number LEFT JOIN check_ins i ON i.id = o.check_in_id
 WHERE o.state IN ('queued', 'sending', 'unknown') ORDER BY o.priority, o.id;

-- name: text_doubted
-- A text of a restored database: it may have left after the copy was made.
UPDATE outbox SET state = 'unknown', error = 'restored', looked_at = NULL, lease_owner = NULL, lease_until = NULL
 WHERE id = :id AND state IN ('queued', 'sending', 'unknown');

-- name: drop_doubted
-- A courtesy of a restored database whose time is over.
UPDATE outbox SET state = 'cancelled', error = :reason WHERE id = :id AND state = 'unknown';

-- name: signs_of_use
-- What `helpline doctor` asks of the data: who is there, and when things last happened; NULL: never.
SELECT (SELECT max(received_at) FROM inbox) AS inbound_at,
       (SELECT at FROM heartbeats WHERE name = 'engine') AS tick_at,
       (SELECT count(*) FROM logins) AS logins,
       (SELECT count(*) FROM coordinators) AS coordinators,
       (SELECT count(*) FROM coordinators k JOIN people p ON p.id = k.person_id
         WHERE p.stopped_at IS NULL AND p.unreachable_at IS NULL) AS told,
       (SELECT count(*) FROM coordinators k JOIN people p ON p.id = k.person_id
         WHERE p.stopped_at IS NULL AND p.unreachable_at IS NULL AND p.heard_at IS NOT NULL) AS heard,
       (SELECT count(*) FROM volunteers v JOIN people p ON p.id = v.person_id
         WHERE v.status = 'confirmed' AND p.stopped_at IS NULL AND p.unreachable_at IS NULL) AS volunteers,
       (SELECT count(*) FROM volunteers WHERE status = 'invited') AS unconfirmed,
       (SELECT count(*) FROM residents WHERE status = 'active') AS residents;

-- name: texts_missed
-- How many texts never reached us by themselves since a moment.
SELECT count(*) AS count FROM events WHERE kind = 'text_missed' AND at >= :after;

-- name: texts_failed
-- How many texts ever made us stumble.
SELECT count(*) AS count FROM events WHERE kind = 'text_failed';

-- name: lateness
-- The oldest moment at which something was due and was not done. An alarm no provider takes is late since it was decided.
SELECT min(at) AS oldest FROM (
  SELECT min(ask_at) AS at FROM plans WHERE ask_at <= :now
  UNION ALL SELECT min(due_at) FROM check_ins WHERE due_at <= :now
  UNION ALL SELECT min(next_action_at) FROM cases WHERE next_action_at <= :now
  UNION ALL SELECT min(CASE WHEN attempts > 0 THEN created_at ELSE not_before_at END)
    FROM outbox WHERE state = 'queued' AND priority = 0) AS late;

-- name: figures
-- Counts for graphs.
SELECT 'cases_open' AS name, count(*) AS value FROM cases WHERE next_action_at IS NOT NULL
UNION ALL SELECT 'cases_asking', count(*) FROM cases WHERE status = 'asking'
UNION ALL SELECT 'check_ins_open', count(*) FROM check_ins WHERE due_at IS NOT NULL
UNION ALL SELECT 'texts_in_doubt', count(*) FROM outbox WHERE state = 'unknown'
UNION ALL SELECT 'unread_texts', count(*) FROM inbox WHERE unread = 1
UNION ALL SELECT 'residents_active', count(*) FROM residents WHERE status = 'active';

-- name: last_audit
-- When the last audit was kept that found something new, and what.
SELECT at, data FROM heartbeats WHERE name = 'audit';

-- name: queue_depth
-- How many texts wait, by class.
SELECT priority, count(*) AS count, min(created_at) AS oldest FROM outbox WHERE state = 'queued' GROUP BY priority;
