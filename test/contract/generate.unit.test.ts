import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildContract } from '../../spec/generate/build.ts'
import { compileContract } from '../../spec/generate/compile.ts'

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
let compiled: any

beforeAll(async () => {
  compiled = await compileContract(file('spec/main.tsp'))
})

const style = (c: any, name: string) => c['x-words'].styles.find((each: any) => each.name === name)
const create = (c: any) => c.paths['/users'].post
const build = (spoil: (c: any) => void) => {
  const copy = structuredClone(compiled)
  spoil(copy)
  return buildContract(copy)
}

describe('the generator', () => {
  it('makes what is checked in', () => {
    const { document, failures } = buildContract(compiled)
    expect(document).toEqual(JSON.parse(readFileSync(file('generated/openapi.json'), 'utf8')))
    expect(failures).toBe(readFileSync(file('generated/failures.ts'), 'utf8'))
  })

  it('lets no mark of its own out', () => {
    expect(JSON.stringify(buildContract(compiled).document)).not.toMatch(/"x-(words|part|says|answers-to)"/)
  })

  it.each<[told: string, spoil: (c: any) => void]>([
    [
      'Rest.Users.create fails for "bad_luck", which is no reason',
      (c) => create(c)['x-failure-reasons'].push('bad_luck'),
    ],
    [
      'Rest.Users.create fails for "unknown_action", to which the rest style has no answer',
      (c) => create(c)['x-failure-reasons'].push('unknown_action'),
    ],
    [
      'the rest style answers "email_taken" with 418, and no operation of it fails so',
      (c) => Object.assign(style(c, 'rest').answers.email_taken, { status: 418 }),
    ],
    [
      'the rest style answers "email_taken" with 404, and none of its failures has that',
      (c) => Object.assign(style(c, 'rest').answers.email_taken, { status: 404 }),
    ],
    [
      'the rpc style has no answer to "fault", which it can always fail with',
      (c) => delete style(c, 'rpc').answers.fault,
    ],
    ['the rest style has no answer to "no_such_path"', (c) => delete style(c, 'rest').answers.no_such_path],
    ['the rpc style has no answer to "malformed_request"', (c) => delete style(c, 'rpc').answers.malformed_request],
    [
      'the rpc style names the reason "bad_luck", which is none',
      (c) => (style(c, 'rpc').answers.bad_luck = style(c, 'rpc').answers.fault),
    ],
    [
      'the rest style has no body of its own for "no_such_path"',
      (c) => delete c.components.schemas['Rest.NoSuchPathFailure']['x-answers-to'],
    ],
    [
      'the rest style shows "bad_role" with the breach "worse", which is none',
      (c) => Object.assign(style(c, 'rest').answers.bad_role.problems[0], { kind: 'worse' }),
    ],
    [
      'the breach "missing" names the reason "absent", which is none',
      (c) => Object.assign(c['x-words'].breaches.missing.reason, { body: 'absent' }),
    ],
    [
      'the rpc style words "host_missing" like "nothing", to which it has no answer',
      (c) => Object.assign(style(c, 'rpc').early.host_missing, { like: 'nothing' }),
    ],
    ['no style owns every path (/*)', (c) => style(c, 'rpc').paths.pop()],
    ['both own /users', (c) => style(c, 'rpc').paths.push('/users')],
    ['two styles are called rpc', (c) => Object.assign(style(c, 'rest'), { name: 'rpc' })],
    ['Rest.Users.create is of no style', (c) => delete create(c)['x-style']],
    [
      'Rest.ForbiddenFailure has its code at /code, another failure at /details/code',
      (c) => {
        const { properties } = c.components.schemas['Rest.ForbiddenFailure']
        properties.code = properties.details.properties.code
        delete properties.details
      },
    ],
    [
      'Rest.UserCreated: no message "made"',
      (c) => Object.assign(c.components.schemas['Rest.UserCreated'].properties.message, { 'x-says': ['made'] }),
    ],
    ['no style says what the tag "REST users" is about', (c) => delete style(c, 'rest').tags['REST users']],
    ['the service has no @vocabulary', (c) => delete c['x-words']],
  ])('refuses a contract that is not whole: %s', (told, spoil) => {
    expect(() => build(spoil)).toThrow(told)
  })

  it('gives an operation the failures of its reasons, and no others', async () => {
    const { document } = buildContract(compiled)
    const statuses = (path: string, method: string) => Object.keys(document.paths[path]?.[method]?.responses ?? {})
    expect(statuses('/users/{id}', 'delete')).toEqual(['200', '400', '401', '403', '404', '409', '429', '500', '503'])
    expect(statuses('/auth/login', 'post')).toEqual(['200', '400', '401', '413', '415', '429', '500', '503'])
  })

  it('says what the compiler says, where it does not compile', async () => {
    await expect(compileContract(file('spec/nowhere.tsp'))).rejects.toThrow(/nowhere\.tsp/)
  })
})
