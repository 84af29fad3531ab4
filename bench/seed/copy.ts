import type pg from 'pg'

/** A value as COPY's text format has it (PostgreSQL, COPY, "Text Format"). */
export function copyText(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return typeof value[0] === 'number' ? `{${value.join()}}` : escaped(arrayText(value))
  return String(value)
}

/** A line of it. */
export const copyLine = (row: object): string => `${Object.values(row).map(copyText).join('\t')}\n`

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] as string) : text

/** Every element in quotes, which is right for whatever it is. */
const arrayText = (values: readonly unknown[]): string =>
  `{${values
    .map((value) => (typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : String(value)))
    .join(',')}}`

interface CopyConnection extends pg.Connection {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/**
 * `copy … from stdin` of one chunk, over a client of `pg`.
 *
 * @throws Error the server's
 */
export function copyFrom(client: pg.Client, into: string, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed: Error | undefined
    client.query({
      submit: (connection: pg.Connection) => (connection as CopyConnection).query(`copy ${into} from stdin`),
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(chunk)
        connection.endCopyFrom()
      },
      handleError(error: Error) {
        failed = error
        reject(error)
      },
      handleReadyForQuery: () => failed ?? resolve(),
      handleCommandComplete() {},
    } as unknown as pg.Submittable)
  })
}
