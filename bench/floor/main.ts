/** The floor as a process: DATABASE_URL, PORT, API_VERSION; LOG=on writes a line for each request. */
import { createFloor } from './app.ts'

const { DATABASE_URL = '', PORT = '0', DB_POOL_MAX = '10', BCRYPT_COST = '12', API_VERSION = '', LOG } = process.env
const app = await createFloor({
  databaseUrl: DATABASE_URL,
  poolMax: Number(DB_POOL_MAX),
  cost: Number(BCRYPT_COST),
  version: API_VERSION,
  log: LOG === 'on',
})
process.stderr.write(`answers at ${await app.listen({ host: '127.0.0.1', port: Number(PORT) })}\n`)
process.once('SIGTERM', () => void app.close().then(() => process.exit()))
