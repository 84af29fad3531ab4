import { ConfigError } from '../config.ts'
import { SigningKeyError } from '../domain/sessions/signing-keys.ts'
import { explainDatabase } from '../store/explain.ts'
import { FirstPasswordError } from './first-password.ts'

/** The address that the configuration names cannot be listened at. */
export class AddressError extends Error {}

/** A sentence for whoever starts the service; the stack only for what nobody foresaw. */
export function explain(error: unknown): string {
  const { name, message, stack, cause } = error as Error & { cause?: Error }
  // By its name: its class is loaded where the embedded PostgreSQL is used, and nowhere else.
  if (name === 'EmbeddedError') return message
  if ([ConfigError, SigningKeyError, FirstPasswordError].some((kind) => error instanceof kind)) return message
  if (error instanceof AddressError) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE')
      return `The address is taken: ${message}. Stop what listens there, or set PORT or HOST.`
    return `The address is not to be had: ${message}. Set PORT or HOST.`
  }
  const { syscall } = error as NodeJS.ErrnoException
  if (syscall === 'open') return `A file that the start needs cannot be read: ${message}. Put it there, or run npm ci.`
  return explainDatabase(error) ?? explainDatabase(cause) ?? stack ?? String(error)
}
