import { createHash } from 'node:crypto'
import createKnex, { type Knex } from 'knex'

/** Makes SQL, and never connects. */
export const builder: Knex = createKnex({ client: 'pg' })

/** A row as the driver reads it, by the names of its columns. */
// biome-ignore lint/suspicious/noExplicitAny: what a column holds is known where it is selected
export type Row = Readonly<Record<string, any>>

/** What a statement has answered. */
export interface Answer {
  readonly rows: readonly Row[]
  /** How many rows were selected or written. */
  readonly count: number
}

/** A value as it is sent: text, bytes, or null. */
export type Value = string | Buffer | null

/** A statement with its values. */
export interface Step {
  readonly text: string
  /** Under which a connection keeps it prepared; empty where it does not. */
  readonly name: string
  readonly values: readonly Value[]
}

/**
 * What a method of the store asks of the database: one statement as a rule; several are sent
 * together, and none is needed where the answer is known.
 */
export interface Call<Result> {
  readonly steps: readonly Step[]
  /** @param answers one for each step */
  readonly read: (answers: readonly Answer[]) => Result
  /** Set for what may take long: it has connections of its own, and less time. */
  readonly heavy?: boolean
}

type Query = Knex.QueryBuilder | Knex.Raw
type Placeholders<Args> = { readonly [Name in keyof Args]-?: Knex.Value }

class Placeholder {
  readonly of: string
  constructor(of: string) {
    this.of = of
  }
}

const placeholders = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) })

/**
 * A statement that is compiled once, when it is first needed. Knex would otherwise make the same
 * text on every request, and Postgres the same plan.
 *
 * @param make gives the query, with a placeholder for each argument. It is called once: what it
 *   makes must not depend on the arguments
 * @returns the call of given arguments; undefined is sent as null
 */
export function statement<Args extends object, Result>(
  make: (knex: Knex, args: Placeholders<Args>) => Query,
  read: (answer: Answer) => Result,
): (args: Args) => Call<Result> {
  let compiled: { text: string; name: string; bindings: readonly (Placeholder | Value)[] } | undefined
  return (args) => {
    compiled ??= compile(make(builder, placeholders as Placeholders<Args>))
    const { text, name, bindings } = compiled
    const values = bindings.map((each) =>
      each instanceof Placeholder ? encode((args as Record<string, unknown>)[each.of]) : each,
    )
    return { steps: [{ text, name, values }], read: ([answer]) => read(answer as Answer) }
  }
}

/** The call of a query that is made anew each time, for what has too many shapes. */
export function ask<Result>(query: Query, read: (answer: Answer) => Result): Call<Result> {
  const { text, name, bindings } = compile(query)
  return { steps: [{ text, name, values: bindings as readonly Value[] }], read: ([answer]) => read(answer as Answer) }
}

/** The call that has its answer without the database. */
export const known = <Result>(result: Result): Call<Result> => ({ steps: [], read: () => result })

/** The calls as one, whose answer is that of the last. */
export function inTurn<Result>(...calls: readonly [...Call<unknown>[], Call<Result>]): Call<Result> {
  const last = calls.at(-1) as Call<Result>
  return {
    ...last,
    steps: calls.flatMap(({ steps }) => steps),
    read: (answers) => last.read(answers.slice(answers.length - last.steps.length)),
  }
}

function compile(query: Query) {
  const { sql: text, bindings } = query.toSQL().toNative()
  return {
    text,
    name: nameOf(text),
    bindings: bindings.map((each) => (each instanceof Placeholder ? each : encode(each))),
  }
}

const names = new Map<string, string>()

/**
 * Every connection keeps what has a name, in this process and on the server: so not everything gets
 * one. A name says what it stands for: where a pooler has let processes share a session, a number
 * would be another statement's.
 */
const maxNames = 256

function nameOf(text: string): string {
  const name =
    names.get(text) ??
    (names.size < maxNames ? `janus_${createHash('sha256').update(text).digest('hex').slice(0, 24)}` : '')
  if (name) names.set(text, name)
  return name
}

/** As Postgres reads it whatever the session's settings are. */
function encode(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return `{${value.map(encodeElement).join(',')}}`
  return String(value)
}

const encodeElement = (element: unknown): string =>
  typeof element === 'number' ? String(element) : `"${String(element).replace(/[\\"]/g, '\\$&')}"`
