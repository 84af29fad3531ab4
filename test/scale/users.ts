import type { Janus } from '../process/janus.ts'
import type { Node } from '../support/replication.ts'

/** Logs the administrator in, and makes the users that the load writes to. */
export async function prepareUsers(janus: Pick<Janus, 'call'>, count = 12) {
  const json = { username: 'admin', password: 'correct horse battery' }
  const { access_token: token } = (await janus.call('POST', '/auth:login', { json })).body
  const users: { id: string; email: string }[] = []
  for (let n = 0; n < count; n++) {
    const email = `target-${n}@example.com`
    const json = { username: `target-${n}`, email, password: 'a long password', fullName: '' }
    const { status, body } = await janus.call('POST', '/users', { json, token })
    if (status !== 201) throw new Error(JSON.stringify(body))
    users.push({ id: body.data.id, email })
  }
  return { token: token as string, users }
}

/**
 * What has to be so whatever happens: an administrator is left, one name is there once, the counters
 * are what can be counted, and each user has one event of their
 * making.
 *
 * @returns what is not so
 */
export async function invariantsOf(primary: Pick<Node, 'sql'>): Promise<string[]> {
  const queries: Record<string, string> = {
    'no administrator is left': `select 1 where not exists (
       select from users where role in ('admin', 'super_admin') and status = 'active' and deleted_at is null)`,
    'a name is there twice': `select lower(username) from users where deleted_at is null
       group by 1 having count(*) > 1`,
    'the counters are wrong': `select 1 where (select sum(n) from user_counts) is distinct from
       (select count(*) from users where deleted_at is null)`,
    'a user is without the event that made them': `select id from users where not exists (
       select from audit_events where action = 'user_created' and target_id = users.id)`,
    // What unique indexes refuse in the tables shows here alone, if a write was done once more.
    'a user was made twice': `select target_id from audit_events where action = 'user_created'
       group by 1 having count(*) > 1`,
    'an event tells of a user who is not there': `select id from audit_events where action = 'user_created'
       and not exists (select from users where users.id = target_id)`,
  }
  const found = await Promise.all(
    Object.entries(queries).map(async ([fault, text]) => ((await primary.sql(text)).length > 0 ? [fault] : [])),
  )
  return found.flat()
}
