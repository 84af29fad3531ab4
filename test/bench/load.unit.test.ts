import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startLoad } from '../../bench/load/start.ts'
import { processorTimes, residentMegabytes, spent, treeOf } from '../../bench/measure/processor-time.ts'

const received: { path: string; body: string; socket: IncomingMessage['socket'] }[] = []
const server = createServer(async (request, response) => {
  const { url: path = '', socket } = request
  received.push({ path, body: await text(request), socket })
  if (path === '/chunked') {
    response.write('{"a":')
    setTimeout(() => response.end('1}'), 5)
  } else if (path === '/failing') response.writeHead(503).end('later')
  else response.end('x'.repeat(100_000))
})
const load = startLoad()
let url: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  load.end()
  server.close()
})

it('sends the requests of each connection in turn, and counts what fails', async () => {
  const get = (path: string) => ({ method: 'GET', path })
  const groups = [
    { name: 'reads', connections: [[get('/long'), get('/chunked')], [get('/long')]] },
    { name: 'failures', connections: [[get('/failing')]] },
  ]
  const [reads, failures] = await load.run({ url, seconds: 60, atMost: 4, groups })
  expect(reads).toMatchObject({ name: 'reads', count: 8, failures: 0 })
  expect(reads?.ms).toEqual(reads?.ms.toSorted((a, b) => a - b))
  expect(failures).toMatchObject({ count: 4, failures: 4, failure: expect.stringMatching(/^503 [^]*later/) })
  const paths = Map.groupBy(received, ({ socket }) => socket)
  expect(paths.size).toBe(3)
  expect([...paths.values()].map((all) => all.map(({ path }) => path).join(' '))).toContain(
    '/long /chunked /long /chunked',
  )
})

it('puts a number of its own into each body', async () => {
  received.length = 0
  const body = { name: 'bench-{n}', again: '{n}' }
  await load.run({
    url,
    seconds: 60,
    atMost: 3,
    groups: [{ name: 'writes', connections: [[{ method: 'POST', path: '/', body }]] }],
  })
  const bodies = received.map((one) => JSON.parse(one.body))
  expect(new Set(bodies.map(({ name }) => name)).size).toBe(3)
  for (const { name, again } of bodies) expect(name).toBe(`bench-${again}`)
})

it.skipIf(process.platform !== 'linux')('knows what a process and its children have spent', () => {
  const tree = treeOf(process.pid)
  expect(tree.length).toBeGreaterThan(1)
  const before = processorTimes([process.pid])
  const until = performance.now() + 60
  while (performance.now() < until) Math.sqrt(until)
  expect(spent(before, processorTimes([process.pid]))).toBeGreaterThan(1000)
  expect(residentMegabytes(tree)).toBeGreaterThan(20)
})
