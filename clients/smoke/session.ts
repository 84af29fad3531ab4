import type { Credentials } from './faces.ts'

function given(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: npm run clients:check starts the smoke tests`)
  return value
}

/** Base address of the service, without a slash at its end. */
export const baseUrl = given('JANUS_URL')

export const credentials: Credentials = {
  username: given('JANUS_USERNAME'),
  password: given('JANUS_PASSWORD'),
}

/** The access token of whoever logged in last. */
export const session = { token: '' }

/** The header that every call but a login needs. */
export const authorization = () => ({ Authorization: `Bearer ${session.token}` })
