import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readContract } from '../../src/http/contract.ts'
import { createEarlyFailures } from '../../src/http/early-failures.ts'
import { createDrainingServer } from '../../src/server/draining-server.ts'

export const earlyFailures = createEarlyFailures(await readContract())

/**
 * The HTTP server as the process has it, before an app; what reaches the app is answered 204 by
 * default.
 */
export async function startDraining(
  app: RequestListener = (_, response) => response.writeHead(204).end(),
): Promise<{ readonly url: string; readonly server: Server; close(): Promise<void> }> {
  const { server, drain } = createDrainingServer(app, earlyFailures)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close: () => drain(0),
  }
}
