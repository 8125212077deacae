CREATE TABLE playbooks (
  digest TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  document TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  retired_at BIGINT
);
CREATE TABLE seen (
  challenge TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX seen_expires ON seen (expires_at);
CREATE TABLE bound (
  challenge TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX bound_expires ON bound (expires_at);
CREATE TABLE records (
  id TEXT PRIMARY KEY,
  playbook TEXT NOT NULL,
  entries BIGINT NOT NULL,
  head TEXT NOT NULL,
  stage TEXT,
  next_at BIGINT,
  erase_at BIGINT,
  erased BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX records_next ON records (next_at);
CREATE INDEX records_erase ON records (erase_at);
CREATE TABLE entries (
  record TEXT NOT NULL,
  entry BIGINT NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (record, entry)
);
CREATE TABLE requests (
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  record TEXT,
  status BIGINT NOT NULL,
  body TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (scope, name)
);
CREATE INDEX requests_expires ON requests (expires_at);
CREATE INDEX requests_record ON requests (record);
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  hook TEXT NOT NULL,
  record TEXT NOT NULL,
  entry BIGINT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  dead BIGINT NOT NULL,
  said TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (dead, due_at);
CREATE INDEX outbox_record ON outbox (record, hook, entry);
