import type { Answer, RestFace, RpcFace } from './faces.ts'
import { playRest } from './play-rest.ts'
import { playRpc } from './play-rpc.ts'
import { accept, type FindSchema, schemaFaults } from './schemas.ts'

/** What a generator made, as the smoke test uses it. */
export interface Subject {
  rpc: RpcFace
  rest: RestFace
  /** Of zod. */
  schemas?: FindSchema
  /** By name: what else the generator made. Answers with the faults that it found. */
  more?: Record<string, () => Promise<string[]>>
}

/**
 * Holds the answer to a call, and the schemas of what was sent and answered, against what is
 * expected; answers with the body.
 *
 * @throws Error that says what is wrong
 */
export type Expect = (
  operation: string,
  status: number,
  answer: Promise<Answer>,
  sent?: { body?: unknown; query?: unknown; code?: string },
) => Promise<any>

/** Plays both styles and all else; prints what is wrong as a line of JSON, `{where, text}[]`. */
export async function smoke({ rpc, rest, schemas, more = {} }: Subject): Promise<void> {
  const faults: { where: string; text: string }[] = []
  const expect: Expect = async (operation, status, answer, { body, query, code } = {}) => {
    const { status: answered, body: got, code: typed } = await answer
    if (answered !== status)
      throw new Error(`${operation} answered ${answered}, not ${status}: ${JSON.stringify(got)?.slice(0, 300)}`)
    if (code !== typed) throw new Error(`${operation} answered the code ${typed}, not ${code}`)
    if (schemas) {
      if (body) accept(schemas(operation, 'body'), `${operation}, what was sent,`, body)
      if (query) accept(schemas(operation, 'query'), `${operation}, its query,`, query)
      if (status < 300) accept(schemas(operation, 'response'), `${operation}, the answer,`, got)
    }
    return got
  }
  const parts: Record<string, () => Promise<string[]>> = {
    RPC: () => playRpc(rpc, expect).then(() => []),
    REST: () => playRest(rest, expect).then(() => []),
    ...(schemas && { zod: () => schemaFaults(schemas) }),
    ...more,
  }
  for (const [where, play] of Object.entries(parts)) {
    try {
      for (const text of await play()) faults.push({ where, text })
    } catch (error) {
      faults.push({ where, text: error instanceof Error ? error.message : JSON.stringify(error) })
    }
  }
  process.stdout.write(`${JSON.stringify({ parts: Object.keys(parts), faults })}\n`)
}
