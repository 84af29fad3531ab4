import { utimes } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { cleanUp, makeFolder, start, urlOf } from './janus.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

afterEach(cleanUp)

describe('npm run dev', { timeout: 120_000 }, () => {
  it('starts the service, again at a change of a source, and stops cleanly at Ctrl-C', async () => {
    const database = await freshDatabase()
    const env = { DATABASE_URL: urlOf(database.connection), ADMIN_PASSWORD: 'long enough', HOME: await makeFolder() }
    const dev = await start(env, ['npm', '--prefix', root, 'run', 'dev'], { detached: true })
    await dev.url
    const now = new Date()
    await utimes(`${root}src/app.ts`, now, now)
    await eventually(() => dev.stderr().split('Janus answers at').length === 3)
    expect(dev.stderr().match(/Stopping \(SIGTERM\)/g)).toHaveLength(1)
    const [url] = /http:\S+/.exec(dev.stderr().split('Janus answers at')[2] as string) as [string]
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    // A terminal tells every process of its group.
    process.kill(-dev.pid, 'SIGINT')
    await dev.ended
    expect(dev.stderr().match(/Stopping \(SIGINT\)/g)).toHaveLength(1)
    expect(dev.stderr()).not.toMatch(/^\s+at /m)
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    await database.close()
  })
})
