import type { SqlDriver } from './driver.ts'

/** The statements of one step, which are the same for ever. */
export type Migration = (engine: SqlDriver['engine']) => readonly string[]

/**
 * Every step the tables have taken, first to last. A released step is never edited: a later one corrects it. Their
 * checksums and rows of each version are in `test/migrations`; what each means for operators is in `MIGRATION_NOTES`.
 *
 * `event_keys` is the ledger of what was ever stored. It is apart from `events` because PostgreSQL cannot keep a key
 * unique over partitions of time, and because events leave with retention while their keys stay: dedupe never expires.
 */
export const MIGRATIONS: readonly Migration[] = [
  (engine) => [
    `CREATE TABLE event_keys (
      project VARCHAR NOT NULL,
      event VARCHAR NOT NULL,
      event_id VARCHAR NOT NULL,
      PRIMARY KEY (project, event, event_id)
    )`,
    `CREATE TABLE events (
      project VARCHAR NOT NULL,
      event VARCHAR NOT NULL,
      event_id VARCHAR NOT NULL,
      anonymous_id VARCHAR,
      user_id VARCHAR,
      session_id VARCHAR,
      ts BIGINT NOT NULL,
      sent_at BIGINT,
      received_at BIGINT NOT NULL,
      stored_at BIGINT NOT NULL,
      day INTEGER NOT NULL,
      value BIGINT,
      currency VARCHAR,
      email VARCHAR,
      source VARCHAR,
      sender VARCHAR NOT NULL,
      body VARCHAR NOT NULL
    )${engine === 'postgres' ? ' PARTITION BY RANGE (day)' : ''}`,
    `CREATE TABLE identity_links (
      project VARCHAR NOT NULL,
      anonymous_id VARCHAR NOT NULL,
      user_id VARCHAR NOT NULL,
      first_seen BIGINT NOT NULL,
      PRIMARY KEY (project, anonymous_id, user_id)
    )`,
    `CREATE TABLE counters (
      project VARCHAR NOT NULL,
      day INTEGER NOT NULL,
      kind VARCHAR NOT NULL,
      name VARCHAR NOT NULL,
      slot INTEGER NOT NULL,
      count BIGINT NOT NULL,
      PRIMARY KEY (project, day, kind, name, slot)
    )`,
    `CREATE TABLE settings (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)`,
    // DuckDB scans columns instead: an index would cost memory and writes there, and gain nothing.
    ...(engine === 'postgres' ? POSTGRES_INDEXES : []),
  ],
  () => [
    `CREATE TABLE api_keys (
      id VARCHAR PRIMARY KEY,
      hash VARCHAR NOT NULL,
      kind VARCHAR NOT NULL,
      project VARCHAR NOT NULL,
      name VARCHAR NOT NULL,
      origins VARCHAR NOT NULL,
      created_at BIGINT NOT NULL,
      revoked_at BIGINT
    )`,
  ],
  (engine) => [
    `ALTER TABLE events ADD COLUMN other_id VARCHAR`,
    // One of the last two is '', since a primary key has no nulls: the user of the alias or, for want of one, its visitor.
    `CREATE TABLE identity_aliases (
      project VARCHAR NOT NULL,
      previous_id VARCHAR NOT NULL,
      anonymous_id VARCHAR NOT NULL,
      user_id VARCHAR NOT NULL,
      first_seen BIGINT NOT NULL,
      PRIMARY KEY (project, previous_id, anonymous_id, user_id)
    )`,
    ...(engine === 'postgres'
      ? [
          `CREATE INDEX events_by_other_id ON events (project, other_id, event) WHERE other_id IS NOT NULL`,
          `CREATE INDEX aliases_by_user ON identity_aliases (project, user_id)`,
          `CREATE INDEX aliases_by_visitor ON identity_aliases (project, anonymous_id)`,
        ]
      : []),
  ],
  (engine) => [
    ...['payment_ref VARCHAR', 'refund_ref VARCHAR', 'told_by VARCHAR', 'account VARCHAR', 'livemode INTEGER'].map(
      (column) => `ALTER TABLE events ADD COLUMN ${column}`,
    ),
    // Ids of payments and payers, each with the payment and the payer that it was found to lead to. They outlive events: a
    // refund may come years after its payment. `paid` and `person` tell that a payment was seen, and that an event has the
    // id as its visitor.
    `CREATE TABLE billing_ids (
      project VARCHAR NOT NULL,
      id VARCHAR NOT NULL,
      payment VARCHAR,
      payer VARCHAR NOT NULL,
      paid INTEGER NOT NULL,
      person INTEGER NOT NULL,
      PRIMARY KEY (project, id)
    )`,
    // One of the last two may be '', since a primary key has no nulls.
    `CREATE TABLE payer_claims (
      project VARCHAR NOT NULL,
      id VARCHAR NOT NULL,
      anonymous_id VARCHAR NOT NULL,
      user_id VARCHAR NOT NULL,
      first_seen BIGINT NOT NULL,
      PRIMARY KEY (project, id, anonymous_id, user_id)
    )`,
    // A row for each project that has payments: whoever holds it may join ids that turn out to be of one payment.
    `CREATE TABLE billing_turns (project VARCHAR PRIMARY KEY, turn BIGINT NOT NULL)`,
    `CREATE TABLE subscriptions (
      project VARCHAR NOT NULL,
      subscription VARCHAR NOT NULL,
      changed_at BIGINT NOT NULL,
      billed INTEGER NOT NULL,
      plan VARCHAR NOT NULL,
      billing_interval VARCHAR NOT NULL,
      interval_count INTEGER NOT NULL,
      amount BIGINT,
      currency VARCHAR NOT NULL,
      account VARCHAR,
      livemode INTEGER NOT NULL,
      PRIMARY KEY (project, subscription)
    )`,
    ...(engine === 'postgres'
      ? [
          `CREATE INDEX billing_ids_by_payment ON billing_ids (project, payment) WHERE payment IS NOT NULL`,
          `CREATE INDEX billing_ids_by_payer ON billing_ids (project, payer)`,
          `CREATE INDEX claims_by_user ON payer_claims (project, user_id)`,
          `CREATE INDEX claims_by_visitor ON payer_claims (project, anonymous_id)`,
        ]
      : []),
  ],
  (engine) => [
    // The first number is taken here, so that a position is always above the last one that the sequence tells.
    'CREATE SEQUENCE tail_positions MINVALUE 0 START 0',
    `SELECT nextval('tail_positions')`,
    // What was stored before has 0 and stays in the order it had, so nothing has to be rewritten.
    'ALTER TABLE events ADD COLUMN position BIGINT DEFAULT 0',
    ...(engine === 'postgres'
      ? [
          'CREATE INDEX events_by_position ON events (project, position, stored_at, ts, event_id, event)',
          'DROP INDEX events_by_storage',
        ]
      : []),
  ],
  // When a secret key first told of it; null when only public keys did, or when the events that told have left.
  () => [
    `ALTER TABLE identity_links ADD COLUMN server_seen BIGINT`,
    `ALTER TABLE identity_aliases ADD COLUMN server_seen BIGINT`,
    `UPDATE identity_links SET server_seen = told.ts FROM (
      SELECT project, anonymous_id, user_id, min(ts) AS ts FROM events
      WHERE sender = 'sk' AND anonymous_id IS NOT NULL AND user_id IS NOT NULL GROUP BY project, anonymous_id, user_id
    ) AS told WHERE told.project = identity_links.project AND told.anonymous_id = identity_links.anonymous_id
      AND told.user_id = identity_links.user_id`,
    `UPDATE identity_aliases SET server_seen = told.ts FROM (
      SELECT project, other_id, CASE WHEN user_id IS NULL THEN anonymous_id ELSE '' END AS anonymous_id,
        coalesce(user_id, '') AS user_id, min(ts) AS ts FROM events
      WHERE sender = 'sk' AND event = '$alias' AND other_id IS NOT NULL GROUP BY 1, 2, 3, 4
    ) AS told WHERE told.project = identity_aliases.project AND told.other_id = identity_aliases.previous_id
      AND told.anonymous_id = identity_aliases.anonymous_id AND told.user_id = identity_aliases.user_id`,
  ],
  // Ids may name people, and keys outlive their events: they are kept by a hash (`ledgerHash`). `public_at` is the position
  // of an event that a public key brought, and negative once a server's event has replaced it. A collector of an earlier
  // version can no longer write, which it must not beside a ledger that it does not know.
  (engine) => [
    'ALTER TABLE event_keys RENAME TO event_keys_by_text',
    'CREATE TABLE event_keys (hash UUID PRIMARY KEY, public_at BIGINT)',
    // One process owns a DuckDB, and nothing comes in before it is open. On PostgreSQL keys are moved beside traffic.
    ...(engine === 'duckdb'
      ? [
          `INSERT INTO event_keys SELECT
            CAST(substr(sha256(project || chr(0) || event || chr(0) || event_id), 1, 32) AS UUID), NULL
            FROM event_keys_by_text`,
          'DROP TABLE event_keys_by_text',
        ]
      : []),
  ],
  () => [
    'CREATE TABLE login_links (hash VARCHAR PRIMARY KEY, project VARCHAR NOT NULL, expires_at BIGINT NOT NULL)',
    `CREATE TABLE page_sessions (
      id VARCHAR PRIMARY KEY,
      project VARCHAR NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
  ],
  (engine) => [
    // 1 when nothing may be kept of the payment, or of the subscription. Null in rows of earlier versions.
    'ALTER TABLE billing_ids ADD COLUMN refused INTEGER',
    ...(engine === 'postgres'
      ? ['CREATE INDEX events_by_payment ON events (project, payment_ref) WHERE payment_ref IS NOT NULL']
      : []),
  ],
  () => [
    // The latest changes as JSON, which put those of one instant in order. Null in rows of earlier versions.
    'ALTER TABLE subscriptions ADD COLUMN steps VARCHAR',
    'ALTER TABLE events ADD COLUMN refunded_total BIGINT',
  ],
  // Texts are in the order of their bytes, as in DuckDB and whatever the language of the database: who owns a visitor whom two
  // users were first seen with in one millisecond must not depend on it.
  (engine) =>
    engine === 'duckdb'
      ? []
      : Object.entries(ORDERED_TEXTS).map(
          ([table, columns]) =>
            `ALTER TABLE ${table} ${columns.map((column) => `ALTER COLUMN ${column} TYPE VARCHAR COLLATE "C"`).join(', ')}`,
        ),
  // Of events from before, both are null: what they tell of pages and arrivals is read off their text.
  () => ['ALTER TABLE events ADD COLUMN path VARCHAR', 'ALTER TABLE events ADD COLUMN arrival INTEGER'],
  // That somebody was erased, never who. `compacted_at` is null while the bytes may still be in the files.
  () => [
    `CREATE TABLE erasures (
      id VARCHAR PRIMARY KEY,
      project VARCHAR NOT NULL,
      erased_at BIGINT NOT NULL,
      events BIGINT NOT NULL,
      links BIGINT NOT NULL,
      compacted_at BIGINT
    )`,
  ],
  // Columns in a step of their own, since nobody may read a table while it gets one.
  (engine) => [
    'ALTER TABLE events ADD COLUMN released BIGINT',
    `ALTER TABLE billing_ids ADD COLUMN series VARCHAR${engine === 'postgres' ? ' COLLATE "C"' : ''}`,
  ],
  // What events name is kept by what they are about, where it was kept by the customer: several people may share one. An event
  // that names nobody has its payment or subscription as its visitor. `series` is a subscription with its payments.
  (engine) => [
    `UPDATE billing_ids SET series = '1:' || payment WHERE payment IS NOT NULL`,
    `UPDATE billing_ids SET series = '0:' || id WHERE payment IS NULL AND EXISTS (
      SELECT 1 FROM subscriptions AS s WHERE s.project = billing_ids.project AND s.subscription = billing_ids.id)`,
    `INSERT INTO payer_claims (project, id, anonymous_id, user_id, first_seen)
      SELECT e.project, e.payment_ref, CASE WHEN v.id IS NULL THEN coalesce(e.anonymous_id, '') ELSE '' END,
        coalesce(e.user_id, ''), min(e.ts)
      FROM events AS e JOIN billing_ids AS b ON b.project = e.project AND b.id = e.payment_ref
      LEFT JOIN billing_ids AS v ON v.project = e.project AND v.id = e.anonymous_id
      WHERE e.payment_ref IS NOT NULL AND e.sender = 'sk' AND (e.user_id IS NOT NULL OR v.id IS NULL)
      GROUP BY 1, 2, 3, 4 ON CONFLICT (project, id, anonymous_id, user_id) DO NOTHING`,
    `UPDATE events SET anonymous_id = payment_ref
      WHERE payment_ref IS NOT NULL AND user_id IS NULL AND anonymous_id <> payment_ref
        AND EXISTS (SELECT 1 FROM billing_ids AS v WHERE v.project = events.project AND v.id = events.anonymous_id)
        AND EXISTS (SELECT 1 FROM billing_ids AS b WHERE b.project = events.project AND b.id = events.payment_ref)`,
    `UPDATE billing_ids SET person = 1 WHERE person = 0 AND EXISTS (SELECT 1 FROM events AS e
      WHERE e.project = billing_ids.project AND e.payment_ref = billing_ids.id AND e.anonymous_id = billing_ids.id)`,
    ...(engine === 'postgres'
      ? ['CREATE INDEX billing_ids_by_series ON billing_ids (project, series) WHERE series IS NOT NULL']
      : []),
  ],
  // What arrived in each hour, and what somebody was told of. Neither names a person.
  () => [
    `CREATE TABLE traffic (
      project VARCHAR NOT NULL,
      hour BIGINT NOT NULL,
      name VARCHAR NOT NULL,
      slot INTEGER NOT NULL,
      count BIGINT NOT NULL,
      PRIMARY KEY (project, hour, name, slot)
    )`,
    `CREATE TABLE alerts (
      subject VARCHAR PRIMARY KEY,
      started_at BIGINT NOT NULL,
      ended_at BIGINT,
      details VARCHAR NOT NULL,
      due_at BIGINT,
      attempts INTEGER NOT NULL,
      version INTEGER NOT NULL
    )`,
  ],
  // How far events were forwarded: everything up to the place has its verdict. The holder is whose turn it is.
  () => [
    `CREATE TABLE forwards (
      project VARCHAR NOT NULL,
      name VARCHAR NOT NULL,
      position BIGINT NOT NULL,
      stored_at BIGINT NOT NULL,
      ts BIGINT NOT NULL,
      event VARCHAR NOT NULL,
      event_id VARCHAR NOT NULL,
      from_ts BIGINT,
      begun_at BIGINT NOT NULL,
      first_position BIGINT NOT NULL,
      goal_position BIGINT NOT NULL,
      paused_at BIGINT,
      holder VARCHAR,
      beat BIGINT NOT NULL,
      trouble VARCHAR,
      trouble_message VARCHAR,
      delivered_at BIGINT,
      PRIMARY KEY (project, name)
    )`,
    `CREATE TABLE forward_counts (
      project VARCHAR NOT NULL,
      name VARCHAR NOT NULL,
      day INTEGER NOT NULL,
      outcome VARCHAR NOT NULL,
      count BIGINT NOT NULL,
      PRIMARY KEY (project, name, day, outcome)
    )`,
  ],
  // What is derived from an event and from the request that brought it, which `user_agent` and `client_hints` keep. Of events
  // from before, all of it is null until they are derived anew.
  (engine) => [
    ...DERIVED_TEXTS.map(
      (column) => `ALTER TABLE events ADD COLUMN ${column} VARCHAR${engine === 'postgres' ? ' COLLATE "C"' : ''}`,
    ),
    'ALTER TABLE events ADD COLUMN enriched INTEGER',
    'ALTER TABLE events ADD COLUMN user_agent VARCHAR',
    'ALTER TABLE events ADD COLUMN client_hints VARCHAR',
  ],
  // What a project sets for itself, as JSON, and who changed it when.
  () => [
    `CREATE TABLE project_settings (
      project VARCHAR NOT NULL,
      name VARCHAR NOT NULL,
      value VARCHAR NOT NULL,
      PRIMARY KEY (project, name)
    )`,
    `CREATE TABLE setting_changes (
      id VARCHAR PRIMARY KEY,
      project VARCHAR NOT NULL,
      changed_at BIGINT NOT NULL,
      who VARCHAR NOT NULL,
      name VARCHAR NOT NULL,
      before VARCHAR,
      after VARCHAR
    )`,
  ],
]

const DERIVED_TEXTS = ['medium', 'campaign', 'origin', 'referrer_host', 'channel', 'device', 'browser', 'os', 'bot']
  // Where somebody was.
  .concat('country', 'region', 'city')

const ORDERED_TEXTS = {
  events: ['event', 'event_id', 'anonymous_id', 'user_id', 'session_id', 'currency', 'email', 'source', 'other_id']
    // Those of payments.
    .concat('payment_ref', 'refund_ref', 'told_by', 'account'),
  identity_links: ['anonymous_id', 'user_id'],
  identity_aliases: ['previous_id', 'anonymous_id', 'user_id'],
  counters: ['kind', 'name'],
  billing_ids: ['id', 'payment', 'payer'],
  payer_claims: ['id', 'anonymous_id', 'user_id'],
  subscriptions: ['subscription', 'plan', 'billing_interval', 'currency', 'account'],
  api_keys: ['id'],
}

const POSTGRES_INDEXES = [
  // Takes what no month has a partition for: events of years ago.
  `CREATE TABLE events_other PARTITION OF events DEFAULT`,
  `CREATE INDEX events_by_user ON events (project, user_id, ts) WHERE user_id IS NOT NULL`,
  `CREATE INDEX events_by_visitor ON events (project, anonymous_id, ts) WHERE user_id IS NULL`,
  `CREATE INDEX events_by_storage ON events (project, stored_at, ts, event_id, event)`,
  `CREATE INDEX events_by_name ON events (project, event, day)`,
  `CREATE INDEX links_by_user ON identity_links (project, user_id)`,
]
