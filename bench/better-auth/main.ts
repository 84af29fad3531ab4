/**
 * better-auth as a process, by its own manual: emails and passwords, the admin plugin, `pg`. Makes
 * its tables in DATABASE_URL. PORT is where it listens.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { admin } from 'better-auth/plugins'
import pg from 'pg'

const { DATABASE_URL = '', PORT = '0', DB_POOL_MAX = '10' } = process.env
const auth = betterAuth({
  secret: 'a secret of the bench alone, no longer than that',
  baseURL: 'http://127.0.0.1',
  database: new pg.Pool({ connectionString: DATABASE_URL, max: Number(DB_POOL_MAX) }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  advanced: { disableCSRFCheck: true, disableOriginCheck: true },
  plugins: [admin()],
})
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
const server = createServer(toNodeHandler(auth))
server.keepAliveTimeout = 65_000
server.listen(Number(PORT), '127.0.0.1', () => {
  process.stderr.write(`answers at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
process.once('SIGTERM', () => process.exit())
