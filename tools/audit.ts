/**
 * `npm run audit -- verify [--root HASH]`: whether the audit trail is what was sealed. Exit code 0:
 * it is; 1: it is not, or could not be read.
 *
 * `npm run audit -- prune`: drops what is older than AUDIT_DAYS, by whole months, as the role that
 * owns the tables.
 */

import { openAuditKey } from '../src/domain/audit/keys.ts'
import { createSealer } from '../src/domain/audit/sealer.ts'
import { verifyTrail } from '../src/domain/audit/verify.ts'
import { createIds } from '../src/domain/id.ts'
import { liesInTheClear } from '../src/domain/sessions/key-material.ts'
import { keptFrom, pruneTrail } from '../src/store/audit/prune.ts'
import { createTrailSource } from '../src/store/audit/trail-source.ts'
import { CommandError, runCommand, type Tools, usage } from './command.ts'

const [command, ...args] = process.argv.slice(2)
const now = () => new Date()
/** Milliseconds between two lines of progress. */
const progressMs = 2000

if (command === 'verify' && args.length === 0) await run((tools) => verify(tools))
else if (command === 'verify' && args.length === 2 && args[0] === '--root' && /^[0-9a-f]{64}$/.test(args[1] ?? ''))
  await run((tools) => verify(tools, args[1]))
else if (command === 'prune' && args.length === 0) await run(prune)
else
  usage(
    'npm run audit -- verify: whether the audit trail is what was sealed; with --root and 64 hexadecimal digits, a root that the log has shown, also whether its end is there.\n' +
      'npm run audit -- prune: drops what is older than AUDIT_DAYS.',
  )

/** A verification reads all of the trail: no request. */
function run(work: (tools: Tools) => Promise<void>): Promise<void> {
  return runCommand(work, { patience: 1000 })
}

async function verify({ config, database, tell }: Tools, root?: string): Promise<void> {
  let told = performance.now()
  const { keyEncryptionKey } = config
  const { faults, first, last, roots, waiting, pruned, ...found } = await verifyTrail(createTrailSource(database.sql), {
    root,
    keyEncryptionKey,
    onFault: (fault) => process.stdout.write(`${fault}\n`),
    onProgress(number) {
      if (performance.now() - told < progressMs) return
      told = performance.now()
      tell(`verified up to event ${number}`)
    },
  })
  const what = last === 0 ? 'no event is sealed' : `events ${first} to ${last}, ${roots} roots, the last ${found.root}`
  if (pruned > 0) process.stdout.write(`${pruned} of these were pruned: their seals alone are left\n`)
  if (keyEncryptionKey !== undefined && (await database.store.auditKeys.list()).every(liesInTheClear))
    tell(
      'The key of the trail lies in the clear, from before KEY_ENCRYPTION_KEY was set: whoever owns the database can sign with it. Roots that the log has shown are what proves the trail: --root.',
    )
  if (waiting > 0) process.stdout.write(`${waiting} waiting for their seal: of these nothing is proven yet\n`)
  if (faults > 0)
    throw new CommandError(
      `The audit trail is not what was sealed: ${faults} ${faults === 1 ? 'fault' : 'faults'} (${what}).`,
    )
  process.stdout.write(`The audit trail is what was sealed: ${what}.\n`)
}

async function prune({ config, database }: Tools): Promise<void> {
  if (config.auditDays === 0) throw new CommandError('AUDIT_DAYS is 0: the audit trail is kept for ever.')
  const { store, knex } = database
  if (!(await store.audit.isOwner()))
    throw new CommandError(
      'This database role does not own the tables of the audit trail: run this as the one that does.',
    )
  const { keyEncryptionKey } = config
  const key = await openAuditKey({ store, keyEncryptionKey, now })
  const fail = (error: unknown) => {
    throw error
  }
  const sealer = createSealer({ store, key, now, onRoot: () => {}, onFailure: fail })
  await sealer.seal()
  const before = keptFrom(now(), config.auditDays)
  const pruned = await pruneTrail(knex, before, createIds({ now }), now())
  const day = before.toISOString().slice(0, 10)
  if (pruned === 'unsealed')
    throw new CommandError(
      'Some of what is old enough has no seal: npm run audit -- verify names it. Nothing was dropped.',
    )
  if (pruned === 'nothing') return void process.stdout.write(`Nothing of the audit trail is older than ${day}.\n`)
  // The boundary is proven by the seal of the event that tells of it.
  await sealer.seal()
  process.stdout.write(`The audit trail was dropped before ${day}, to event ${pruned.dropped}.\n`)
}
