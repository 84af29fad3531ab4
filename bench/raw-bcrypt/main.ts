/** Hashes and compares, and does nothing else: what no login and no new user can be cheaper than. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import bcrypt from 'bcrypt'

const cost = Number(process.env.BCRYPT_COST ?? 12)
/** As long as what Janus gives to bcrypt. */
const password = 'x'.repeat(64)
const hash = await bcrypt.hash(password, cost)
const server = createServer(async ({ url }, response) => {
  await (url === '/login' ? bcrypt.compare(password, hash) : bcrypt.hash(password, cost))
  response.writeHead(204).end()
})
server.listen(0, '127.0.0.1', () => {
  process.stderr.write(`answers at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
process.once('SIGTERM', () => process.exit())
