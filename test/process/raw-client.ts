import { connect } from 'node:net'

/** A client that writes what it likes and notes what it is told. */
export function open({ port, hostname }: { port: string | number; hostname: string }) {
  const socket = connect(Number(port), hostname)
  let said = ''
  let hasEnded = false
  let failure: Error | undefined
  socket
    .on('data', (chunk) => (said += chunk))
    .on('end', () => {
      hasEnded = true
    })
    .on('error', (error) => {
      failure = error
    })
  return {
    socket,
    said: () => said,
    hasEnded: () => hasEnded,
    failure: () => failure,
    statuses: () => said.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [],
  }
}

export function head(method: string, path: string, headers: Record<string, string | number>): string {
  const lines = Object.entries({ Host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

export const json = { 'Content-Type': 'application/json' }
