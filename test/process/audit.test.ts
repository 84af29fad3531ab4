import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { madeUp, sealerOf } from '../audit/support.ts'
import { freshDatabase, open } from '../support/database.ts'
import { cleanUp, makeFolder, start, urlOf } from './janus.ts'

let home: Awaited<ReturnType<typeof freshDatabase>>
let database: ReturnType<typeof open>

beforeAll(async () => {
  home = await freshDatabase()
  database = open(home.connection)
})
afterAll(async () => {
  await database?.close()
  await home?.close()
  await cleanUp()
})

/** `npm run audit -- …`, in an empty folder. */
async function audit(args: string[], env: Record<string, string> = {}) {
  const program = fileURLToPath(new URL('../../tools/audit.ts', import.meta.url))
  const cwd = await makeFolder()
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  const given = { PATH, NODE_COMPILE_CACHE, DATABASE_URL: urlOf(home.connection), ...env }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd, env: given }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

describe('npm run audit', () => {
  it('says how it is used', async () => {
    for (const args of [[], ['verify', '--root'], ['verify', '--root', 'xyz'], ['prune', 'all'], ['other']])
      expect(await audit(args)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('npm run audit -- verify'),
      })
  })

  it('proves what a service has written and sealed, by the roots of its log', async () => {
    const janus = await start({ DATABASE_URL: urlOf(home.connection), ADMIN_PASSWORD: 'correct horse battery' })
    await janus.url
    await janus.call('POST', '/auth:login', { json: { username: 'admin', password: 'correct horse battery' } })
    expect(await janus.stop()).toEqual({ code: 0, signal: null })
    const [, root = ''] = /"number":2,"root":"([0-9a-f]{64})"/.exec(janus.stdout()) ?? []
    expect(janus.stdout()).toContain('guarded against slips alone')
    const { code, stdout, stderr } = await audit(['verify', '--root', root])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^The audit trail is what was sealed: events 1 to 2, \d roots?, the last [0-9a-f]{64}\.\n$/)
    expect(code).toBe(0)
  })

  it('names what is wrong, and what is not proven yet', async () => {
    await database.store.audit.insert(madeUp(3))
    expect((await audit(['verify'])).stdout).toMatch(/^3 waiting for their seal: of these nothing is proven yet\n/)
    const { code, stdout, stderr } = await audit(['verify', '--root', '0'.repeat(64)])
    expect([code, stdout]).toEqual([1, expect.stringContaining(`the root ${'0'.repeat(64)} is not in the trail`)])
    expect(stderr).toContain('The audit trail is not what was sealed: 1 fault')
  })

  it('prunes what is old enough', async () => {
    expect(await audit(['prune'], { AUDIT_DAYS: '0' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('AUDIT_DAYS is 0'),
    })
    expect(await audit(['prune'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Nothing of the audit trail is older than \d{4}-\d\d-01/),
    })
    // The clock of whoever wrote this was two years behind.
    const sealer = await sealerOf(database.store)
    const rows = madeUp(2, new Date(Date.now() - 2 * 365 * 86_400_000))
    await database.store.audit.insert(rows)
    await sealer.seal()
    // What is kept lies before it in the trail: nothing can be dropped whole.
    expect(await audit(['prune'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing of the audit trail is older'),
    })
    expect((await audit(['verify'])).code).toBe(0)
  })
})
