-- name: routes_of_texts
-- By which routes texts left lately that should have brought a report by now; a look at the first of them will do.
SELECT DISTINCT route FROM (SELECT route, channel, state, accepted_at FROM outbox WHERE id >= :first ORDER BY id LIMIT 2000) AS o
 WHERE channel = 'sms' AND state = 'accepted' AND accepted_at <= :before AND route <> '';

-- name: last_text_in_by
-- When a text last came in by a route, among the last ones.
SELECT max(received_at) AS at FROM (SELECT provider, received_at FROM inbox ORDER BY id DESC LIMIT 500) AS lately
 WHERE provider = :route;

-- name: report_since
-- Whether a route reported anything after a moment, about texts from :first on.
SELECT 1 AS yes FROM outbox o CROSS JOIN deliveries d
 WHERE d.outbox_id = o.id AND o.id >= :first AND o.route = :route AND d.at > :after ORDER BY o.id DESC LIMIT 1;

-- name: last_report_of
-- When a route last reported anything about texts from :first on.
SELECT max(d.at) AS at FROM outbox o CROSS JOIN deliveries d
 WHERE d.outbox_id = o.id AND o.id >= :first AND o.route = :route;

-- name: last_gap
-- When we last came back from an outage, or the clock jumped: what came meanwhile was lost on us, not by a route.
SELECT max(at) AS at FROM events WHERE kind IN ('back_after_outage', 'clock_jumped') AND at > :after;

-- name: reports_awaited
-- The first texts that a route took after a moment, long enough ago to have been reported.
SELECT id, accepted_at FROM outbox
 WHERE id >= :first AND channel = 'sms' AND state = 'accepted' AND route = :route AND accepted_at > :heard_at
   AND accepted_at <= :before ORDER BY id LIMIT :count;

-- name: reported_before
-- Whether a route reported on any of the texts before one: where no report ever comes, none is missed.
SELECT 1 AS yes FROM outbox o
 WHERE o.id < :id AND o.id >= :id - 5000 AND o.route = :route
   AND EXISTS (SELECT 1 FROM deliveries d WHERE d.outbox_id = o.id) LIMIT 1;

-- name: deaf_routes
-- Routes by which nothing reaches us though it should, and since when.
SELECT substr(name, 6) AS route, since_at FROM pauses WHERE name LIKE 'deaf:%';

-- name: grant_deaf_time
-- Those asked by a route get the time back that we could not have heard them by it.
UPDATE check_ins SET due_at = due_at + CASE WHEN :now - asked_at < :by THEN :now - asked_at ELSE :by END
 WHERE due_at IS NOT NULL AND status = 'waiting'
   AND EXISTS (SELECT 1 FROM outbox o WHERE o.check_in_id = check_ins.id AND o.name = 'check_in' AND o.route = :route);

-- name: hold_while_listening
-- Alarms held while we were deaf wait a little longer now that we hear, two hours in all at most.
UPDATE cases SET next_action_at = :until, version = version + 1
 WHERE status = 'held' AND next_action_at IS NOT NULL AND opened_at >= :since AND opened_at >= :until - 7200000
   AND next_action_at < :until;

-- name: next_judgement
-- When a deadline ends next: of a check-in, or of the wait for an answer about a case.
SELECT min(at) AS at FROM (SELECT min(due_at) AS at FROM check_ins WHERE due_at IS NOT NULL
  UNION ALL SELECT min(next_action_at) FROM cases WHERE next_action_at IS NOT NULL) AS deadlines;

-- name: judgements_due
-- How many deadlines of check-ins end now; no more than :count are counted.
SELECT count(*) AS count FROM (SELECT 1 FROM check_ins WHERE due_at <= :now LIMIT :count) AS due;

-- name: last_text_in
-- When a text last came in.
SELECT received_at AS at FROM inbox ORDER BY id DESC LIMIT 1;

-- name: last_accepted
-- When a provider took the last of our latest texts, up to a moment.
SELECT max(accepted_at) AS at FROM (SELECT accepted_at FROM outbox ORDER BY id DESC LIMIT 50) AS latest
 WHERE accepted_at <= :before;

-- name: heard_lately
-- When anything came in last: a text, or news about one of our latest texts.
SELECT max(at) AS at FROM (SELECT max(received_at) AS at FROM (SELECT received_at FROM inbox ORDER BY id DESC LIMIT 1) AS t
  UNION ALL SELECT max(d.at) FROM (SELECT id FROM outbox ORDER BY id DESC LIMIT 50) AS o
    JOIN deliveries d ON d.outbox_id = o.id) AS heard;

-- name: text_was_taken_in
-- Whether we have a text of a provider.
SELECT 1 AS yes FROM inbox WHERE provider = :provider AND provider_id = :provider_id;

-- name: texts_missed
-- How many texts never reached us by themselves since a moment.
SELECT count(*) AS count FROM events WHERE kind = 'text_missed' AND at >= :after;
