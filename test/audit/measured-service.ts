import { openAuditKey } from '../../src/domain/audit/keys.ts'
import { createSealer } from '../../src/domain/audit/sealer.ts'
import type { Store } from '../../src/domain/store.ts'
import type { StoreCall } from '../../src/domain/store-call.ts'
import { freshDatabase, open } from '../support/database.ts'
import { startService } from '../support/service.ts'

/*
 * A service in a process of its own, whose processor time is that of no client: with its audit trail
 * and the sealer, or without both. Tells its address and a token, and its processor time when asked.
 */

const isAudited = process.argv[2] === 'with'
const now = () => new Date()
let wake = () => {}
const stopping = new AbortController()
let sealed: Promise<void> | undefined

const unaudited = (calls: readonly StoreCall[]) => calls.filter(([member]) => member !== 'audit')
const between = (store: Store): Store => ({
  ...store,
  async writeIf(judged, writes) {
    const written = await store.writeIf(judged, isAudited ? writes : unaudited(writes))
    wake()
    return written
  },
})

const home = await freshDatabase()
const database = open(home.connection)
// As a server does by default; that of the tests need not.
await database.knex.raw(
  `do $$ begin execute format('alter database %I set synchronous_commit = on', current_database()); end $$`,
)
await database.close()
const service = await startService({ connection: home.connection, rateLimitPerMinute: 0, between })
const { store } = service
if (isAudited) {
  const key = await openAuditKey({ store, now })
  const fail = (error: unknown) => {
    throw error
  }
  const sealer = createSealer({ store, key, now, onRoot: () => {}, onFailure: fail })
  wake = sealer.wake
  sealed = sealer.run(stopping.signal)
}
const { token } = await service.as('super_admin')
const ids: string[] = []
for (let n = 0; n < 50; n++) ids.push((await service.makeUser()).id)

process.on('message', async (message) => {
  if (message === 'stop') {
    stopping.abort()
    await sealed
    await service.close()
    await home.close()
    process.exit(0)
  }
  if (message === 'vacuum') {
    await service.knex.raw('vacuum users')
    process.send?.('vacuumed')
    return
  }
  const { user, system } = process.cpuUsage()
  const { rows } = await service.knex.raw('select coalesce(max(last_number), 0)::int as count from audit_roots')
  process.send?.({ cpu: user + system, sealed: rows[0].count })
})
process.send?.({ url: service.url, token, ids })
