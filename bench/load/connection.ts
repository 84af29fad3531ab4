import { connect, type Socket } from 'node:net'

/** The answer to one request, as far as it is looked at. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly ms: number
}

/**
 * A connection that sends one request after another (HTTP/1.1, keep-alive), by hand: what the
 * client does is not to take the server's processor.
 */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: { readonly started: number; resolve(answer: Answer): void; reject(error: Error): void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(chunk))
    const lost = (error?: Error) => this.#waiting?.reject(error ?? new Error('the server closed the connection'))
    socket.on('error', lost)
    socket.on('close', () => lost())
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url)
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new Connection(socket)))
      socket.once('error', reject)
    })
  }

  send(request: Buffer | string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { started: performance.now(), resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#received.toString('latin1', 0, end)
    const body = this.#received.subarray(end + 4)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const isWhole = length === undefined ? isChunkedEnd(head, body) : body.length >= Number(length)
    if (!isWhole) return
    const waiting = this.#waiting
    this.#received = Buffer.alloc(0)
    this.#waiting = undefined
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      ms: performance.now() - waiting.started,
      get body() {
        return body.toString()
      },
    })
  }
}

/** Without a length: chunked, whose last chunk is empty, or no body at all. */
const isChunkedEnd = (head: string, body: Buffer) =>
  !/\r\ntransfer-encoding: *chunked/i.test(head) || body.subarray(-5).toString('latin1') === '0\r\n\r\n'
