import { readFileSync } from 'node:fs'

/** What the seeds change: a real contract, and one that never moves under them. */
export const released = JSON.parse(readFileSync('contract/released/0.1.0.json', 'utf8'))

export function changed(change: (contract: any) => void): any {
  const contract = structuredClone(released)
  change(contract)
  return contract
}
