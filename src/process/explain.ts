import { fileURLToPath } from 'node:url'
import { ConfigError } from '../config.ts'
import { SigningKeyError } from '../domain/sessions/signing-keys.ts'
import { explainDatabase } from '../store/explain.ts'

/** Where the files of the service lie, which npm installs. */
const project = fileURLToPath(new URL('../../', import.meta.url))

/** A start that cannot be; the message says to whoever starts the service what to do. */
export class StartError extends Error {}

/** A sentence for whoever starts the service; the stack only for what nobody foresaw. */
export function explain(error: unknown): string {
  const { name, message, stack, cause } = error as Error
  // By its name: its class is loaded where the embedded PostgreSQL is used, and nowhere else.
  if (name === 'EmbeddedError') return message
  if ([StartError, ConfigError, SigningKeyError].some((kind) => error instanceof kind)) return message
  const { syscall, path = '' } = error as NodeJS.ErrnoException
  if (syscall === 'open') {
    const what = path.startsWith(project) ? 'Run npm ci' : 'Put it there, for whoever runs the service to read'
    return `A file that the start needs cannot be read: ${message}. ${what}.`
  }
  return explainDatabase(error) ?? explainDatabase(cause) ?? stack ?? String(error)
}
