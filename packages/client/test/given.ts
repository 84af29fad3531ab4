import { rest } from '../src/generated/rest.ts'
import { rpc } from '../src/generated/rpc.ts'
import { createJanus } from '../src/index.ts'

// Loaded before a snippet (node --import): what it says is given, and the service where it says.
const { JANUS_URL = '', JANUS_PASSWORD: password = '', USER_ID: id } = process.env

const { fetch } = globalThis
globalThis.fetch = (input, init) =>
  fetch(typeof input === 'string' ? input.replace('http://127.0.0.1:6006', JANUS_URL) : input, init)

const janus = createJanus({ baseUrl: JANUS_URL, login: { username: 'admin', password } })
Object.assign(globalThis, { janus, a: rpc(janus), b: rest(janus), id, password })
