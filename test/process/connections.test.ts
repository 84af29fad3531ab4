import { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createDrainingServer } from '../../src/server/draining-server.ts'
import { earlyFailures } from '../support/draining.ts'
import { eventually } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { closeAll, connections, get, serve } from './serve.ts'

afterEach(closeAll)

describe('the requests of one connection', () => {
  it('are worked at one after another, and answered in their order', async () => {
    let atWork = 0
    let most = 0
    const { client } = await serve(async (request, response) => {
      most = Math.max(most, ++atWork)
      await delay(request.url === '/slow' ? 100 : 1)
      atWork--
      response.end(`<${request.url}>`)
    })
    const { said } = client(`${get('/slow')}${get('/a')}${get('/slow')}${get('/b')}`)
    await eventually(() => said().match(/<[^>]+>/g)?.length === 4)
    expect(said().match(/<[^>]+>/g)).toEqual(['</slow>', '</a>', '</slow>', '</b>'])
    expect(most).toBe(1)
  })

  it('keep their bodies', async () => {
    const { client } = await serve(
      async (request, response) => {
        let body = ''
        for await (const chunk of request) body += chunk
        response.end(`<${body}>`)
      },
      { bodyBytes: 300_000 },
    )
    const post = (body: string) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const long = 'y'.repeat(300_000)
    const { said } = client(`${post('one')}${post(long)}${post('three')}`)
    await eventually(() => said().includes('<three>'))
    expect(said().match(/<[^>]+>/g)).toEqual(['<one>', `<${long}>`, '<three>'])
  })

  it('are all answered before what is no request, and nothing is after it', async () => {
    const { client } = await serve(async (_, response) => {
      await delay(100)
      response.end('good')
    })
    const { said, statuses, closed } = client(`${get()}${get()}nonsense\r\n\r\n${get()}`)
    await closed
    expect(statuses()).toEqual(['200', '200', '400'])
    expect(said().endsWith('"error_code":"MALFORMED_REQUEST","reason":"malformed_request"}')).toBe(true)
  })

  it('are answered as far as 64 are ahead, then told that they are too many', async () => {
    const { client } = await serve((_, response) => void response.end('good'))
    const { said, statuses, closed } = client(get().repeat(70))
    await closed
    expect(statuses()).toEqual([...Array(64).fill('200'), '429'])
    expect(said()).toMatch(/Retry-After: 1\r\n.*"error_code":"RATE_LIMIT_EXCEEDED","reason":"rate_limited"\}$/s)
  })

  it('are not read for ever after that', async () => {
    let served = 0
    const { client } = await serve(async (_, response) => {
      served++
      await delay(60_000, undefined, { ref: false })
      response.end()
    })
    const { statuses, closed } = client(get().repeat(5000))
    await closed
    expect(statuses()).toEqual([])
    expect(served).toBe(1)
  })

  it('that wait when the server stops are answered, the last of them with its end', async () => {
    const { client, drain } = await serve(async (_, response) => {
      await delay(100)
      response.end('good')
    })
    const { said, statuses, closed } = client(get().repeat(5))
    await delay(50)
    await drain(10_000)
    await closed
    expect(statuses()).toEqual(Array(5).fill('200'))
    expect(said().match(/connection: close/gi)).toHaveLength(1)
  })
})

describe('an idle connection', () => {
  it('is kept beyond the limits for requests, says for how long, and is closed then', async () => {
    const { url, server } = await serve((_, response) => void response.end('good'), { keepAliveMs: 4000 })
    const agent = new Agent({ keepAlive: true, maxSockets: 1, agentKeepAliveTimeoutBuffer: 0 } as object)
    const first = await send(agent, url, 'GET', '/', {})
    expect(first.headers['keep-alive']).toBe('timeout=4')
    const [[socket]] = Object.values(agent.freeSockets) as [[Socket]]
    await delay(2500)
    expect(await connections(server)).toBe(1)
    expect((await send(agent, url, 'GET', '/', {})).status).toBe(200)
    expect((Object.values(agent.freeSockets) as [[Socket]])[0][0]).toBe(socket)
    await eventually(async () => (await connections(server)) === 0)
    agent.destroy()
  })

  it('is kept for longer than 60 s where nothing else is said', () => {
    const { server } = createDrainingServer(() => {}, earlyFailures)
    expect(server.keepAliveTimeout).toBe(65_000)
    expect(server.headersTimeout).toBe(10_000)
    expect(server.requestTimeout).toBe(30_000)
  })
})

describe('who sends nothing', () => {
  it('is told nothing either: the next request would take it for its answer', async () => {
    const { client } = await serve(() => {})
    const { said, closed } = client('')
    await closed
    expect(said()).toBe('')
  })
})

describe('who drips a request', () => {
  it.each([
    ['the first', ''],
    ['a further one', get()],
  ])('is cut: %s', async (_, before) => {
    const { client } = await serve((_, response) => void response.end('good'), { keepAliveMs: 60_000 })
    const { socket, statuses, closed } = client(`${before}GET / HTTP/1.1\r\nX-Drip: `)
    const dripping = setInterval(() => socket.write('x'), 100)
    await closed
    clearInterval(dripping)
    expect(statuses()).toEqual(before ? ['200', '408'] : ['408'])
  })

  it('is cut while it drips a body', async () => {
    const { client } = await serve((request, response) => {
      request
        .on('error', () => {})
        .resume()
        .on('end', () => response.end('good'))
    })
    const { socket, statuses, closed } = client('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n')
    const dripping = setInterval(() => socket.write('x'), 100)
    await closed
    clearInterval(dripping)
    expect(statuses()).toEqual(['408'])
  })

  it('is cut behind an answer that is under way', async () => {
    const { client } = await serve(async (_, response) => {
      await delay(2000)
      response.end('good')
    })
    const { statuses, closed } = client(`${get()}GET / HTTP/1.1\r\nX-Drip: `)
    await closed
    expect(statuses()).toEqual(['200', '408'])
  })
})
