import type { ContractDocument } from '../../contract/document.ts'
import type { Command } from '../prove/commands.ts'
import type { Step } from '../prove/rules.ts'
import type { State, User } from '../prove/state.ts'
import { nameOf, textOf, texts } from '../prove/texts.ts'
import { type Draft, pagesOf, query, request, time } from '../prove/wire-parts.ts'
import { viewLimit, type Wire } from '../prove/wires.ts'

/** How the third style says what the model of the proof does. */
export const resourceWire = (contract: ContractDocument): Wire => ({
  name: 'resource',
  contract,
  rules: { managersManage: true, changesSelf: true, sortsLists: false },
  words,
  drafts,
  views: [{}],
})

const broken: Readonly<Record<string, object>> = {
  bad_email: { email: 'somebody@home' },
  bad_role: { access: { role: 'king' } },
  invalid_body: { name: { first: 'Some' } },
  nothing_to_update: {},
}

/** It makes nobody, and knows no sessions. */
function words(command: Command): boolean {
  const { kind } = command
  if (kind === 'list') return command.role === undefined && command.search === undefined
  if (kind === 'update') return command.canWrite === undefined
  if (kind === 'broken') return command.reason in broken
  return kind === 'get' || kind === 'delete'
}

function drafts({ settled, after, outcome }: Step): Draft[] {
  const { command, actor, target } = settled
  const path = `/v1/users/${target.id}`
  const draft = (method: string, at = path, json?: unknown) => request(method, at, actor.authorization, { json })
  const patch = (json: object, at?: string) => ({
    ...draft('PATCH', at, json),
    headers: { 'Content-Type': 'application/merge-patch+json', 'If-Match': '*' },
  })
  switch (command.kind) {
    case 'get':
      return [{ ...draft('GET'), body: shown(after, outcome.user) }]
    case 'delete':
      return [{ ...draft('DELETE'), status: 204 }]
    case 'update': {
      const { role, status } = command
      const email = command.email && nameOf(texts.emails, command.email)
      const name = command.fullName === undefined ? undefined : { full: textOf(texts.fullNames, command.fullName) }
      const access = role === undefined && status === undefined ? undefined : { role, status }
      return [{ ...patch({ email, name, access }), body: shown(after, outcome.user) }]
    }
    case 'broken':
      return [patch(broken[command.reason] as object, '/v1/users/$U0')]
    case 'list':
      return pagesOf(outcome.users ?? [], command.limit, command.from && target.id).map(({ items, start }) => {
        const cursor = start === undefined ? '' : `&after=${typeof start === 'number' ? `$U${start}` : start}`
        const { limit, status } = command
        const at = `/v1/users?${query({ limit: limit === viewLimit ? undefined : limit, status })}${cursor}`
        return { ...draft('GET', at), body: items.map((number) => shown(after, number)) }
      })
    default:
      return []
  }
}

function shown(state: State, number = 0): Record<string, unknown> {
  const { username, email, fullName, role, status, createdAt, updatedAt } = state.users[number] as User
  const times = { createdAt: time(createdAt), updatedAt: time(updatedAt) }
  return { id: `$U${number}`, username, email, name: { full: fullName }, access: { role, status }, ...times }
}
