import { readFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrationSource } from '../../src/store/migrations.ts'
import { ask, cleanUp, type Janus, start, urlOf } from '../process/janus.ts'
import { createContractCheck } from '../support/contract-check.ts'
import { emptyDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { type Ask, drive } from './drive.ts'
import { startLoad } from './load.ts'
import { checkOutRelease, releasedMigrations } from './release.ts'

let release: Awaited<ReturnType<typeof checkOutRelease>>
let home: Awaited<ReturnType<typeof emptyDatabase>>
let env: Record<string, string>
let before: Janus
let token: string

/** The last release, from its own sources. */
const startRelease = () => start(env, [process.execPath, join(release.folder, 'bin/janus.js')])

let askRelease: (janus: Janus) => Ask

beforeAll(async () => {
  release = await checkOutRelease()
  home = await emptyDatabase()
  env = {
    DATABASE_URL: urlOf(home.connection),
    ADMIN_PASSWORD: 'correct horse battery',
    RATE_LIMIT_PER_MINUTE: '0',
    LOGIN_ATTEMPTS: '0',
  }
  const document = JSON.parse(await readFile(join(release.folder, 'generated/openapi.json'), 'utf8'))
  const { checkReply } = createContractCheck(document, { noteReply: () => {} })
  askRelease = (janus) => async (method, path, call) => {
    const reply = await send(new Agent({ keepAlive: false }), await janus.url, method, path, call ?? {})
    checkReply(method, path.split('?')[0] as string, reply)
    return reply
  }
  before = await startRelease()
  const json = { username: 'admin', password: env.ADMIN_PASSWORD }
  token = (await askRelease(before)('POST', '/auth:login', { json })).body.access_token
})
afterAll(async () => {
  await cleanUp()
  await home?.close()
  await release?.remove()
})

describe('the last release and this version on one database', () => {
  let now: Janus

  it('the tables are brought up to date under the release, which answers every request meanwhile', async () => {
    const applied = async () =>
      (await ask(home.connection, 'select name from knex_migrations order by name collate "C"')).map(({ name }) => name)
    expect(await applied()).toEqual(await releasedMigrations())
    const { tally, stop } = startLoad(await before.url, token, 4)
    await eventually(() => tally.requests > 50)
    now = await start(env)
    await now.url
    const then = tally.requests
    await eventually(() => tally.requests > then + 50)
    await stop()
    expect(tally.failures).toEqual([])
    expect(await applied()).toEqual(await migrationSource.getMigrations([]))
  })

  it('work side by side, in both styles', async () => {
    await drive(askRelease(before), now.call, token, 'there')
    await drive(now.call, askRelease(before), token, 'back')
  })

  it('the release starts on the tables of this version, as when an update is taken back', async () => {
    const another = await startRelease()
    await drive(askRelease(another), now.call, token, 'again')
    for (const each of [before, another, now]) {
      expect(await each.stop()).toEqual({ code: 0, signal: null })
      expect(each.stdout()).not.toMatch(/"level":(50|60)/)
    }
  })
})
