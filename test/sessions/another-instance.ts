import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { type AppSettings, createApp } from '../../src/app.ts'
import { createPasswords, type Passwords } from '../../src/domain/password.ts'
import { checkReply, type Reply } from '../support/contract-check.ts'
import { type Call, type Service, send } from '../support/service.ts'

export interface Instance {
  readonly passwords: Passwords
  call(method: string, path: string, call?: Call): Promise<Reply>
  close(): Promise<void>
}

/** The app once more, on the database and clock of a service, as after a restart; `cost` is that of its password hashes. */
export async function startAnother(
  { store, keys, clock }: Service,
  { cost = 4, ...given }: Partial<AppSettings> & { cost?: number } = {},
): Promise<Instance> {
  const passwords = createPasswords({ cost, queue: 256 })
  const app = await createApp({
    settings: {
      accessTokenTtl: 3600,
      refreshTokenTtl: 604_800,
      tokenIssuer: 'janus',
      tokenAudience: 'janus',
      rateLimitPerMinute: 6000,
      loginAttempts: 5,
      loginWindowSeconds: 900,
      corsOrigins: [],
      trustProxy: 0,
      bodyLimit: 100 * 1024,
      checkResponses: false,
      ...given,
    },
    store,
    passwords,
    keys,
    product: { name: 'janus-users', version: '0.0.0' },
    ready: async () => {},
    log: pino({ level: 'silent' }),
    now: clock.now,
  })
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    passwords,
    async call(method, path, call = {}) {
      const reply = await send(undefined, url, method, path, call)
      checkReply(method, path.split('?')[0] as string, reply)
      return reply
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
