-- Several alarms in one text, and what texts cost.

ALTER TABLE outbox ADD COLUMN bundle_id INTEGER;  -- NULL: leaves by itself; else the text that says this alarm too
ALTER TABLE outbox ADD COLUMN alone TEXT;         -- NULL: `body` is its own; else its own words, while `body` says several
CREATE INDEX outbox_bundle ON outbox (bundle_id) WHERE bundle_id IS NOT NULL;
CREATE INDEX outbox_alarms_waiting ON outbox (person_id) WHERE state = 'queued' AND klass = 0;

CREATE TABLE spending (               -- what providers took, by month of the town's calendar and by class
  month TEXT NOT NULL,                -- YYYY-MM
  klass INTEGER NOT NULL,
  texts INTEGER NOT NULL,
  segments INTEGER NOT NULL,
  cost INTEGER NOT NULL,              -- in millionths of the town's money
  PRIMARY KEY (month, klass)
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (                -- how often something happened on a day of the town's calendar
  local_date TEXT NOT NULL,
  name TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (local_date, name)
) STRICT, WITHOUT ROWID;
