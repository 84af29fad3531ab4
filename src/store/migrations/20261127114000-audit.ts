import type { Knex } from 'knex'
import { bindToSchema } from './0004-counters.ts'

/**
 * The audit trail. Events and their seals are partitioned by months, so that old ones are dropped
 * whole; a default partition takes what no month has been made for: no write fails for want of one.
 * What waits for the sealer has no index: it is short, and each write pays for it. For "number + 0"
 * see `store/audit/lists.ts`.
 *
 * @see docs/decisions/0034-audit-trail.md
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table audit_events (
      id uuid not null,
      at timestamptz(3) not null,
      action text not null,
      actor_id uuid,
      credential_kind text not null,
      credential_id uuid,
      target_id uuid,
      session_id uuid,
      changes json,
      details json,
      address text,
      user_agent text,
      request_id text
    ) partition by range (at);
    create index audit_events_by_id on audit_events (id);
    create table audit_events_other partition of audit_events default;

    create table audit_unsealed (
      event_id uuid not null,
      at timestamptz(3) not null
    ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);

    create table audit_seals (
      number bigint not null,
      event_id uuid not null,
      at timestamptz(3) not null,
      actor_id uuid,
      target_id uuid,
      action text not null,
      digest bytea not null
    ) partition by range (at);
    create index audit_seals_by_number on audit_seals (number);
    create index audit_seals_by_actor on audit_seals (actor_id, (number + 0)) where actor_id is not null;
    create index audit_seals_by_target on audit_seals (target_id, (number + 0)) where target_id is not null;
    create index audit_seals_by_action on audit_seals (action, (number + 0));
    create table audit_seals_other partition of audit_seals default;

    create table audit_roots (
      last_number bigint constraint audit_roots_pkey primary key,
      count integer not null,
      earliest timestamptz(3) not null,
      latest timestamptz(3) not null,
      late boolean not null,
      merkle_root bytea not null,
      previous bytea not null constraint audit_roots_no_fork unique,
      kid text not null,
      at timestamptz(3) not null,
      signature bytea not null
    );
    create index audit_roots_by_latest on audit_roots (latest, last_number);
    create index audit_roots_late on audit_roots (last_number) where late;

    create table audit_keys (
      kid text constraint audit_keys_pkey primary key,
      public_key text not null,
      private_key text not null,
      created_at timestamptz(3) not null
    );

    create function refuse_to_rewrite_audit() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit trail is append-only: % of % is refused', lower(tg_op), tg_table_name
        using errcode = '42501', hint = 'npm run audit -- prune drops what is old enough';
    end
    $$;
    create trigger audit_append_only before update or delete on audit_events
      for each row execute function refuse_to_rewrite_audit();
    create trigger audit_append_only before update or delete on audit_seals
      for each row execute function refuse_to_rewrite_audit();
    create trigger audit_append_only before update or delete on audit_roots
      for each row execute function refuse_to_rewrite_audit();
    create trigger audit_no_truncate before truncate on audit_events execute function refuse_to_rewrite_audit();
    create trigger audit_no_truncate before truncate on audit_seals execute function refuse_to_rewrite_audit();
    create trigger audit_no_truncate before truncate on audit_roots execute function refuse_to_rewrite_audit();
    create trigger audit_no_truncate before truncate on audit_events_other execute function refuse_to_rewrite_audit();
    create trigger audit_no_truncate before truncate on audit_seals_other execute function refuse_to_rewrite_audit();
  `)
  await knex.raw(makePartitions)
  await bindToSchema(knex, 'make_audit_partitions(timestamptz)')
  await knex.raw('select make_audit_partitions(now())')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table audit_events, audit_unsealed, audit_seals, audit_roots, audit_keys;
    drop function refuse_to_rewrite_audit(), make_audit_partitions(timestamptz);
  `)
}

/**
 * Makes the partitions of a moment's month (in UTC) and of the next. As their owner, since the
 * service's role need not own them, and while nobody seals, who has locked both tables in the other
 * order. Readers lock seals first. Attached, not made in place, which would hold every writer up;
 * a month of which the default partition has rows already stays there.
 */
const makePartitions = `
  create function make_audit_partitions(moment timestamptz) returns void language plpgsql security definer as $$
  declare
    parent text;
    months integer;
    beginning timestamp;
    part text;
  begin
    foreach parent in array array['audit_seals', 'audit_events'] loop
      for months in 0..1 loop
        beginning := date_trunc('month', moment at time zone 'UTC') + make_interval(months => months);
        part := parent || to_char(beginning, '_YYYY_MM');
        continue when to_regclass(part) is not null;
        perform pg_advisory_xact_lock(7310872931477);
        continue when to_regclass(part) is not null;
        begin
          execute format('create table %I (like %I including defaults including constraints)', part, parent);
          execute format('create trigger audit_no_truncate before truncate on %I execute function refuse_to_rewrite_audit()', part);
          execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, part,
            to_char(beginning, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            to_char(beginning + interval '1 month', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
        exception
          when check_violation then null;
        end;
      end loop;
    end loop;
  end
  $$`
