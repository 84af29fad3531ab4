import { STATUS_CODES } from 'node:http'
import type { Style } from '../../src/http/style.ts'
import { createUserHandlers } from './users.ts'

/** The runtime of the third style: its handlers, and its failures as problem details (RFC 9457). */
export const resourceStyle: Style = {
  name: 'resource',
  createHandlers: createUserHandlers,
  failure({ status, code, message, problems }) {
    const title = STATUS_CODES[status]
    return { type: 'about:blank', title, status, detail: message, code, ...(problems && { errors: problems }) }
  },
}
