/** A program that makes a call in one of several ways and has nothing else to do. */
import { rpc } from '../src/generated/rpc.ts'
import { createJanus } from '../src/index.ts'

const [, , baseUrl = '', way] = process.argv
const janus = createJanus({ baseUrl, tokens: { accessToken: 'one' }, timeout: 600_000 })
const { users } = rpc(janus)

if (way === 'result') await users.get('0190').result()
if (way === 'withResponse')
  await users
    .get('0190')
    .withResponse()
    .catch(() => {})
if (way === 'list-result') await users.list().result()
if (way === 'caught') await users.get('0190').catch(() => {})
if (way === 'timers') {
  const controller = new AbortController()
  const call = users.get('0190', { signal: controller.signal })
  controller.abort()
  await call.catch(() => {})
  const failing = createJanus({
    baseUrl,
    timeout: 600_000,
    onRequest: () => {
      throw new Error('of the hook')
    },
  })
  await rpc(failing)
    .users.get('0190')
    .catch(() => {})
}
if (way === 'nothing') users.get('0190')
else process.stdout.write('ended\n')
