import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { closeUnaccepted } from '../../src/process/unaccepted.ts'

const workers: Worker[] = []

afterEach(async () => {
  for (const { process } of workers.splice(0)) {
    const gone = process.exitCode === null && process.signalCode === null && once(process, 'close')
    process.kill('SIGKILL')
    await gone
  }
})

/** Workers at one port, stopped: what they are handed and told waits for them. */
async function stopped(count: number): Promise<{ port: number; workers: Worker[] }> {
  const exec = fileURLToPath(new URL('leaving-worker.ts', import.meta.url))
  cluster.setupPrimary({ exec, args: [], execArgv: [] })
  let port = 0
  for (let n = 0; n < count; n++) {
    const worker = cluster.fork()
    workers.push(worker)
    closeUnaccepted(worker.process)
    ;[{ port }] = await once(worker, 'listening')
    worker.process.kill('SIGSTOP')
  }
  return { port, workers }
}

/** Who connects; what it is told in all, once its connection has ended. */
async function client(port: number): Promise<{ told: Promise<string> }> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  await once(socket, 'connect')
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  return {
    told: new Promise((resolve) => {
      socket.on('error', () => {}).on('close', () => resolve(said))
    }),
  }
}

/** Whether the worker takes the connection for which it answers next. */
const answer = ({ process }: Worker) =>
  new Promise<boolean>((resolve) => {
    process.on('internalMessage', ({ ack, accepted }) => ack !== undefined && resolve(accepted))
  })

it('a connection ends with the worker that had it and never answered', async () => {
  const { port, workers } = await stopped(1)
  const { told } = await client(port)
  workers[0]?.process.kill('SIGKILL')
  expect(await told).toBe('')
})

it('a connection that a worker has refused waits for the next one, also when the first ends', async () => {
  const { port, workers } = await stopped(2)
  const [first, second] = workers as [Worker, Worker]
  // Before the connection: it refuses what it is handed after that.
  first.send('leave')
  const clients = [await client(port), await client(port)]
  const isAccepted = answer(first)
  first.process.kill('SIGCONT')
  expect(await isAccepted).toBe(false)
  first.process.kill('SIGKILL')
  await once(first, 'exit')
  second.process.kill('SIGCONT')
  expect(await Promise.all(clients.map(({ told }) => told))).toEqual(['hello', 'hello'])
})
