import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp, createEarlyFailures, NotServing, readContract } from './app.ts'
import { type Config, product } from './config.ts'
import { findSources } from './docs/files.ts'
import { openSigningKeys } from './domain/sessions/signing-keys.ts'
import type { RateLimit } from './http/rate-limit.ts'
import type { Parts } from './parts.ts'
import { StartError } from './process/explain.ts'
import { closeMs, drainMs, type OnClose, within } from './process/run.ts'
import { createDrainingServer } from './server/draining-server.ts'

/** What listens, and is not ready until it is told to begin. */
export interface Serving {
  readonly port: number
  begin(): void
}

/**
 * Listens, in this process.
 *
 * @param onEvent called after a write whose events wait to be sealed
 * @param rateLimit one of this process alone, unless there is another
 * @throws StartError when the address cannot be listened at; SigningKeyError; what `stop` was
 *   aborted with
 */
export async function startServing(
  config: Config,
  { log, now, database, store, passwords, auditKey }: Parts,
  {
    stop,
    onClose,
    onEvent = () => {},
    rateLimit,
  }: { stop: AbortSignal; onClose: OnClose; onEvent?: () => void; rateLimit?: RateLimit },
): Promise<Serving> {
  const warn = (line: string) => log.warn(line)
  const keys = await openSigningKeys({ ...config, store, now, warn })
  let state: 'starting' | 'serving' | 'draining' = 'starting'
  const ready = () => (state === 'serving' ? database.ready() : Promise.reject(new NotServing(state)))
  const contract = await readContract()
  const app = await createApp({
    contract,
    settings: config,
    store,
    standbys: database.standbys,
    connections: database.connections,
    passwords,
    keys,
    nameKey: auditKey.nameKey,
    product,
    ready,
    docs: findSources(),
    log,
    onEvent,
    rateLimit,
    now,
    // As long as the database may take to let go.
    onClose: (close) => onClose(() => within(closeMs, close())),
  })
  const { server, drain } = createDrainingServer(app.callback(), createEarlyFailures(contract), {
    keepAliveMs: config.keepAliveSeconds * 1000,
    bodyBytes: config.bodyLimit,
  })
  stop.throwIfAborted()
  await listen(server, config)
  onClose(() => {
    state = 'draining'
    return drain(drainMs, config.shutdownDelaySeconds * 1000)
  })
  return {
    port: (server.address() as AddressInfo).port,
    begin() {
      if (state === 'starting') state = 'serving'
      void database.keepUp(stop, { info: (line) => log.info(line), warn })
    },
  }
}

/** @throws StartError when the address cannot be listened at */
function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(
        new StartError(
          code === 'EADDRINUSE'
            ? `The address is taken: ${message}. Stop what listens there, or set PORT or HOST.`
            : `The address is not to be had: ${message}. Set PORT or HOST.`,
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
}
