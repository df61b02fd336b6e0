-- The first version of audienced's database. Instants are whole seconds since 1970-01-01 UTC. Every table is STRICT.
-- A column `member` holds the first 16 bytes of a keyed hash of the member's normalised address; the key is stored sealed in
-- vault_keys. Sealed columns are encrypted with AES-256-GCM and bound to their table, row and column.
PRAGMA application_id = 1096106820;  -- 0x41554344, "AUCD"

-- Keys that stay the same when the master key is replaced.
CREATE TABLE vault_keys(
  name    TEXT PRIMARY KEY,           -- 'hash_root': the root of the keyed hashes; 'former': the master key of before, while
                                      -- everything is sealed again under the present one
  key_id  TEXT NOT NULL,              -- identifies the master key that sealed it (hex; does not reveal the key)
  sealed  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Where this database comes from: a backup, a restore. No row: neither.
CREATE TABLE origin(
  only_one    INTEGER PRIMARY KEY CHECK (only_one = 1),
  backup_at   INTEGER NOT NULL,       -- it is a backup that was made then, or was restored from that
  backup_by   TEXT NOT NULL,
  restored_at INTEGER,                -- null: never
  restored_by TEXT NOT NULL,
  announced   INTEGER NOT NULL,       -- 1: the event of the restore was written
  forgets_lost_since INTEGER          -- forgets from then until restored_at may be unknown; null: all are known
) STRICT;

CREATE TABLE sources(
  name       TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,           -- sqlite, postgres, csv, cdm, customer-insights
  settings   TEXT NOT NULL,           -- JSON object of strings: the options of `source add` without the dashes
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE segments(
  name       TEXT PRIMARY KEY,
  source     TEXT NOT NULL REFERENCES sources(name),
  kind       TEXT NOT NULL CHECK (kind IN ('query', 'table', 'file', 'entity')),
  what       TEXT NOT NULL,           -- the SQL, table, file or entity
  title      TEXT NOT NULL,           -- the name of the tag at the provider
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX segments_of_source ON segments(source);

CREATE TABLE secrets(
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('source', 'connection')),
  owner      TEXT NOT NULL,           -- the source's or connection's name
  name       TEXT NOT NULL,           -- api_key, refresh_token, password ...
  sealed     BLOB NOT NULL,           -- bound to the row name owner_kind/owner/name
  PRIMARY KEY (owner_kind, owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE connections(
  name              TEXT PRIMARY KEY,
  title             TEXT NOT NULL,
  provider          TEXT NOT NULL,    -- mailchimp, constant-contact
  auth              TEXT NOT NULL CHECK (auth IN ('api_key', 'oauth')),
  state             TEXT NOT NULL CHECK (state IN ('ready', 'needs_sign_in', 'stopped')),
  state_reason      TEXT NOT NULL,    -- one sentence; empty when ready
  consent_by        TEXT,             -- all three null: no consent, no export may run
  consent_at        INTEGER,
  consent_text      INTEGER,          -- version of the consent text that was accepted
  allow_users       TEXT NOT NULL,    -- JSON array of user names
  allow_groups      TEXT NOT NULL,    -- JSON array of group names
  api_base          TEXT NOT NULL,    -- empty: the provider's own
  login_base        TEXT NOT NULL,
  ca_file           TEXT NOT NULL,
  client_id         TEXT NOT NULL,
  account_id        TEXT NOT NULL,    -- at the provider; empty until the first check
  access_expires_at INTEGER,          -- expiry of the access token in secrets
  refreshed_at      INTEGER,          -- when its refresh token was last used
  created_at        INTEGER NOT NULL,
  revision          INTEGER NOT NULL DEFAULT 1  -- raised by each change that bears on what is sent
) STRICT, WITHOUT ROWID;

CREATE TABLE exports(
  id                  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: sealed ledger rows are bound to it
  name                TEXT NOT NULL UNIQUE,
  title               TEXT NOT NULL,
  connection          TEXT REFERENCES connections(name),  -- null: detached
  bound_to            INTEGER REFERENCES destinations(id),  -- since its first run; null before
  unreadable_accepted INTEGER NOT NULL DEFAULT 0,         -- rows without a readable address that put no removal off any more
  removals_put_off    INTEGER NOT NULL DEFAULT 0,         -- runs in a row that put removals off
  destination         TEXT NOT NULL,                      -- audience id, list id
  email               TEXT NOT NULL,                      -- attribute that contains the address
  key_attribute       TEXT NOT NULL,                      -- attribute that is a stable key of the person; empty: none
  mode                TEXT NOT NULL CHECK (mode IN ('mirror', 'upsert')),
  schedule            TEXT NOT NULL,                      -- refresh, manual or a calendar
  timezone            TEXT NOT NULL,                      -- IANA; only for a calendar
  hold                INTEGER NOT NULL,                   -- 0, 1: every run waits for approval
  clear_empty         INTEGER NOT NULL,
  create_fields       INTEGER NOT NULL,
  tag_segments        INTEGER NOT NULL,
  enabled             INTEGER NOT NULL,
  existing            TEXT NOT NULL CHECK (existing IN ('ask', 'add', 'leave')),  -- contacts that may have left the list before
  max_profiles        INTEGER NOT NULL,
  min_profiles        INTEGER NOT NULL,
  max_removal_percent INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  updated_at          INTEGER NOT NULL,                   -- for display
  revision            INTEGER NOT NULL DEFAULT 1,         -- raised by each change
  restored            INTEGER NOT NULL DEFAULT 0          -- 1: no run of it has completed since the state was restored
) STRICT;
CREATE INDEX exports_of_connection ON exports(connection);

CREATE TABLE export_segments(
  export_id INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,         -- from 0; for a member of several segments the profile of the first one is sent
  segment   TEXT NOT NULL REFERENCES segments(name),
  PRIMARY KEY (export_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX exports_of_segment ON export_segments(segment);

CREATE TABLE export_fields(
  export_id INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  attribute TEXT NOT NULL,            -- name in the profile
  field     TEXT NOT NULL,            -- name at the provider
  PRIMARY KEY (export_id, position)
) STRICT, WITHOUT ROWID;

-- One audience or list of one account. What is remembered about people belongs to it, and stays when an export is removed.
-- Instants of a pull are of the provider's clock.
CREATE TABLE destinations(
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  destination_key TEXT NOT NULL UNIQUE,
  since           INTEGER,            -- opt-outs are known up to this instant
  came_back_since INTEGER,            -- changes of mailable contacts are known up to this one
  began           INTEGER,            -- of the last pull's first response
  full_pulls      INTEGER NOT NULL DEFAULT 0,  -- complete pulls so far
  full_at         INTEGER,            -- when the last of them was made, by the local clock
  settled_at      INTEGER,            -- when the outcome of a call was stored last
  restored        INTEGER NOT NULL DEFAULT 0,  -- 1: not looked at since the state was restored
  name            TEXT NOT NULL DEFAULT ''    -- as the provider called it when a run looked last; '' before
) STRICT;

-- An export's bit in memberships.holders. The row stays when the export is removed, so that the bit keeps its meaning.
CREATE TABLE export_slots(
  destination INTEGER NOT NULL REFERENCES destinations(id),
  slot        INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 62),
  export_id   INTEGER NOT NULL,
  PRIMARY KEY (destination, slot),
  UNIQUE (destination, export_id)
) STRICT, WITHOUT ROWID;

-- Tags and lists.
CREATE TABLE groups(
  no          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination INTEGER NOT NULL REFERENCES destinations(id),
  id          TEXT NOT NULL,          -- at the provider; empty until the group is created
  title       TEXT NOT NULL,          -- as the export that made it called it; the provider's name may have changed since
  is_list     INTEGER NOT NULL,       -- 1: an upsert joins it, and a contact can leave it
  scanned     INTEGER NOT NULL,       -- 1: the members that it had before audienced are in memberships
  had_members INTEGER NOT NULL        -- 1: when it was first seen it had members, or was not new
) STRICT;
CREATE INDEX groups_of_destination ON groups(destination);

-- The group that each bit of an export's plan stands for.
CREATE TABLE export_groups(
  export_id INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  bit       INTEGER NOT NULL CHECK (bit BETWEEN 0 AND 63),
  group_no  INTEGER NOT NULL REFERENCES groups(no),
  title     TEXT NOT NULL,            -- of the segment
  PRIMARY KEY (export_id, bit),
  UNIQUE (export_id, title)
) STRICT, WITHOUT ROWID;

-- Runs are kept when their export is removed, so that the history stays readable.
CREATE TABLE runs(
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  export           TEXT NOT NULL,
  trigger          TEXT NOT NULL CHECK (trigger IN ('schedule', 'on_demand', 'undo', 'retry')),
  status           TEXT NOT NULL CHECK (status IN ('queued', 'planning', 'held', 'delivering', 'settling',
                     'succeeded', 'completed_with_rejects', 'failed', 'skipped', 'cancelled')),
  option_full      INTEGER NOT NULL,
  option_dry_run   INTEGER NOT NULL,
  option_hold      INTEGER NOT NULL,
  retry_of         INTEGER NOT NULL DEFAULT 0,  -- the run whose rejects are sent again; 0: none
  only_member      BLOB,              -- a try: this member alone is sent; null: all are; zeros: one that was forgotten
  try_outcome      TEXT NOT NULL DEFAULT 'none',  -- the words of lib/model/run.hpp
  undo_of          INTEGER NOT NULL DEFAULT 0,  -- the run whose changes of memberships are reversed; 0: none
  option_withdraw  INTEGER NOT NULL DEFAULT 0,  -- 1: takes back what the export gave; its end removes the export
  option_even_disabled INTEGER NOT NULL DEFAULT 0,  -- 1: asked for while the export was disabled
  reason           TEXT NOT NULL,
  error            TEXT NOT NULL,
  reason_quotes INTEGER NOT NULL DEFAULT 0 CHECK (reason_quotes BETWEEN 0 AND 2),  -- what reason and error quote, for administrators alone: 1 a source, 2 a refused connection
  queued_at        INTEGER NOT NULL,
  started_at       INTEGER,
  finished_at      INTEGER,
  requested_by     TEXT NOT NULL,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  approved         INTEGER NOT NULL DEFAULT 0,
  -- The revisions that the plan was made with; null: not planned yet. A plan is delivered only at these.
  plan_export_revision     INTEGER,
  plan_connection_revision INTEGER,
  -- Outcomes of the profiles. When the run is over they add up to n_read, without n_removed, which counts members outside of
  -- the segments.
  n_read INTEGER NOT NULL DEFAULT 0, n_duplicate INTEGER NOT NULL DEFAULT 0, n_invalid INTEGER NOT NULL DEFAULT 0,
  n_suppressed INTEGER NOT NULL DEFAULT 0, n_unchanged INTEGER NOT NULL DEFAULT 0, n_added INTEGER NOT NULL DEFAULT 0,
  n_updated INTEGER NOT NULL DEFAULT 0, n_removed INTEGER NOT NULL DEFAULT 0, n_rejected INTEGER NOT NULL DEFAULT 0,
  n_not_sent INTEGER NOT NULL DEFAULT 0,     -- what a run that ended early did not get to
  -- Apart from the sum: values left out, and members whose removal waits for another run.
  n_values_dropped INTEGER NOT NULL DEFAULT 0, n_removals_put_off INTEGER NOT NULL DEFAULT 0,
  -- The same counts as planned.
  p_read INTEGER NOT NULL DEFAULT 0, p_duplicate INTEGER NOT NULL DEFAULT 0, p_invalid INTEGER NOT NULL DEFAULT 0,
  p_suppressed INTEGER NOT NULL DEFAULT 0, p_unchanged INTEGER NOT NULL DEFAULT 0, p_added INTEGER NOT NULL DEFAULT 0,
  p_updated INTEGER NOT NULL DEFAULT 0, p_removed INTEGER NOT NULL DEFAULT 0, p_rejected INTEGER NOT NULL DEFAULT 0,
  p_not_sent INTEGER NOT NULL DEFAULT 0, p_values_dropped INTEGER NOT NULL DEFAULT 0,
  p_removals_put_off INTEGER NOT NULL DEFAULT 0,
  delivered_before INTEGER NOT NULL DEFAULT 0,  -- members that the export had delivered when the plan was made
  requests INTEGER NOT NULL DEFAULT 0, writes INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0,
  bytes_sent INTEGER NOT NULL DEFAULT 0,     -- bodies and headers of requests
  provider_jobs INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_of_export ON runs(export, id);
CREATE INDEX runs_open ON runs(id) WHERE status IN ('queued', 'planning', 'held', 'delivering', 'settling');
CREATE INDEX runs_undoing ON runs(undo_of) WHERE undo_of <> 0;
-- Finds the queued run of an export: at most one that exports and one that undoes. A run with a cancel request does not count.
CREATE INDEX runs_waiting ON runs(export) WHERE status = 'queued' AND cancel_requested = 0;

-- What the latest plan of a run would do, by segment and by tag or list: what people judge it by, and what the next plan is
-- compared with.
CREATE TABLE planned_parts(
  run      INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,          -- from 0
  segment  TEXT NOT NULL,             -- its name; empty: a list, or a tag that no segment of the export feeds any more
  title    TEXT NOT NULL,
  is_list  INTEGER NOT NULL,
  profiles INTEGER,                   -- rows that were read; null: fed no more
  members  INTEGER,                   -- different valid addresses among them
  joins    INTEGER,                   -- members that get its tag or list; null: it has none of its own
  leaves   INTEGER,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- The first members that the plan takes a tag or list from. No address: it is the contact's, sealed.
CREATE TABLE planned_leavers(
  run      INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  destination INTEGER NOT NULL,
  member   BLOB NOT NULL,
  parts    INTEGER NOT NULL,          -- bit n: it loses that of the part at position n
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE batches(
  run     INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  seq     INTEGER NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('upsert', 'membership')),
  grp     INTEGER NOT NULL,           -- bit of export_groups; -1 for upserts
  offset  INTEGER NOT NULL,           -- of the first byte of its members in the spool part of its group, or of the upserts
  bytes   INTEGER NOT NULL,
  members INTEGER NOT NULL,
  leave_offset INTEGER NOT NULL,      -- of the first byte of its leavers in the part of the leavers
  leave_bytes  INTEGER NOT NULL,
  leavers INTEGER NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'settled')),
  sends   INTEGER NOT NULL,           -- number of times that the batch was, or may have been, sent
  known    INTEGER NOT NULL,          -- 1: some of its members are contacts already
  plan     INTEGER NOT NULL,          -- id of the plan, as the files of the spool have it
  checksum INTEGER NOT NULL,          -- of its bytes in the spool
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- What an export delivered: one row for each member that it sent.
CREATE TABLE delivered(
  export_id   INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  member      BLOB NOT NULL,          -- 16 bytes
  value_hash  INTEGER NOT NULL,       -- keyed hash of the mapped values as sent (64 bits, stored as a signed integer); 0: not known
  last_run    INTEGER NOT NULL,
  last_change INTEGER NOT NULL,       -- how last_run counted the member: 1 added, 2 updated
  PRIMARY KEY (export_id, member)
) STRICT, WITHOUT ROWID;

-- Contacts of members that were delivered or opted out. A contact that has another address now keeps its row.
CREATE TABLE contacts(
  destination INTEGER NOT NULL REFERENCES destinations(id),
  member      BLOB NOT NULL,
  contact_id  TEXT NOT NULL,          -- the provider's; empty if it told none
  moved_to    BLOB,                   -- member hash of the contact's present address; null: the address is unchanged
  address     BLOB,                   -- the present address, sealed; null if neither a removal nor an undo needs it
  removed_at  INTEGER,                -- when a call last took it out of a tag or list. Once no run of that time is kept (retention.runs),
                                      -- and it is in none by this program, its address goes
  PRIMARY KEY (destination, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_removed ON contacts(removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX contacts_moved ON contacts(destination, moved_to) WHERE moved_to IS NOT NULL;

-- The members of each group, as far as known, and who put them there.
CREATE TABLE memberships(
  group_no INTEGER NOT NULL REFERENCES groups(no),
  member   BLOB NOT NULL,
  state    INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8),  -- lib/model/membership.hpp
  holders  INTEGER NOT NULL,          -- bits of export_slots: the exports that want the member there
  PRIMARY KEY (group_no, member)
) STRICT, WITHOUT ROWID;

-- Reasons not to touch a contact. Each is lifted only by the evidence that belongs to it.
CREATE TABLE opt_outs(
  destination INTEGER NOT NULL,       -- 0: all destinations, because the address was erased
  member      BLOB NOT NULL,
  reason      TEXT NOT NULL,          -- the words of lib/model/opt_out_reason.hpp
  evidence    TEXT NOT NULL CHECK (evidence IN ('pull', 'response', 'command')),
  run         INTEGER NOT NULL,       -- that found it; 0: none
  since       INTEGER NOT NULL,       -- when it was found first, by the local clock
  seen_in     INTEGER NOT NULL,       -- destinations.full_pulls at its last report
  PRIMARY KEY (destination, member, reason)
) STRICT, WITHOUT ROWID;

-- The member that a person is, by a key of the source that outlives a change of the address.
CREATE TABLE people(
  destination INTEGER NOT NULL REFERENCES destinations(id),
  key_hash    BLOB NOT NULL,          -- 8 bytes of a keyed hash of the key's attribute and value; its purpose is its own
  member      BLOB NOT NULL,          -- of the last address that was delivered, or of the first that was seen
  came        BLOB,                   -- of the address that the newest plan saw instead, and that was not delivered yet
  PRIMARY KEY (destination, key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_came ON people(destination, came) WHERE came IS NOT NULL;

-- Keys of persons that were forgotten: a destination that is made later holds them back too.
CREATE TABLE suppressed_keys(
  key_hash BLOB PRIMARY KEY,          -- as in people
  member   BLOB NOT NULL              -- a forgotten member of that person
) STRICT, WITHOUT ROWID;

-- Members of forgets that are not finished: the next start goes on.
CREATE TABLE unfinished_forgets(
  member BLOB PRIMARY KEY,
  erased INTEGER NOT NULL             -- 1: it is in the write-ahead log alone, until that can be emptied
) STRICT, WITHOUT ROWID;

-- Batches that were, or may have been, sent and whose outcome is not known. They outlive their run.
CREATE TABLE intents(
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  destination INTEGER NOT NULL REFERENCES destinations(id),
  export_id   INTEGER NOT NULL,
  run         INTEGER NOT NULL,
  seq         INTEGER NOT NULL,       -- of its batch
  kind        TEXT NOT NULL CHECK (kind IN ('upsert', 'membership')),
  group_no    INTEGER NOT NULL,       -- 0 for upserts
  sent_after  INTEGER,                -- an instant of the provider's clock before the first byte went out
  ticket      TEXT NOT NULL,          -- of the provider's job; empty if it gave none
  rows        INTEGER NOT NULL,       -- members of the call
  restored    INTEGER NOT NULL DEFAULT 0,  -- 1: the provider has had other jobs since, of which nothing is known
  records     BLOB NOT NULL,          -- sealed: the members, and what is asked for each
  UNIQUE (run, seq)
) STRICT;
CREATE INDEX intents_of_destination ON intents(destination);

-- What was asked of the provider and what became of it. Rows are only added, and go with their run.
CREATE TABLE acts(
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  run       INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  destination INTEGER NOT NULL,
  export_id INTEGER NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('upsert', 'membership')),
  group_no  INTEGER NOT NULL,         -- 0 for upserts
  ticket    TEXT NOT NULL,            -- of the provider's job; empty if it was none
  at        INTEGER NOT NULL,
  changed   INTEGER NOT NULL,         -- memberships, and holds of the export on them, that came or went by it, as far as is known: what `runs undo` reverses
  members   BLOB NOT NULL             -- 17 bytes for each: hash, then what was asked and its outcome (lib/store/acts.hpp)
) STRICT;
CREATE INDEX acts_of_run ON acts(run);
CREATE INDEX acts_of_destination ON acts(destination, id);

-- What a run did not deliver, by kind; `rejects` has the first ones of each kind.
CREATE TABLE reject_kinds(
  id           INTEGER PRIMARY KEY,
  run          INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  draft        INTEGER NOT NULL,      -- 1: of a plan that is not stored with its run yet
  counted_in   TEXT NOT NULL,         -- the words of lib/model/counted_in.hpp
  code         TEXT NOT NULL,
  field        TEXT NOT NULL,         -- of the provider, whose value was left out or refused; empty: the row or member as a whole
  reject_class TEXT NOT NULL,         -- fix_data, retry_later, never
  detail       TEXT NOT NULL,         -- of the first of them
  same_detail  INTEGER NOT NULL,      -- 1: of all of them
  n            INTEGER NOT NULL,
  kept         INTEGER NOT NULL,      -- so many of them are in rejects
  UNIQUE (run, draft, counted_in, code, field, reject_class)
) STRICT;

CREATE TABLE rejects(
  id           INTEGER PRIMARY KEY,
  run          INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  kind         INTEGER NOT NULL,      -- of reject_kinds
  segment      TEXT NOT NULL,
  source_row   INTEGER NOT NULL,      -- row number in the segment from 1; 0: unknown
  member       BLOB,                  -- null: the row had no valid address
  detail       TEXT,                  -- message of the provider, with addresses removed; null: that of its kind
  attempts     INTEGER NOT NULL,      -- how often it was sent with these values; 0: never
  next_try     INTEGER
) STRICT;
CREATE INDEX rejects_of_run ON rejects(run);

-- Why members of an export were refused: a few words for many members.
CREATE TABLE deferred_words(
  id           INTEGER PRIMARY KEY,
  export_id    INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  field        TEXT NOT NULL,         -- of the provider, that it named; may be empty
  code         TEXT NOT NULL,
  reject_class TEXT NOT NULL,
  detail       TEXT NOT NULL,
  UNIQUE (export_id, code, field, reject_class, detail)
) STRICT;

-- Rejected members that the next plan does not send: as long as their values stay the same, and until next_try.
CREATE TABLE deferred_rejects(
  export_id  INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  member     BLOB NOT NULL,
  words      INTEGER NOT NULL,        -- of deferred_words
  is_value   INTEGER NOT NULL,        -- 1: its member was delivered without the value of that field
  value_hash INTEGER NOT NULL,
  attempts   INTEGER NOT NULL,        -- how often it was sent with these values
  next_try   INTEGER,                 -- null: not sent again before the values change
  since      INTEGER NOT NULL,        -- the first run that it was refused in, and it was in each one since
  PRIMARY KEY (export_id, member, words)
) STRICT, WITHOUT ROWID;

CREATE TABLE refresh_schedule(
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  calendar TEXT NOT NULL,
  timezone TEXT NOT NULL
) STRICT;

CREATE TABLE served(
  schedule TEXT PRIMARY KEY,          -- 'refresh' or 'export:NAME'
  due      INTEGER NOT NULL           -- the last due instant for which a run was queued, or that was passed over
) STRICT, WITHOUT ROWID;

-- Scheduled runs that failed for a passing reason: at most one for each export. A start by the schedule, or a run that
-- succeeds, removes the row.
CREATE TABLE retries(
  export  TEXT PRIMARY KEY,
  run     INTEGER NOT NULL,           -- the run that failed, or, once it is queued, the one that tries again
  attempt INTEGER NOT NULL,           -- from 1
  due     INTEGER                     -- when it is tried again; null: `run` is the attempt
) STRICT, WITHOUT ROWID;

-- What people are told of: one state per subject ('export:NAME', 'connection:NAME', 'daemon').
CREATE TABLE subject_states(
  subject TEXT PRIMARY KEY,
  state   TEXT NOT NULL,              -- ok: no person is needed
  since   INTEGER NOT NULL,
  told    INTEGER NOT NULL,           -- when a message of it was last made
  run     INTEGER NOT NULL,           -- of an export: the last run that was judged; 0: none
  message TEXT NOT NULL               -- JSON, what is told again; empty when ok
) STRICT, WITHOUT ROWID;

-- Messages on their way. A row goes once its receiver took it.
CREATE TABLE tellings(
  id       INTEGER PRIMARY KEY,       -- the receiver sees it, and sees the same one when it is sent again
  way      TEXT NOT NULL,             -- command, webhook, slack, email, heartbeat, heartbeat:EXPORT
  subject  TEXT NOT NULL,
  state    TEXT NOT NULL,
  body     TEXT NOT NULL,             -- JSON
  attempts INTEGER NOT NULL,          -- that failed
  made     INTEGER NOT NULL,
  next_try INTEGER NOT NULL
) STRICT;

CREATE TABLE telling_ids(
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  next_id  INTEGER NOT NULL           -- never reused
) STRICT;

-- The exports of the refresh that began last, until all of them have ended well and the heartbeat was called.
CREATE TABLE refresh_round(
  export    TEXT PRIMARY KEY,
  after_run INTEGER NOT NULL          -- a later run counts
) STRICT, WITHOUT ROWID;

CREATE TABLE quota(
  share_key TEXT NOT NULL,            -- the account or application whose daily quota is shared
  utc_day   INTEGER NOT NULL,         -- days since 1970-01-01
  spent     INTEGER NOT NULL,         -- calls
  PRIMARY KEY (share_key, utc_day)
) STRICT, WITHOUT ROWID;

-- One row for each change: who changed what. Rows are only added, and each is bound to the one before by a keyed hash
-- (docs/decisions/audit.md). Numbers are consecutive.
CREATE TABLE audit(
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  uid     INTEGER NOT NULL,           -- -1: the daemon itself
  user    TEXT NOT NULL,
  action  TEXT NOT NULL,
  object  TEXT NOT NULL,
  before  TEXT NOT NULL,              -- JSON without secrets; empty: the object did not exist
  after   TEXT NOT NULL,
  hash    BLOB NOT NULL CHECK (length(hash) = 32)  -- of this row and the hash of the one before
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'rows of the audit are not changed'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'rows of the audit are not removed'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
  WHEN NEW.seq <= (SELECT max(seq) FROM audit)
  BEGIN SELECT RAISE(ABORT, 'rows of the audit are only added at the end'); END;
