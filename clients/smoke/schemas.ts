import { inspect, isDeepStrictEqual } from 'node:util'
import { baseUrl } from './session.ts'

/** What a zod schema has that is used here. */
export interface Schema {
  safeParse(value: unknown): { success: true; data: unknown } | { success: false; error: { message: string } }
}

/** The schema of what an operation takes or answers; nothing where none was generated. */
export type FindSchema = (operation: string, part: 'body' | 'query' | 'response') => Schema | undefined

/** `Rpc.Users.create` -> `RpcUsersCreate` */
export function pascal(operation: string): string {
  return operation.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Texts of people: Chinese, emoji, a family of seven code points, a flag. */
export const chinese = '新用户'
export const emoji = '🌙 👨‍👩‍👧‍👦 🇨🇳'
const letters = `${chinese} ${emoji}`
/** As long as is allowed: the contract counts code points, not UTF-16 units. */
const longPassword = '🐎'.repeat(128)

/**
 * Whether the schema takes the value and keeps all of it.
 *
 * @throws Error that says what it refused or dropped
 */
export function accept(schema: Schema | undefined, what: string, value: unknown): void {
  if (!schema) throw new Error(`${what} has no schema`)
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new Error(`${what} is refused: ${parsed.error.message.replace(/\s+/g, ' ')}`)
  if (!keeps(parsed.data, value)) throw new Error(`${what} loses what was given: ${inspect(parsed.data, { depth: 9 })}`)
}

/** Defaults may come to what was given; an int64 may be read as a BigInt. */
function keeps(parsed: unknown, given: unknown): boolean {
  if (typeof parsed === 'bigint') return typeof given === 'number' && parsed === BigInt(given)
  if (Array.isArray(given) && (!Array.isArray(parsed) || parsed.length !== given.length)) return false
  if (typeof given !== 'object' || given === null) return isDeepStrictEqual(parsed, given)
  return Object.entries(given).every(([name, value]) => keeps(Object(parsed)[name], value))
}

/** The faults of the generated schemas, held against every example of the served document. */
export async function schemaFaults(find: FindSchema): Promise<string[]> {
  const document: any = await (await fetch(`${baseUrl}/openapi.json`)).json()
  const faults: string[] = []
  const attempt = (check: () => void) => {
    try {
      check()
    } catch (error) {
      faults.push((error as Error).message)
    }
  }
  for (const operation of Object.values<any>(document.paths).flatMap((methods) => Object.values<any>(methods))) {
    const id: string = operation.operationId
    const body = find(id, 'body')
    for (const [title, { value }] of examplesOf(operation.requestBody)) {
      attempt(() => accept(body, `${id}, what is sent in "${title}",`, value))
      attempt(() => accept(body, `${id}, "${title}" in Chinese and emoji,`, mapped(value, letters)))
    }
    if (operation.requestBody)
      for (const nothing of [undefined, 'text'])
        if (body?.safeParse(nothing).success) faults.push(`${id} takes ${JSON.stringify(nothing)}`)
    for (const [status, response] of Object.entries(operation.responses))
      if (status.startsWith('2'))
        for (const [title, { value }] of examplesOf(response))
          attempt(() => accept(find(id, 'response'), `${id}, what is answered in "${title}",`, value))
    if (operation.parameters.some(({ name }: { name: string }) => name === 'search'))
      attempt(() => accept(find(id, 'query'), `${id}, a search in Chinese and emoji,`, { search: letters }))
  }
  const long = { username: 'long', email: 'long@example.com', password: longPassword, role: 'user' }
  for (const id of ['Rpc.Users.create', 'Rest.Users.create'])
    attempt(() => accept(find(id, 'body'), `${id}, a password of 128 emoji,`, long))
  return faults
}

function examplesOf(content: any): [string, { value: unknown }][] {
  return Object.entries(content?.content?.['application/json']?.examples ?? {})
}

/** With this text wherever people write what they like. */
function mapped(value: unknown, text: string): unknown {
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, given]) => [name, /password|fullName/i.test(name) ? text : given]),
  )
}
