import pino from 'pino'
import { type AppSettings, createApp } from '../../src/app.ts'
import { readSources } from '../../src/docs/sources.ts'
import { createPasswords, type Passwords } from '../../src/domain/passwords/password.ts'
import { checkReply } from '../support/contract-check.ts'
import { secrets } from '../support/secrets.ts'
import { type Call, listen, type Service, send, settings } from '../support/service.ts'
import type { Reply } from '../support/wire.ts'

export interface Instance {
  readonly passwords: Passwords
  call(method: string, path: string, call?: Call): Promise<Reply>
  close(): Promise<void>
}

/**
 * The app once more, on the database and clock of a service, as after a restart; `cost` is that of
 * its password hashes.
 */
export async function startAnother(
  { store, keys, clock }: Service,
  { cost = 4, ...given }: Partial<AppSettings> & { cost?: number } = {},
): Promise<Instance> {
  const passwords = createPasswords({ cost, queue: 256, storedCost: () => store.users.highestHashCost() })
  const app = await createApp({
    settings: { ...settings, ...given },
    store,
    connections: { serving: 6, heavy: 2 },
    passwords,
    keys,
    product: { name: 'janus-users', version: '0.0.0' },
    docs: readSources,
    ready: async () => [],
    log: pino({ level: 'silent' }),
    now: clock.now,
  })
  const { url, close } = await listen(app)
  return {
    passwords,
    async call(method, path, call = {}) {
      const reply = await send(undefined, url, method, path, call)
      checkReply(method, path.split('?')[0] as string, reply)
      return reply
    },
    async close() {
      await close()
      secrets.assertNone()
    },
  }
}
