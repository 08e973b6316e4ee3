-- What the host keeps. Runs on PostgreSQL as well, with "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" in place of
-- "INTEGER PRIMARY KEY AUTOINCREMENT": numbers grow in the order of commits and are never used again.
-- Times are milliseconds since 1970. Columns with JSON hold what the store does not read.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Where versions come from: one counter for all rows, so that no row ever has a version again that it had before.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('version', 0);

CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    revoked BIGINT
);

CREATE TABLE installations (
    id TEXT NOT NULL PRIMARY KEY,
    connector TEXT NOT NULL,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
    pause_code TEXT,
    pause_message TEXT,
    pause_subject TEXT,
    pause_at BIGINT,
    settings TEXT NOT NULL,
    remembered TEXT NOT NULL,
    hosts TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    customer_tag TEXT NOT NULL,
    concurrency BIGINT NOT NULL,
    daily_calls BIGINT NOT NULL,
    calls_day BIGINT NOT NULL,
    calls_used BIGINT NOT NULL,
    catch_up_cursor TEXT,
    next_check BIGINT NOT NULL,
    next_catch_up BIGINT NOT NULL,
    health TEXT NOT NULL,
    configured TEXT NOT NULL,
    last_hook BIGINT,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE hook_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    sealed TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    last_used BIGINT
);
CREATE INDEX hook_tokens_newest ON hook_tokens (installation, created);

CREATE TABLE customers (
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    number TEXT NOT NULL,
    cvr_digits TEXT NOT NULL,
    email_lower TEXT NOT NULL,
    tagged BOOLEAN NOT NULL,
    deleted BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (installation, id)
);
CREATE INDEX customers_number ON customers (installation, number);
CREATE INDEX customers_cvr ON customers (installation, cvr_digits);
CREATE INDEX customers_email ON customers (installation, email_lower);

CREATE TABLE links (
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (installation, customer_id),
    UNIQUE (installation, external_id)
);

CREATE TABLE flags (
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    customer_id TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (installation, customer_id, code)
);

CREATE TABLE receipts (
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    report_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    date TEXT NOT NULL,
    posted BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (installation, report_id, revision)
);
CREATE INDEX receipts_unposted ON receipts (installation, posted, date);

CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'webhook', 'day', 'catch-up', 'check')),
    order_key TEXT NOT NULL,
    payload TEXT NOT NULL,
    priority BIGINT NOT NULL,
    correlation TEXT NOT NULL,
    received BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'parked')),
    attempt BIGINT NOT NULL,
    crashes BIGINT NOT NULL,
    input TEXT,
    batch TEXT,
    started BIGINT,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL
);
-- Who goes next; not_before is in it so that those that wait for a time are passed over without reading their rows.
CREATE INDEX events_turn ON events (installation, state, priority, seq, not_before);
-- When the next is due.
CREATE INDEX events_due ON events (installation, state, priority, not_before);
CREATE INDEX events_key ON events (installation, order_key, state, seq);
CREATE INDEX events_batch ON events (installation, batch) WHERE batch IS NOT NULL;

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq BIGINT NOT NULL REFERENCES events (seq) ON DELETE CASCADE,
    attempt BIGINT NOT NULL,
    at BIGINT NOT NULL,
    trouble TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    detail TEXT NOT NULL,
    followed TEXT NOT NULL
);
CREATE INDEX attempts_event ON attempts (seq, id);

CREATE TABLE seen_ids (
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (installation, id)
);
CREATE INDEX seen_ids_at ON seen_ids (at);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('open', 'superseded')),
    kind TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    pushes BIGINT NOT NULL
);
CREATE INDEX outbox_open ON outbox (installation, state, id);
CREATE INDEX outbox_customer ON outbox (installation, customer_id, id);

CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    installation TEXT NOT NULL REFERENCES installations (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    function TEXT NOT NULL,
    correlation TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    items BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX activity_newest ON activity (installation, id);
CREATE INDEX activity_at ON activity (at);
