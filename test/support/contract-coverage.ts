import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { type Declared, declaredBy, type Observation } from '../../contract/coverage/declared.ts'
import { createInputJudge } from '../../contract/coverage/inputs.ts'
import { readDocument, runFolder } from '../../contract/coverage/record.ts'
import { judgeRole } from '../../contract/coverage/roles.ts'
import { createSchemaCheck } from '../../contract/coverage/schemas.ts'
import { shownByAnswer } from '../../contract/coverage/shown.ts'
import { failurePart } from '../../contract/document.ts'
import type { Reply } from './wire.ts'

/** What was sent, as far as it tells of inputs and of who called. */
export interface Sent {
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | undefined
}

export type Notes = ReturnType<typeof createNotes>

/** Our own contract. */
export const ours = readDocument()

/** The notes of this process, in a file of its own; none where nothing gathers them. */
export const notes = createNotes(process.env[runFolder] && `${process.env[runFolder]}/${randomUUID()}`)
export const { recordExample } = notes

/**
 * Notes what was seen of a contract.
 *
 * @param file that gets a line for each new observation; undefined: they count for nobody
 */
export function createNotes(file: string | undefined, document = ours) {
  const { operations, examples } = declaredBy(document)
  const declared = new Map(operations.map((each) => [each.id, each]))
  const judgeInput = createInputJudge(document)
  const breaches = createSchemaCheck(document)
  const fits = (schema: object, value: unknown) => breaches(schema, value).length === 0
  const codeOf = (id: string, body: unknown) => failurePart<string>(document, id, 'code', body)
  const noted = new Set<string>()
  return { noteReply, noteCall, recordExample }

  /**
   * Notes that an operation (or, by its name, an answer of no operation) has given this answer.
   *
   * @param response pointer to what the document says of the answer, which it fits
   */
  function noteReply(id: string, response: string, { status, headers, body }: Reply): void {
    const type = headers['content-type']?.split(';')[0] ?? ''
    note('answer', id, String(status), type)
    const code = codeOf(id, body)
    if (status >= 400 && code) note('code', id, code)
    for (const each of type === lines ? body : [body])
      for (const example of shownByAnswer(document, response, { headers, body: each }, fits)) note('example', example)
  }

  /**
   * Notes which inputs an exchange has shown, and whether the caller's role was let in.
   *
   * @param findRole the role that a user has now; undefined where there is no such user
   * @throws Error where the role was judged otherwise than the document says
   */
  async function noteCall(id: string, sent: Sent, reply: Reply, findRole: FindRole): Promise<void> {
    const operation = declared.get(id)
    if (!operation) return
    const headers = Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]))
    const open = operation.inputs.filter(({ in: place, name }) =>
      (['good', 'bad'] as const).some((value) => !isNoted('input', id, place, name, value)),
    )
    const exchange = open.length > 0 && { path: sent.path, sent: headers, json: parse(sent.body), reply }
    for (const input of open) {
      const shown = exchange && judgeInput(id, input, exchange)
      if (shown) note('input', id, input.in, input.name, shown)
    }
    await noteRole(operation, headers.authorization, reply, findRole)
  }

  /**
   * Notes that an example of the document was run. @throws Error where `pointer` is none of
   * `examplePointers`
   */
  function recordExample(pointer: string): void {
    if (!examples.includes(pointer)) throw new Error(`the contract has no example at ${pointer}`)
    note('example', pointer)
  }

  async function noteRole(
    operation: Declared,
    authorization: string | undefined,
    reply: Reply,
    findRole: FindRole,
  ): Promise<void> {
    const claims = authorization === undefined ? { role: 'nobody', sub: undefined } : claimsOf(authorization)
    const judged = claims && judgeRole(operation, claims.role, reply.status, codeOf(operation.id, reply.body))
    if (!judged) return
    const { verdict, fits } = judged
    const isNews = verdict !== 'passed' && !isNoted('role', operation.id, claims.role, verdict)
    if (fits && !isNews) return
    // The claim is that of the login; authority is the row's, which may have changed since.
    if (claims.sub && (await findRole(claims.sub)) !== claims.role) return
    if (!fits) throw new Error(`${operation.id}: ${claims.role} was ${verdict}, which its x-roles do not say`)
    if (verdict !== 'passed') note('role', operation.id, claims.role, verdict)
  }

  function isNoted(...observation: Observation): boolean {
    return noted.has(JSON.stringify(observation))
  }

  function note(...observation: Observation): void {
    const line = JSON.stringify(observation)
    if (noted.has(line)) return
    noted.add(line)
    if (file) appendFileSync(file, `${line}\n`)
  }
}

/** A media type whose bodies are lines of JSON. */
export const lines = 'application/x-ndjson'

type FindRole = (userId: string) => Promise<string | undefined>

function claimsOf(authorization: string): { role: string; sub: string } | undefined {
  const payload = /^Bearer +[^.]+\.([^.]+)\./i.exec(authorization)?.[1]
  const claims = payload && (parse(Buffer.from(payload, 'base64url')) as { role: unknown; sub: unknown } | undefined)
  return claims && typeof claims.role === 'string' && typeof claims.sub === 'string'
    ? { role: claims.role, sub: claims.sub }
    : undefined
}

function parse(text: string | Buffer | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text.toString())
  } catch {
    return undefined
  }
}
