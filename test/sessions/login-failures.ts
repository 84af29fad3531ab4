import type { Config } from '../../src/config.ts'
import { startService } from '../support/service.ts'
import { clientsOf, type StyleName } from './styles.ts'

/** A service behind a proxy, its clients, and who fails to log in there. */
export async function startBehindProxy(given: Partial<Config> = {}) {
  const service = await startService({ trustProxy: 1, ...given })
  const clients = clientsOf(service)
  let addresses = 0

  /** Somebody at an address of a prefix of their own. */
  const from = (address = `10.${++addresses >> 8}.${addresses & 255}.1`) => ({ 'X-Forwarded-For': address })

  async function failTimes(
    times: number,
    identifier: string,
    headers: Record<string, string>,
    style: StyleName = 'RPC',
  ) {
    const statuses: number[] = []
    for (let count = 0; count < times; count++)
      statuses.push((await clients[style].login(identifier, 'wrong password', headers)).status)
    return statuses
  }
  return { service, clients, from, failTimes }
}
