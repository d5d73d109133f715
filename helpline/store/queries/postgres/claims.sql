-- name: next_texts
-- What leaves next, held for whoever asks: a second sender is given other texts.
SELECT o.id, o.channel, o.klass, o.receiver, o.body, o.extra, o.segments, o.attempts, o.expires_at, o.route, o.name,
       o.case_number, o.check_in_id, o.person_id, o.first_tried_at, o.idem,
       p.stopped_at, c.status AS case_status, i.status AS check_in_status
  FROM outbox o LEFT JOIN people p ON p.id = o.person_id LEFT JOIN cases c ON c.number = o.case_number
  LEFT JOIN check_ins i ON i.id = o.check_in_id
 WHERE o.state = 'queued' AND o.not_before_at <= :now ORDER BY o.klass, o.not_before_at, o.id LIMIT :count
   FOR UPDATE OF o SKIP LOCKED;

-- name: doubtful_texts
-- Texts whose fate the provider must be asked for, held for whoever asks.
SELECT * FROM outbox WHERE state = 'unknown' AND not_before_at <= :now ORDER BY klass, id LIMIT :count
   FOR UPDATE SKIP LOCKED;

-- name: due_cases
-- Cases whose next action time has come, held for whoever asks.
SELECT number FROM cases WHERE next_action_at <= :now ORDER BY next_action_at LIMIT :count FOR UPDATE SKIP LOCKED;

-- name: due_check_ins
-- Check-ins whose next step is due, held for whoever asks.
SELECT id FROM check_ins WHERE due_at <= :now ORDER BY due_at LIMIT :count FOR UPDATE SKIP LOCKED;

-- name: due_plans
-- Residents whose next hello is due, with all that is needed to ask them; their plans are held for whoever asks.
SELECT n.resident_id, n.ask_at, n.local_date, r.person_id, r.check_in_at, r.days, r.timezone, r.ladder, r.paused_until,
       r.status, p.phone, p.name, p.language, p.stopped_at, p.unreachable_at
  FROM plans n JOIN residents r ON r.id = n.resident_id JOIN people p ON p.id = r.person_id
 WHERE n.ask_at <= :now ORDER BY n.ask_at LIMIT :count FOR UPDATE OF n SKIP LOCKED;
