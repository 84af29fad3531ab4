import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/processes.ts'
import { send } from '../support/service.ts'
import { closeAll, connections, get, serve } from './serve.ts'

afterEach(closeAll)

const big = Buffer.alloc(2_000_000, 'x')
const giveBig: RequestListener = (_, response) => void response.end(big)

describe('a connection whose requests are answered and never read', () => {
  it('costs the memory of one answer, and is cut', async () => {
    let given = 0
    const { client, server } = await serve((_, response) => {
      given++
      response.end(big)
    })
    const clients = Array.from({ length: 50 }, () => client(get().repeat(60), false))
    await eventually(() => given >= 50)
    await delay(500)
    // What the system takes for them, and one more each: never all 60.
    expect(given).toBeLessThan(50 * 20)
    const served = await send(undefined, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'HEAD', '/', {})
    expect(served.status).toBe(200)
    const before = given
    await eventually(async () => (await connections(server)) <= 1)
    expect(given - before).toBeLessThan(50)
    for (const { socket } of clients) socket.destroy()
  })

  it('is cut also where it goes on sending', async () => {
    const { client, server } = await serve(giveBig)
    const { socket } = client(get().repeat(5), false)
    const sending = setInterval(() => socket.write(get()), 300)
    await eventually(async () => (await connections(server)) === 1)
    await eventually(async () => (await connections(server)) === 0)
    clearInterval(sending)
  })

  it('does not keep the server from stopping', async () => {
    const { client, drain, server } = await serve(giveBig, { stallMs: 600_000 })
    for (let i = 0; i < 20; i++) client(get().repeat(60), false)
    await eventually(async () => (await connections(server)) === 20)
    const began = Date.now()
    await drain(60_000)
    expect(Date.now() - began).toBeLessThan(30_000)
  })

  it.each([
    ['half a head', 'GET / HTTP/1.1\r\nHo'],
    ['nothing', ''],
    ['half a head after a request', `${get()}GET / HTTP/1.1\r\nHo`],
  ])('does not keep the server from stopping, nor does one that has sent %s', async (_, text) => {
    const limits = { headersMs: 600_000, requestMs: 600_000, stallMs: 1500 }
    const { client, drain, server } = await serve((_, response) => void response.end('good'), limits)
    client(text)
    await eventually(async () => (await connections(server)) === 1)
    const began = Date.now()
    await drain(60_000)
    expect(Date.now() - began).toBeLessThan(30_000)
  })

  it('is served whole where it is read slowly', async () => {
    const { client } = await serve(giveBig)
    const { socket, said, statuses } = client(get().repeat(10), false)
    const began = Date.now()
    let length = 0
    // For longer than an answer may be left alone.
    while (length < 10 * big.length) {
      const chunk = socket.read() as Buffer | null
      if (chunk) length += chunk.length
      await delay(chunk ? 20 : 5)
    }
    expect(Date.now() - began).toBeGreaterThan(1600)
    expect(said()).toBe('')
    expect(statuses()).toEqual([])
    expect(socket.destroyed).toBe(false)
  })
})
