import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain } from '../../src/process/explain.ts'
import { open } from '../support/database.ts'
import { type Certified, makeAuthority } from './certificates.ts'
import { cleanUp, makeFolder } from './janus.ts'
import { startPostgres } from './postgres.ts'

const secret = 'hunter2pw'
let postgres: Awaited<ReturnType<typeof startPostgres>>
let ca: string
let otherCa: string
let client: Certified

beforeAll(async () => {
  postgres = await startPostgres()
  await postgres.sql(`create role somebody login password '${secret}'; create role certified login`)
  const folder = await makeFolder()
  const authority = makeAuthority(folder, 'ours')
  ca = authority.certificateFile
  otherCa = makeAuthority(folder, 'other').certificateFile
  client = authority.issue('certified')
  expect(await outcomeOf('sslmode=verify-full')).toMatch(/does not support SSL/)
  expect(await outcomeOf('sslmode=prefer')).toMatch(/does not support SSL/)
  await postgres.restartWithTls({ ...authority.issue('localhost'), ca: authority.certificate, certified: 'certified' })
}, 120_000)
afterAll(async () => {
  await cleanUp()
  await postgres?.close()
}, 60_000)

/** `served by TLS`, or the sentence that a start would end with. */
async function outcomeOf(query: string, host = 'localhost', user = 'somebody'): Promise<string> {
  const url = postgres.url(user, user === 'somebody' ? secret : undefined, 'postgres', `?${query}`)
  const database = open(url.replace('127.0.0.1', host))
  try {
    await database.ready()
    const { rows } = await database.knex.raw('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    return rows[0].ssl ? 'served by TLS' : 'served in the clear'
  } catch (error) {
    return explain(error)
  } finally {
    await database.close()
  }
}

const untrusted = /Its certificate is not to be trusted: add &sslrootcert=/

describe('sslmode=verify-full', () => {
  it('serves where the authority vouches for this host', async () => {
    expect(await outcomeOf(`sslmode=verify-full&sslrootcert=${ca}`)).toBe('served by TLS')
  })

  it('refuses the certificate of another authority, of another host, and of nobody known', async () => {
    expect(await outcomeOf(`sslmode=verify-full&sslrootcert=${otherCa}`)).toMatch(untrusted)
    expect(await outcomeOf(`sslmode=verify-full&sslrootcert=${ca}`, '127.0.0.1')).toMatch(
      /127\.0\.0\.1 is not in the cert's list.*or name the host as the certificate does/,
    )
    expect(await outcomeOf('sslmode=verify-full')).toMatch(untrusted)
  })

  it('shows a certificate of its own where the server asks for one', async () => {
    const trusted = `sslmode=verify-full&sslrootcert=${ca}`
    const own = `${trusted}&sslcert=${client.certificateFile}&sslkey=${client.keyFile}`
    expect(await outcomeOf(own, 'localhost', 'certified')).toBe('served by TLS')
    expect(await outcomeOf(trusted, 'localhost', 'certified')).toMatch(/certificate.*sslcert/)
  })
})

describe('another sslmode', () => {
  it.each(['require', 'prefer', 'verify-ca'])('%s asks as much as verify-full', async (mode) => {
    expect(await outcomeOf(`sslmode=${mode}&sslrootcert=${ca}`)).toBe('served by TLS')
    expect(await outcomeOf(`sslmode=${mode}`)).toMatch(untrusted)
    expect(await outcomeOf(`sslmode=${mode}&sslrootcert=${ca}`, '127.0.0.1')).toMatch(untrusted)
  })

  it('trusts whoever answers with no-verify, and with require as libpq has it', async () => {
    expect(await outcomeOf('sslmode=no-verify')).toBe('served by TLS')
    expect(await outcomeOf('sslmode=require&uselibpqcompat=true', '127.0.0.1')).toBe('served by TLS')
  })
})
