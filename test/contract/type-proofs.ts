/**
 * What must not compile: each line under an `@ts-expect-error` is wrong against the contract, and
 * if it ever compiles, `tsc` fails here. Nothing of this runs; `types.test.ts` compiles it.
 */
import type { Handler, Handlers, HandlersOf, Input, Query } from '../../src/http/contract.ts'

declare const handlers: Handlers
declare const user: Parameters<Input<'Rpc.Auth.me'>['reply']>[1]['user']
declare const restUser: Parameters<Input<'Rest.Users.get'>['reply']>[1]['data']

/** The control: what follows the contract compiles. */
export const right: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(200, { user })
export const rightCreation: Handler<'Rest.Users.create'> = async ({ reply }) =>
  reply(201, { success: true, data: restUser, message: 'User created' }, { Location: '/users/x' })

// @ts-expect-error: a handler is missing
export const missingHandler: HandlersOf<'Rpc.Auth'> = { 'Rpc.Auth.me': handlers['Rpc.Auth.me'] }

const { 'Rpc.Auth.me': _, ...allButOne } = handlers
// @ts-expect-error: one handler of all is missing
export const missingOne: Handlers = allButOne

export const tooMany: HandlersOf<'Rpc.Auth'> = {
  ...handlers,
  // @ts-expect-error: there is no such operation
  'Rpc.Auth.vanish': async () => undefined,
}

// @ts-expect-error: a handler of another operation
export const otherHandler: Handler<'Rpc.Auth.me'> = handlers['Rest.Users.get']

// @ts-expect-error: the operation has no status 202
export const undocumentedStatus: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(202, { user })

// @ts-expect-error: the operation has 200, not 201
export const otherStatus: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(201, { user })

// @ts-expect-error: failures are thrown, not answered
export const answeredFailure: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(404, { user })

// @ts-expect-error: a property is missing
export const missingProperty: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(200, {})

// @ts-expect-error: a property of the user is missing
export const missingInside: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(200, { user: { id: user.id } })

// @ts-expect-error: one property too many
export const extraProperty: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(200, { user, password_hash: 'x' })

// @ts-expect-error: one property of the user too many
export const extraInside: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(200, { user: { ...user, hash: 'x' } })

// @ts-expect-error: no message
export const noMessage: Handler<'Rpc.Users.destroy'> = async ({ reply }) => reply(200, {})

// @ts-expect-error: the answer did not come from `reply`
export const unbranded: Handler<'Rpc.Auth.me'> = async () => ({ status: 200, body: { user }, headers: {} })

export const withoutLocation: Handler<'Rest.Users.create'> = async ({ reply }) =>
  // @ts-expect-error: an answer of 201 has a Location
  reply(201, { success: true, data: restUser, message: 'User created' })

// @ts-expect-error: an answer of 200 has none
export const extraLocation: Handler<'Rpc.Auth.me'> = async ({ reply }) => reply(200, { user }, { Location: '/' })

// @ts-expect-error: there is no such query parameter
export const unknownParameter: Query<'Rpc.Users.list'> = { offset: 1 }

// @ts-expect-error: a value that the parameter does not have
export const unknownValue: Query<'Rest.Users.list'> = { sortBy: 'password' }

// @ts-expect-error: there is no such query parameter to read
export const unknownRead = (input: Input<'Rpc.Users.list'>) => input.query.offset

// @ts-expect-error: there is no such field in the body
export const unknownField = (input: Input<'Rpc.Users.create'>) => input.body.status

// @ts-expect-error: whoever logs in is nobody yet
export const nobody = (input: Input<'Rpc.Auth.login'>) => input.caller.principal
