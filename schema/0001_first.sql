-- The first version of audienced's database. Instants are whole seconds since 1970-01-01 UTC. Every table is STRICT.
-- A column `destination_key` holds account/destination at the provider. A column `member` holds the first 16 bytes of a
-- keyed hash of the member's normalised address; the key is stored sealed in vault_keys. Sealed columns are encrypted with
-- AES-256-GCM and bound to their table, row and column.
PRAGMA application_id = 1096106820;  -- 0x41554344, "AUCD"

-- Keys that stay the same when the master key is replaced.
CREATE TABLE vault_keys(
  name    TEXT PRIMARY KEY,           -- 'hash_root': the root of the keyed hashes
  key_id  TEXT NOT NULL,              -- identifies the master key that sealed it (hex; does not reveal the key)
  sealed  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

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
  created_at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE exports(
  id                  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: sealed ledger rows are bound to it
  name                TEXT NOT NULL UNIQUE,
  title               TEXT NOT NULL,
  connection          TEXT REFERENCES connections(name),  -- null: detached
  account_at_detach   TEXT NOT NULL DEFAULT '',           -- account_id of the connection that was detached
  destination         TEXT NOT NULL,                      -- audience id, list id
  email               TEXT NOT NULL,                      -- attribute that contains the address
  mode                TEXT NOT NULL CHECK (mode IN ('mirror', 'upsert')),
  schedule            TEXT NOT NULL,                      -- refresh, manual or a calendar
  timezone            TEXT NOT NULL,                      -- IANA; only for a calendar
  hold                INTEGER NOT NULL,                   -- 0, 1: every run waits for approval
  clear_empty         INTEGER NOT NULL,
  create_fields       INTEGER NOT NULL,
  tag_segments        INTEGER NOT NULL,
  enabled             INTEGER NOT NULL,
  max_profiles        INTEGER NOT NULL,
  min_profiles        INTEGER NOT NULL,
  max_removal_percent INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  updated_at          INTEGER NOT NULL
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

-- The group (tag or list) that each bit of ledger.member_of and ledger.owned stands for.
CREATE TABLE export_groups(
  export_id INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  bit       INTEGER NOT NULL CHECK (bit BETWEEN 0 AND 63),
  id        TEXT NOT NULL,            -- at the provider; empty until the group is created
  title     TEXT NOT NULL,
  scanned   INTEGER NOT NULL,         -- 1: the members that it had before audienced are in preexisting_members
  PRIMARY KEY (export_id, bit),
  UNIQUE (export_id, title)
) STRICT, WITHOUT ROWID;

-- Runs are kept when their export is removed, so that the history stays readable.
CREATE TABLE runs(
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  export           TEXT NOT NULL,
  trigger          TEXT NOT NULL CHECK (trigger IN ('schedule', 'on_demand', 'undo')),
  status           TEXT NOT NULL CHECK (status IN ('queued', 'planning', 'held', 'delivering', 'settling',
                     'succeeded', 'completed_with_rejects', 'failed', 'skipped', 'cancelled')),
  option_full      INTEGER NOT NULL,
  option_dry_run   INTEGER NOT NULL,
  option_hold      INTEGER NOT NULL,
  reason           TEXT NOT NULL,
  error            TEXT NOT NULL,
  queued_at        INTEGER NOT NULL,
  started_at       INTEGER,
  finished_at      INTEGER,
  requested_by     TEXT NOT NULL,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  approved         INTEGER NOT NULL DEFAULT 0,
  -- Outcomes of the profiles. When the run is over they add up to n_read, without n_removed, which counts members outside of
  -- the segments.
  n_read INTEGER NOT NULL DEFAULT 0, n_duplicate INTEGER NOT NULL DEFAULT 0, n_invalid INTEGER NOT NULL DEFAULT 0,
  n_suppressed INTEGER NOT NULL DEFAULT 0, n_unchanged INTEGER NOT NULL DEFAULT 0, n_added INTEGER NOT NULL DEFAULT 0,
  n_updated INTEGER NOT NULL DEFAULT 0, n_removed INTEGER NOT NULL DEFAULT 0, n_rejected INTEGER NOT NULL DEFAULT 0,
  -- The same counts as planned.
  p_read INTEGER NOT NULL DEFAULT 0, p_duplicate INTEGER NOT NULL DEFAULT 0, p_invalid INTEGER NOT NULL DEFAULT 0,
  p_suppressed INTEGER NOT NULL DEFAULT 0, p_unchanged INTEGER NOT NULL DEFAULT 0, p_added INTEGER NOT NULL DEFAULT 0,
  p_updated INTEGER NOT NULL DEFAULT 0, p_removed INTEGER NOT NULL DEFAULT 0, p_rejected INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0, writes INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0,
  bytes_sent INTEGER NOT NULL DEFAULT 0,     -- bodies and headers of requests
  provider_jobs INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_of_export ON runs(export, id);
CREATE INDEX runs_open ON runs(id) WHERE status IN ('queued', 'planning', 'held', 'delivering', 'settling');
-- Finds the queued run of an export: at most one that exports and one that undoes. A run with a cancel request does not count.
CREATE INDEX runs_waiting ON runs(export) WHERE status = 'queued' AND cancel_requested = 0;

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
  state   TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'waiting', 'settled')),
  ticket  TEXT NOT NULL,              -- job at the provider while one is in progress; otherwise empty
  sends   INTEGER NOT NULL,           -- number of times that the batch was, or may have been, sent
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger(
  export_id   INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  member      BLOB NOT NULL,          -- 16 bytes
  value_hash  INTEGER NOT NULL,       -- keyed hash of the mapped values as sent (64 bits, stored as a signed integer)
  member_of   INTEGER NOT NULL,       -- bits of export_groups that the member is in, as far as known
  owned       INTEGER NOT NULL,       -- bits of the memberships that audienced added
  last_run    INTEGER NOT NULL,
  last_change TEXT NOT NULL,          -- how last_run counted the member: 'a' added, 'u' updated
  contact_id  TEXT NOT NULL,          -- the provider's; empty if it has none
  address     BLOB,                   -- sealed; null if a removal does not need it
  PRIMARY KEY (export_id, member)
) STRICT, WITHOUT ROWID;

-- Preexisting members: members that were in a group before audienced added any. They are never removed from it.
CREATE TABLE preexisting_members(
  destination_key TEXT NOT NULL,
  group_id        TEXT NOT NULL,
  member          BLOB NOT NULL,
  PRIMARY KEY (destination_key, group_id, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE suppressions(
  destination_key TEXT NOT NULL,      -- '': all destinations, because the contact was erased
  member          BLOB NOT NULL,
  reason          TEXT NOT NULL,      -- the words of lib/model/opt_out_reason.hpp
  since           INTEGER NOT NULL,   -- when a pull or response last reported it
  PRIMARY KEY (destination_key, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE pulls(
  destination_key TEXT PRIMARY KEY,
  since           INTEGER,            -- suppressions are pulled up to this instant of the provider's clock
  came_back_since INTEGER,            -- contacts that became mailable again are pulled up to this one, of the same clock
  full_at         INTEGER             -- when the last complete pull was made, by the local clock
) STRICT, WITHOUT ROWID;

CREATE TABLE rejects(
  id           INTEGER PRIMARY KEY,
  run          INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  segment      TEXT NOT NULL,
  source_row   INTEGER NOT NULL,      -- row number in the segment from 1; 0: unknown
  member       BLOB,                  -- null: the row had no valid address
  code         TEXT NOT NULL,
  reject_class TEXT NOT NULL,         -- fix_data, retry_later, never
  detail       TEXT NOT NULL,         -- message of the provider, with addresses removed
  next_try     INTEGER
) STRICT;
CREATE INDEX rejects_of_run ON rejects(run);

-- Rejected members that the next plan does not send: as long as their values stay the same, and until next_try.
CREATE TABLE deferred_rejects(
  export_id    INTEGER NOT NULL REFERENCES exports(id) ON DELETE CASCADE,
  member       BLOB NOT NULL,
  value_hash   INTEGER NOT NULL,
  code         TEXT NOT NULL,
  reject_class TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  next_try     INTEGER,               -- null: not sent again before the values change
  PRIMARY KEY (export_id, member)
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

CREATE TABLE quota(
  share_key TEXT NOT NULL,            -- the account or application whose daily quota is shared
  utc_day   INTEGER NOT NULL,         -- days since 1970-01-01
  spent     INTEGER NOT NULL,         -- calls
  PRIMARY KEY (share_key, utc_day)
) STRICT, WITHOUT ROWID;

-- One row for each change: who changed what. Rows are only added.
CREATE TABLE audit(
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  uid     INTEGER NOT NULL,           -- -1: the daemon itself
  user    TEXT NOT NULL,
  action  TEXT NOT NULL,
  object  TEXT NOT NULL,
  before  TEXT NOT NULL,              -- JSON without secrets; empty: the object did not exist
  after   TEXT NOT NULL
) STRICT;
