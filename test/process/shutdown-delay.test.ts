import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { cleanUp, start, urlOf } from './janus.ts'

afterEach(cleanUp)

describe('SHUTDOWN_DELAY_SECONDS', () => {
  it('is how long a service that is asked to stop serves new requests, and answers /ready with 503', async () => {
    const own = await freshDatabase()
    const janus = await start({ DATABASE_URL: urlOf(own.connection), SHUTDOWN_DELAY_SECONDS: '2' })
    const url = await janus.url
    const askedAt = performance.now()
    const ended = janus.stop()
    await eventually(() => janus.stderr().includes('Stopping'))
    let lastAnswerAt = 0
    const look = async () => {
      const replies = [
        await send(undefined, url, 'GET', '/ready', {}),
        await send(undefined, url, 'GET', '/auth:me', {}),
      ]
      lastAnswerAt = performance.now()
      return replies.map(({ status }) => status)
    }
    for (let seen: number[] | undefined; ; await delay(200)) {
      // Until nobody listens any more.
      seen = await look().catch(() => undefined)
      if (seen === undefined) break
      expect(seen).toEqual([503, 401])
    }
    // An idle one would be gone after half a second.
    expect(lastAnswerAt - askedAt).toBeGreaterThan(1000)
    expect(await ended).toEqual({ code: 0, signal: null })
    await own.close()
  })
})
