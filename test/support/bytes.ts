import net from 'node:net'
import { checkReply } from './contract-check.ts'
import type { Reply } from './wire.ts'

/**
 * One request on a connection of its own, byte for byte, for what no HTTP client would send; the
 * reply is checked against the document.
 *
 * @param head request line and headers, without `Host` and `Connection`
 * @param complete false: the headers never end
 */
export function sendBytes(
  url: string,
  head: readonly string[],
  body: string | Buffer = '',
  complete = true,
): Promise<Reply> {
  const { hostname, port } = new URL(url)
  const [method = '', target = ''] = (head[0] ?? '').split(' ')
  const path = target.replace(/^[a-z]+:\/\/[^/?]*\/?/i, '/').split('?')[0] as string
  return new Promise<Reply>((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = net.connect(Number(port), hostname, () => {
      socket.write(
        `${[...head, 'Host: localhost', 'Connection: close'].join('\r\n')}${complete ? '\r\n\r\n' : ''}`,
        'latin1',
      )
      socket.write(body)
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('end', () => {
      socket.destroy()
      resolve(readReply(Buffer.concat(chunks).toString()))
    })
  }).then((reply) => {
    checkReply(method, path, reply)
    return reply
  })
}

function readReply(text: string): Reply {
  const end = text.indexOf('\r\n\r\n')
  const [status = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
  })
  const body = text.slice(end + 4)
  return {
    status: Number(status.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: body ? JSON.parse(body) : undefined,
  }
}
