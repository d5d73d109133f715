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

-- name: courtesies_to
-- How many courtesies left for a person since :after.
SELECT count(*) AS count FROM outbox WHERE person_id = :person_id AND created_at > :since AND priority >= 3
   AND channel = 'sms' AND first_tried_at > :after;

-- name: spend
-- A text was taken by a provider: what it cost.
INSERT INTO spending (month, priority, texts, segments, cost) VALUES (:month, :priority, 1, :segments, :cost)
ON CONFLICT (month, priority) DO UPDATE SET texts = spending.texts + 1, segments = spending.segments + excluded.segments,
  cost = spending.cost + excluded.cost;

-- name: spent
-- What a month cost so far, by class.
SELECT priority, texts, segments, cost FROM spending WHERE month = :month ORDER BY priority;

-- name: spent_in_all
-- What a month cost so far.
SELECT CAST(coalesce(sum(cost), 0) AS BIGINT) AS cost FROM spending WHERE month = :month;

-- name: tally
-- One more of something on a day.
INSERT INTO tallies (local_date, name, count) VALUES (:local_date, :name, 1)
ON CONFLICT (local_date, name) DO UPDATE SET count = tallies.count + 1;

-- name: tally_of
-- How often something happened on a day.
SELECT count FROM tallies WHERE local_date = :local_date AND name = :name;

-- name: queue_text
-- A text that must leave; nothing when the same was decided before.
INSERT INTO outbox (idempotency_key, purpose, channel, priority, person_id, receiver, name, body, extra, segments,
                    case_number, check_in_id, state, not_before_at, expires_at, route, retry_of, created_at)
VALUES (:idempotency_key, :purpose, :channel, :priority, :person_id, :receiver, :name, :body, :extra, :segments,
        :case_number, :check_in_id, 'queued', :not_before_at, :expires_at, :route, :retry_of, :now)
ON CONFLICT (idempotency_key) DO NOTHING RETURNING id;

-- name: next_texts
-- What leaves next by phone: the most pressing class first, then the oldest.
-- postgres: FOR UPDATE OF o SKIP LOCKED
SELECT o.id, o.channel, o.priority, o.receiver, o.body, o.extra, o.segments, o.attempts, o.expires_at, o.route, o.name,
       o.case_number, o.check_in_id, o.person_id, o.first_tried_at, o.created_at, o.provider_id, o.purpose,
       p.stopped_at, c.status AS case_status, c.urgent, i.status AS check_in_status
  FROM outbox o LEFT JOIN people p ON p.id = o.person_id LEFT JOIN cases c ON c.number = o.case_number
  LEFT JOIN check_ins i ON i.id = o.check_in_id
 WHERE o.state = 'queued' AND o.not_before_at <= :now AND o.channel = 'sms'
 ORDER BY o.priority, o.not_before_at, o.id LIMIT :count;

-- name: next_mails
-- What leaves next by e-mail.
-- postgres: FOR UPDATE OF o SKIP LOCKED
SELECT o.id, o.channel, o.priority, o.receiver, o.body, o.extra, o.segments, o.attempts, o.expires_at, o.route, o.name,
       o.case_number, o.check_in_id, o.person_id, o.first_tried_at, o.created_at, o.provider_id, o.purpose,
       p.stopped_at, c.status AS case_status, c.urgent, i.status AS check_in_status
  FROM outbox o LEFT JOIN people p ON p.id = o.person_id LEFT JOIN cases c ON c.number = o.case_number
  LEFT JOIN check_ins i ON i.id = o.check_in_id
 WHERE o.state = 'queued' AND o.not_before_at <= :now AND o.channel = 'email'
 ORDER BY o.priority, o.not_before_at, o.id LIMIT :count;

-- name: claim_text
-- A text in the hands of one sender until the lease ends.
UPDATE outbox SET state = 'sending', attempts = attempts + 1, route = :route, lease_owner = :owner, lease_until = :lease_until,
       first_tried_at = coalesce(first_tried_at, :now) WHERE id = :id AND state = 'queued';

-- name: drop_text
-- A text that must not leave any more.
UPDATE outbox SET state = :state, error = :reason WHERE id = :id AND state = 'queued';

-- name: text
-- One text of the outbox.
SELECT * FROM outbox WHERE id = :id;

-- name: text_by_provider_id
-- One text by the provider's id.
SELECT * FROM outbox WHERE provider_id = :provider_id;

-- name: text_accepted
-- The provider has it.
UPDATE outbox SET state = 'accepted', accepted_at = coalesce(accepted_at, :now), provider_id = coalesce(provider_id, :provider_id),
       status = coalesce(status, :status), route = :route, lease_owner = NULL, lease_until = NULL, error = '',
       watch_at = :watch_at
 WHERE id = :id AND state IN ('sending', 'unknown', 'queued');

-- name: text_refused
-- The provider will never take it.
UPDATE outbox SET state = 'refused', error = :error, lease_owner = NULL, lease_until = NULL
 WHERE id = :id AND state IN ('sending', 'unknown', 'queued');

-- name: text_again
-- It surely did not leave; it is tried again later.
UPDATE outbox SET state = 'queued', not_before_at = :not_before_at, error = :error, lease_owner = NULL, lease_until = NULL
 WHERE id = :id AND state IN ('sending', 'unknown');

-- name: alarms_now
-- A route works again: alarms do not wait out the pause between two tries.
UPDATE outbox SET not_before_at = :now WHERE state = 'queued' AND priority = 0 AND attempts > 0 AND not_before_at > :now;

-- name: text_unknown
-- It may or may not have left; the provider is asked before anything else happens.
UPDATE outbox SET state = 'unknown', not_before_at = :not_before_at, error = :error, looked_at = NULL, lease_owner = NULL, lease_until = NULL
 WHERE id = :id AND state = 'sending';

-- name: text_mistaken
-- Another text's record was taken for this one: whether it left is in doubt again.
UPDATE outbox SET state = 'unknown', not_before_at = :not_before_at, error = 'mistaken', provider_id = NULL, status = NULL,
       looked_at = NULL
 WHERE id = :id AND state = 'accepted';

-- name: lapsed_leases
-- Texts whose sender lost its lease: they may or may not have left, so the provider is asked, counted from the attempt.
UPDATE outbox SET state = 'unknown', not_before_at = lease_until - :lease + :look_up_after, error = 'lease lapsed',
       looked_at = NULL, lease_owner = NULL, lease_until = NULL
 WHERE state = 'sending' AND lease_until <= :now;

-- name: orphaned_texts
-- Texts that a sender other than this one, which is gone, had in hand.
UPDATE outbox SET state = 'unknown', not_before_at = lease_until - :lease + :look_up_after, error = 'sender gone',
       looked_at = NULL, lease_owner = NULL, lease_until = NULL
 WHERE lease_until IS NOT NULL AND state = 'sending' AND lease_owner <> :owner;

-- name: doubtful_texts
-- Texts whose fate the provider must be asked for.
-- postgres: FOR UPDATE SKIP LOCKED
SELECT * FROM outbox WHERE state = 'unknown' AND not_before_at <= :now ORDER BY priority, id LIMIT :count;

-- name: expired_texts
-- Texts that came too late to be of use.
SELECT id, check_in_id, case_number, person_id, name FROM outbox WHERE state = 'queued' AND expires_at <= :now LIMIT :count;

-- name: add_delivery
-- One piece of news, once.
INSERT INTO deliveries (outbox_id, status, error, at) VALUES (:id, :status, :error, :now) ON CONFLICT DO NOTHING RETURNING 1;

-- name: set_text_status
-- What became of a text; news only go forward.
UPDATE outbox SET status = :status, error = CASE WHEN :error = '' THEN error ELSE :error END,
       provider_id = coalesce(provider_id, :provider_id) WHERE id = :id;

-- name: put_off
-- A text that waits to leave, or of which the provider is to be asked, has its turn later.
UPDATE outbox SET not_before_at = :not_before_at WHERE id = :id AND state IN ('queued', 'unknown');

-- name: note_not_found
-- The provider's list did not have it at the first look.
UPDATE outbox SET looked_at = :now WHERE id = :id AND state = 'unknown';

-- name: texts_to_watch
-- Texts accepted lately whose delivery should be asked for.
SELECT id, status, accepted_at, provider_id, route, channel, priority, first_tried_at, created_at FROM outbox
 WHERE watch_at <= :now AND accepted_at <= :before AND accepted_at > :after LIMIT :count;

-- name: texts_unconfirmed
-- Texts whose delivery nobody confirmed in time.
SELECT id, status, priority, purpose, case_number, person_id, route FROM outbox
 WHERE watch_at <= :now AND accepted_at <= :before LIMIT :count;

-- name: watch_text
-- When the delivery of a text is looked into again; NULL: no more.
UPDATE outbox SET watch_at = :watch_at WHERE id = :id;

-- name: route_reports
-- Whether a route reported any delivery lately: where none ever comes, none is missed.
SELECT 1 AS yes FROM deliveries d JOIN outbox o ON o.id = d.outbox_id
 WHERE d.status = 'delivered' AND d.at > :after AND o.route = :route LIMIT 1;

-- name: text_from
-- The first text at or after an id, and when it was decided.
SELECT id, created_at FROM outbox WHERE id >= :id ORDER BY id LIMIT 1;

-- name: last_text
-- The highest id of a text.
SELECT coalesce(max(id), 0) AS id FROM outbox;
