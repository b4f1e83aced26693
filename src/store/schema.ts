/**
 * The tables, as steps from one version of the schema to the next. A step that has been released is never edited.
 * Instants are milliseconds since the epoch; `data`, `state`, `options` and `job` hold JSON.
 */
export type Migration = { readonly version: number; readonly statements: readonly string[] };

export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `create table runs (run text primary key, plan text not null, repository text not null, target text not null,
        created_at bigint not null, state text not null, seq bigint not null)`,
      // `place`: position in the plan; null for a task that an amendment dropped. `revision`: what compare-and-swap compares.
      `create table tasks (run text not null references runs(run), task text not null, place integer, state text not null,
        revision bigint not null, primary key (run, task))`,
      `create table events (run text not null references runs(run), seq bigint not null, at bigint not null,
        type text not null, task text, attempt integer, data text not null, primary key (run, seq))`,
      `create table attempts (run text not null, task text not null, attempt integer not null, fence bigint not null,
        worker text not null, primary key (run, task, attempt))`,
      `create table questions (run text not null, id text not null, task text not null, attempt integer not null,
        kind text not null, question text not null, options text not null, asked_at bigint not null,
        answered_at bigint, answer text, answered_by text, primary key (run, id))`,
      'create table outbox (id text primary key, place bigint not null, job text not null)',
      // A job whose `owner_pid` is null waits; the others are being delivered by that process.
      `create table jobs (id text primary key, place bigint not null unique, lane text not null, priority integer not null,
        not_before bigint not null, payload text not null, delivery integer not null, owner_pid integer,
        owner_start text, owner_host text, renewed_at bigint not null, ttl_ms bigint not null)`,
      'create index jobs_in_turn on jobs (lane, owner_pid, priority, place)',
      // A lease that nobody holds keeps its row, so that its fence goes on rising.
      `create table leases (name text primary key, fence bigint not null, owner_pid integer, owner_start text,
        owner_host text, since bigint not null, renewed_at bigint not null, ttl_ms bigint not null)`,
    ],
  },
  {
    version: 2,
    statements: [
      'alter table questions add column deadline bigint',
      'alter table questions add column default_answer text',
      // What a day cost is asked for across all runs.
      `create index events_spent on events (at) where type = 'agent-spent'`,
    ],
  },
  {
    version: 3,
    statements: [
      // At most one row: the pool of slots that people and scripts take by hand. `attempts` numbers its acquisitions.
      `create table pool (one integer primary key, name text not null, created_at bigint not null,
        attempts bigint not null)`,
      // A place with an owner is in the hands of a command at this moment; `busy` without one is acquired, by nobody's process.
      `create table pool_slots (place integer primary key, state text not null, task text unique, attempt bigint not null,
        dir text, base text, acquired_at bigint, owner_pid integer, owner_start text, owner_host text,
        renewed_at bigint not null, ttl_ms bigint not null)`,
    ],
  },
];
