import type { Command } from './commands.ts'
import type { Failure } from './play.ts'

type Play = (commands: readonly Command[]) => Promise<Failure | undefined>

export interface Shrunk {
  readonly commands: readonly Command[]
  readonly failure: Failure
}

/**
 * The shortest and plainest commands that still fail: everything after the failure goes, then ever
 * smaller runs of commands, then what a command does not need. fast-check's own shrinking of lists
 * tries the same in an order that takes some hundred plays; this takes some dozens.
 *
 * @param deadline milliseconds since the epoch; what has been found by then is good enough
 */
export async function shrink(play: Play, first: Shrunk, deadline: number): Promise<Shrunk> {
  let best = cut(first)
  const accept = async (commands: readonly Command[]): Promise<boolean> => {
    if (Date.now() > deadline) return false
    const failure = await play(commands)
    // Another failure would be a story of its own, and often one of a command that was cut down to
    // nonsense.
    if (failure?.command.kind !== first.failure.command.kind) return false
    best = cut({ commands, failure })
    return true
  }

  let size = best.commands.length >> 1
  while (size > 0) {
    const removed = await removedAny(size)
    if (size > 1 || !removed) size >>= 1
  }
  for (let at = best.commands.length - 1; at >= 0; at--) await simplify(at)
  await removedAny(1)
  return best

  /** From the end, since what fails is there and what it needs comes before. */
  async function removedAny(size: number): Promise<boolean> {
    let removed = false
    for (let end = best.commands.length - 1; end > 0; end -= size) {
      const start = Math.max(0, end - size)
      removed = (await accept(best.commands.toSpliced(start, end - start))) || removed
    }
    return removed
  }

  async function simplify(at: number): Promise<void> {
    for (const key of Object.keys(best.commands[at] ?? {})) {
      const command = best.commands[at]
      for (const simpler of command ? simplerBy(command, key) : [])
        if (await accept(best.commands.with(at, simpler))) break
    }
  }
}

const cut = ({ commands, failure }: Shrunk): Shrunk => ({ commands: commands.slice(0, failure.at + 1), failure })

/** Plainer values for a field, the plainest first; a field that may be left out is. */
function simplerBy(command: Command, key: string): Command[] {
  const { [key]: value, ...rest } = command as unknown as Record<string, any>
  const plainer = [
    ...(mayLack(command, key) ? [rest] : []),
    ...plainerThan(key, value).map((other) => ({ ...rest, [key]: other })),
  ]
  return plainer.filter((other) => JSON.stringify(other) !== JSON.stringify(command)) as Command[]
}

function mayLack(command: Command, key: string): boolean {
  const { kind } = command
  const fields = ['email', 'role', 'fullName', 'status', 'canWrite'].filter((field) => field in command)
  // Without any field it would be refused for that.
  if (kind === 'update' || kind === 'profile') return fields.includes(key) && fields.length > 1
  if (kind === 'list') return ['role', 'status', 'search', 'sort', 'order', 'cursor', 'from', 'numbered'].includes(key)
  if (kind === 'password') return key === 'mismatch' || key === 'email'
  return ['fullName', 'status', 'canWrite', 'upper', 'foreign'].includes(key)
}

function plainerThan(key: string, value: any): unknown[] {
  if (key === 'after') return value > 1 ? [0, 1] : [0]
  if (key === 'actor') return [{ of: 'root', n: 0 }]
  if (key === 'target') return [{ ...value, spelling: 'uuid' }]
  if (key === 'username' || key === 'email') return [{ n: value.n }]
  if (key === 'password' || key === 'behind') return [0]
  return key === 'limit' ? [50] : []
}
