import net, { type AddressInfo } from 'node:net'
import pg from 'pg'
import type { Connection } from '../../src/store/connection.ts'

/**
 * A front before the server that can be stopped, which the real one, shared by all tests, must not
 * be.
 */
export async function startFront(connection: Connection, { refuse = '' } = {}) {
  const behind = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection)
  const { host, port, user = '', database = '', password } = behind
  const sockets = new Set<net.Socket>()
  let isCut = false
  const server = net.createServer((socket) => {
    if (isCut) {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)))
      return
    }
    const upstream = host.startsWith('/') ? net.connect(`${host}/.s.PGSQL.${port}`) : net.connect(port, host)
    for (const end of [socket, upstream]) {
      sockets.add(end)
      end.on('error', () => {}).on('close', () => sockets.delete(end))
    }
    socket.once('data', (startup) => {
      if (refuse && startup.includes(refuse)) {
        socket.end(refusal(`unsupported startup parameter: ${refuse}`))
        return
      }
      upstream.write(startup)
      socket.pipe(upstream).pipe(socket)
    })
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  await listen(0)
  const own = (server.address() as AddressInfo).port
  const silence = () => {
    for (const socket of sockets) socket.unpipe().pause()
  }
  return {
    connection: { host: '127.0.0.1', port: own, user, database, ...(password && { password }) },
    start: () => listen(own),
    /**
     * From now on nothing that comes over the connections there are is handed on: a network that
     * swallows everything.
     */
    silence,
    /** The same, and so for connections that are made from now on. */
    cut: () => {
      isCut = true
      silence()
    },
    /** What was cut off is gone; what is made from now on is handed on again. */
    heal: () => {
      isCut = false
      for (const socket of sockets) socket.destroy()
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** An ErrorResponse as PgBouncer sends it. */
function refusal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`)
  const length = Buffer.alloc(4)
  length.writeInt32BE(fields.length + 4)
  return Buffer.concat([Buffer.from('E'), length, fields])
}
