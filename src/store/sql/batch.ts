import pg from 'pg'
import { serialize } from 'pg-protocol'
import type { Answer, Row, Step, Value } from './statement.ts'

/** What `pg` has of a connection, as far as its own query classes use it. */
export interface Wire {
  readonly stream: { write(bytes: Buffer): void; readonly writable: boolean }
  /** By name, the texts that the server has prepared for this connection. */
  readonly parsedStatements: Record<string, string>
}

const execute = serialize.execute()
const sync = serialize.sync()

interface Column {
  readonly name: string
  readonly parse: (text: string) => unknown
}

/**
 * By name, the columns of what a connection has prepared. They are asked for once: what changed
 * them would make the prepared statement fail (`isStale`).
 */
const described = new WeakMap<Wire, Map<string, readonly Column[]>>()

/**
 * Statements in one round trip (PostgreSQL's extended protocol with one Sync at the end). Where no
 * transaction is open they are one, in which each statement sees what was committed before it. The
 * first that fails ends all. `pg` takes it as one of its own queries.
 */
export class Batch {
  /**
   * What it is told first counts: of the end of a connection `pg` tells also where the answer was
   * overdue before.
   */
  callback: (error: Error | null, answers?: readonly Answer[]) => void
  readonly #steps: readonly Step[]
  readonly #named: boolean
  readonly #answers: { rows: Row[]; count: number }[]
  readonly #columns: (readonly Column[])[] = []
  #known: Map<string, readonly Column[]> = new Map()
  #at = 0

  /** @param named whether statements may stay prepared: not behind a pooler of transactions */
  constructor(steps: readonly Step[], named: boolean, callback: Batch['callback']) {
    this.#steps = steps
    this.#named = named
    this.#answers = steps.map(() => ({ rows: [], count: 0 }))
    this.callback = callback
  }

  /** Of the statement at work: `pg` notes by these what the server has prepared. */
  get name(): string {
    return this.#named ? (this.#steps[this.#at]?.name ?? '') : ''
  }

  get text(): string {
    return this.#steps[this.#at]?.text ?? ''
  }

  submit(wire: Wire): null {
    this.#known = described.get(wire) ?? new Map()
    described.set(wire, this.#known)
    const parsed = new Set<string>()
    const messages: Buffer[] = []
    for (let at = 0; at < this.#steps.length; at++) {
      const { text, name: given, values } = this.#steps[at] as Step
      const name = this.#named ? given : ''
      const columns = name ? this.#known.get(name) : undefined
      if (!name || !(wire.parsedStatements[name] || parsed.has(name))) messages.push(serialize.parse({ text, name }))
      if (name) parsed.add(name)
      messages.push(serialize.bind({ statement: name, values: values as Value[] }))
      if (columns) this.#columns[at] = columns
      else messages.push(serialize.describe({ type: 'P', name: '' }))
      messages.push(execute)
    }
    messages.push(sync)
    // Each by itself would be a packet of its own, or a piece of one, which costs as much again.
    if (wire.stream.writable) wire.stream.write(Buffer.concat(messages))
    return null
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    const columns = fields.map(({ name, dataTypeID }) => ({ name, parse: pg.types.getTypeParser(dataTypeID, 'text') }))
    this.#columns[this.#at] = columns
    if (this.name) this.#known.set(this.name, columns)
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const columns = this.#columns[this.#at] as readonly Column[]
    const row: Record<string, unknown> = {}
    for (let at = 0; at < columns.length; at++) {
      const { name, parse } = columns[at] as Column
      const text = fields[at] as string | null
      row[name] = text === null ? null : parse(text)
    }
    this.#answers[this.#at]?.rows.push(row)
  }

  handleCommandComplete({ text }: { text: string }): void {
    const answer = this.#answers[this.#at]
    // `SELECT 3`, `INSERT 0 1`; nothing of the kind after `BEGIN`.
    if (answer) answer.count = Number(text.slice(text.lastIndexOf(' ') + 1)) || 0
    // What returns no rows is described by nothing, and need not be asked again either.
    if (this.name && !this.#known.has(this.name)) this.#known.set(this.name, [])
    this.#at++
  }

  handleError(error: Error): void {
    this.callback(error)
  }

  /** Only now it is committed. */
  handleReadyForQuery(): void {
    this.callback(null, this.#answers)
  }
}

/**
 * Whether the server has not prepared what the connection believes: a pooler has given us another
 * connection, or a migration has changed what it selects.
 */
export function isStale(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string }
  return code === '26000' || isShared(error) || (code === '0A000' && routine === 'RevalidateCachedQuery')
}

/** Whether somebody else has prepared a statement in this session. */
export const isShared = (error: unknown): boolean => (error as { code?: string }).code === '42P05'
