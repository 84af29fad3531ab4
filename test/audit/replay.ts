import type { Knex } from 'knex'

/**
 * Holds the trail against the tables: what the events tell, one after the other, has to come to what
 * is stored. A write without its event would leave another value behind, an event without its write
 * too.
 *
 * @returns what does not fit
 */
export async function replay(knex: Knex): Promise<string[]> {
  const misfits: string[] = []
  const users = new Map<string, Record<string, unknown>>()
  const sessions = new Map<string, { userId: string; ended: boolean }>()
  // By their ids, each user's are in the order of their commits: a decision is made, and its events
  // named, under the lock, or made again.
  for (const event of await knex('audit_events').orderBy('id')) {
    const { action, target_id: userId, session_id: sessionId, details } = event
    const user = users.get(userId) ?? {}
    users.set(userId, user)
    for (const [field, { from, to }] of Object.entries<{ from: unknown; to: unknown }>(event.changes ?? {})) {
      // Of whom was made without the service nothing is known before.
      if ((field in user || action === 'user_created') && (user[field] ?? null) !== from)
        misfits.push(`${action} of ${userId}: ${field} was ${user[field]}, not ${from}`)
      user[field] = to
    }
    if (action === 'password_reset') user.mustChangePassword = details?.mustChange === true
    if (action === 'password_changed') user.mustChangePassword = false
    if (action === 'session_started') sessions.set(sessionId, { userId, ended: false })
    for (const [id, session] of sessions)
      if (action === 'session_ended' ? id === sessionId : action === 'sessions_revoked' && session.userId === userId)
        if (id !== details?.exceptSessionId) session.ended = true
  }
  const columns = {
    username: 'username',
    email: 'email',
    fullName: 'full_name',
    role: 'role',
    status: 'status',
    canWrite: 'can_write',
    mustChangePassword: 'must_change_password',
  }
  const stored = new Map<string, Record<string, unknown>>()
  for (const row of await knex('users')) stored.set(row.id, row)
  for (const [id, user] of users) {
    const row = stored.get(id)
    if (!row) {
      if ('username' in user) misfits.push(`${id} was made, and is not there`)
      continue
    }
    for (const [field, column] of Object.entries(columns))
      if (field in user && user[field] !== row[column])
        misfits.push(`${field} of ${id} is ${row[column]}; by the events it is ${user[field]}`)
  }
  for (const id of stored.keys())
    if (!('username' in (users.get(id) ?? {}))) misfits.push(`${id} was made without an event`)
  const open = new Set((await knex('sessions')).map(({ id }: { id: string }) => id))
  for (const id of open) if (!sessions.has(id)) misfits.push(`the session ${id} began without an event`)
  for (const [id, { ended }] of sessions)
    if (ended === open.has(id))
      misfits.push(`the session ${id} is ${ended ? 'there after its end' : 'gone without an event'}`)
  return misfits
}
