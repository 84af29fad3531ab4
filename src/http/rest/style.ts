import type { components, HandlersOf } from '../contract.ts'
import type { Style } from '../style.ts'
import { presentTime } from '../time.ts'
import { createRestAudit } from './audit.ts'
import { createRestAuth } from './auth.ts'
import { createRestPermissions } from './permissions.ts'
import { createRestSessions } from './sessions.ts'
import { createRestUsers } from './users.ts'

type Schemas = components['schemas']
type Failure = Schemas[Extract<keyof Schemas, `Rest.${string}Failure`>]

const exceptions: Record<Failure['statusCode'], Failure['error']> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'ForbiddenException',
  404: 'NotFoundException',
  405: 'MethodNotAllowedException',
  409: 'ConflictException',
  413: 'PayloadTooLargeException',
  415: 'UnsupportedMediaTypeException',
  422: 'UnprocessableEntityException',
  429: 'TooManyRequestsException',
  500: 'InternalServerErrorException',
  503: 'ServiceUnavailableException',
}

export const restStyle: Style = {
  name: 'rest',
  createHandlers: (deps): HandlersOf<'Rest'> => ({
    ...createRestUsers(deps),
    ...createRestAuth(deps),
    ...createRestSessions(deps),
    ...createRestAudit(deps),
    ...createRestPermissions(deps),
  }),
  failure({ reason, status, code, message, problems }, { method, path, now }) {
    return {
      success: false,
      statusCode: status,
      error: exceptions[status as Failure['statusCode']],
      message,
      timestamp: presentTime(now),
      // As much of it as the contract's pattern takes: what was sent can be anything.
      path: path.replace(/[?#].*$/s, '').slice(0, 2000),
      method,
      details: { code, reason, ...(problems && { errors: problems }) },
    } as Failure
  },
}
