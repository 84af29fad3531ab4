/**
 * `npm run keys -- rotate | list | retire KID`: the keys that sign access tokens, of the database of
 * the configuration. Running processes notice by themselves.
 */
import { retireKey, rotateKeys } from '../src/domain/sessions/key-commands.ts'
import { bySignsFrom, diesAt, signsAt } from '../src/domain/sessions/key-life.ts'
import { makeKey, openKey, type SigningKeyError } from '../src/domain/sessions/key-material.ts'
import { openSigningKeys } from '../src/domain/sessions/signing-keys.ts'
import type { SigningKey } from '../src/domain/sessions/store.ts'
import { executeOn, operatorOrigin, runCommand, type Tools, usage } from './command.ts'

const now = () => new Date()
const show = (line: string) => void process.stdout.write(`${line}\n`)
const time = (at: Date | number) => `${new Date(at).toISOString().slice(0, 19)}Z`

const [action = '', kid = '', ...more] = process.argv.slice(2)
const work = new Map([
  ['rotate', rotate],
  ['list', list],
  ['retire', retire],
]).get(action)
if (!work || more.length > 0 || (action === 'retire') !== (kid !== ''))
  usage(
    'What is to be done? npm run keys -- list shows the keys; rotate lets a new one follow in ten minutes; retire KID takes one away at once, with all tokens that it has signed.',
  )
await runCommand(work)

async function rotate(tools: Tools): Promise<void> {
  const { config, database } = tools
  // A new key under another KEY_ENCRYPTION_KEY than the service's would be of no use to it: this
  // fails where the present ones cannot be opened.
  await openSigningKeys({ ...config, store: database.store, now })
  const made = await makeKey(config.keyEncryptionKey, now())
  const { signsFrom } = await executeOn(tools)(rotateKeys(operatorOrigin('keys -- rotate'), made, config))
  show(`Key ${made.kid} is published from now on, and signs from ${time(signsFrom)}.`)
  tellIfClear(tools)
}

async function list({ config, database }: Tools): Promise<void> {
  const keys = (await database.store.signingKeys.list()).toSorted(bySignsFrom).reverse()
  for (const key of keys) show(`${key.kid}  made ${time(key.createdAt)}  ${stateOf(key, config)}`)
  if (keys.length === 0) show('There is no key yet: the first start makes one.')
}

async function retire(tools: Tools): Promise<void> {
  const { config, database, tell } = tools
  const { keyEncryptionKey } = config
  for (const key of await database.store.signingKeys.list()) {
    if (key.signsUntil !== null && key.signsUntil <= now()) continue
    await openKey(key, keyEncryptionKey).catch((error: SigningKeyError) => {
      // Whoever has lost the passphrase of a key has to be able to take it away.
      if (key.kid !== kid) throw error
      tell(`${error.message}. It is retired all the same; a new key is one of the KEY_ENCRYPTION_KEY of this command.`)
    })
  }
  const spare = await makeKey(keyEncryptionKey, now())
  const left = await executeOn(tools)(retireKey(operatorOrigin(`keys -- retire ${kid}`), kid, spare, config))
  const signs = left.find((key) => signsAt(key, now()))
  show(`Key ${kid} is retired: what it has signed is refused. ${signs?.kid} signs.`)
  if (signs?.kid === spare.kid) tellIfClear(tools)
}

/** Somebody may have set it for the service alone. */
function tellIfClear({ config, tell }: Tools): void {
  if (config.keyEncryptionKey === undefined)
    tell('KEY_ENCRYPTION_KEY is not set here: the new key lies in the database as it is.')
}

function stateOf(key: SigningKey, config: Tools['config']): string {
  const at = now()
  if (signsAt(key, at)) return key.signsUntil === null ? 'signs' : `signs until ${time(key.signsUntil)}`
  if (key.signsFrom > at) return `signs from ${time(key.signsFrom)}`
  const dies = diesAt(key, config)
  return dies > at.getTime() ? `verifies until ${time(dies)}` : 'is dead: the next rotation removes it'
}
