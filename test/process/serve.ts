import type { RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createDrainingServer, type DrainingServer, type Limits } from '../../src/server/draining-server.ts'
import { earlyFailures } from '../support/draining.ts'

const servers: DrainingServer[] = []
const sockets: Socket[] = []

/** Ends what a test served and connected. */
export async function closeAll(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const { drain } of servers.splice(0)) await drain(0)
}

/** A server with short limits, in milliseconds. */
export async function serve(listener: RequestListener, limits: Partial<Limits> = {}) {
  const draining = createDrainingServer(listener, earlyFailures, {
    headersMs: 800,
    requestMs: 1600,
    stallMs: 1500,
    ...limits,
  })
  servers.push(draining)
  await new Promise<void>((resolve) => draining.server.listen(0, '127.0.0.1', resolve))
  const { port } = draining.server.address() as AddressInfo
  /** A client who sends this; what it has been told so far, unless it does not read. */
  const client = (text: string, reads = true) => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    let said = ''
    let open = true
    const closed = new Promise<number>((resolve) => {
      const began = Date.now()
      socket
        .on('error', () => {})
        .on('close', () => {
          open = false
          resolve(Date.now() - began)
        })
    })
    if (reads)
      socket.on('data', (chunk) => {
        said += chunk
      })
    socket.write(text)
    return {
      socket,
      said: () => said,
      isOpen: () => open,
      closed,
      statuses: () => said.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [],
    }
  }
  return { ...draining, port, url: `http://127.0.0.1:${port}`, client }
}

export const get = (path = '/') => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

export function connections(server: DrainingServer['server']): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )
}
