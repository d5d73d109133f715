-- What the auditor found, what is paused, and narrow indexes by which it looks at live rows alone.

CREATE TABLE breaches (               -- what is not as it must be; one row for each kind, kept when it is over
  code TEXT PRIMARY KEY,
  since_at INTEGER NOT NULL,          -- when it was found first, this time
  seen_at INTEGER NOT NULL,           -- when it was found last
  told_at INTEGER,                    -- NULL: coordinators were never told
  over_at INTEGER,                    -- NULL: it still is so
  count INTEGER NOT NULL,
  ids TEXT NOT NULL DEFAULT '[]'      -- JSON: ids of the first rows concerned
) STRICT, WITHOUT ROWID;

CREATE TABLE pauses (                 -- parts told to stand still; 'sender' after a restore
  name TEXT PRIMARY KEY,
  since_at INTEGER NOT NULL,          -- for a restored database: when its copy was made
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_live ON cases (opened_at) WHERE status <> 'closed';
CREATE INDEX cases_closed ON cases (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX check_ins_unanswered ON check_ins (asking_at) WHERE status IN ('missed', 'void');
CREATE INDEX people_stopped ON people (stopped_at) WHERE stopped_at IS NOT NULL;
