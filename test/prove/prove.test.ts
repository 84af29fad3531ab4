import { describe, expect, it } from 'vitest'
import { contract } from '../support/contract-check.ts'
import type { Command } from './commands.ts'
import { differences, toCurl } from './curl.ts'
import { Divergence } from './divergence.ts'
import type { Fault } from './fault.ts'
import { reasons } from './judgements.ts'
import { planted } from './planted.ts'
import { plantedAudit } from './planted-audit.ts'
import { plantedSessions } from './planted-sessions.ts'
import { hunt } from './planting.ts'
import { arenasOf, type Line, turnsOf } from './play.ts'
import { noFigures, outside, prove } from './prove.ts'
import { act } from './rules.ts'
import { sequenceLength } from './sequences.ts'
import { firstState } from './state.ts'
import { type Exchange, exchangesOf, failures } from './wire.ts'
import { register, type Wire, wires } from './wires.ts'

describe('a few hundred random steps', () => {
  it('leave both styles with the same users, in twin databases and in one', async () => {
    const figures = noFigures()
    const example = await prove({ arenas: arenasOf('both'), steps: 2 * sequenceLength, seed: 20_260_101 }, figures)
    expect(example && toCurl(example.failure)).toBeUndefined()
    expect(figures.steps).toBe(2 * sequenceLength)
    // Most of what can be refused is, even in so few.
    expect(Object.keys(figures.refusals).length).toBeGreaterThan(15)
  }, 240_000)
})

/** The REST style alone has pages by number, and its wire foretells what is too deep. */
const ofPages = ['page_too_deep']

describe('the table of failures', () => {
  it('is what the model refuses with, reason for reason, and what no command can run into', () => {
    expect([...reasons, ...ofPages, ...outside].toSorted()).toEqual([...failures.keys()].toSorted())
  })

  it('has an answer in the one style of what that style alone refuses, and in both of all else', () => {
    const styles = Object.keys(contract['x-styles'])
    const partial = [...failures]
      .filter(([, answers]) => styles.some((style) => !answers[style]))
      .map(([reason]) => reason)
    // What is no request is of no style, and is answered in RPC's shape.
    const ofNoStyle = ['headers_too_large', 'malformed_request', 'request_timeout']
    const ofOne = [...ofPages, 'self_privilege_change', 'target_above_actor', 'unknown_action']
    expect(partial.toSorted()).toEqual([...ofNoStyle, ...ofOne].toSorted())
  })
})

describe('a counter-example', () => {
  const root = { of: 'root', n: 0 } as const
  const commands: readonly Command[] = [
    {
      kind: 'create',
      after: 0,
      style: 0,
      actor: root,
      username: { n: 0 },
      email: { n: 0 },
      password: 0,
      role: 'admin',
    },
    {
      kind: 'login',
      after: 1,
      style: 1,
      target: { of: 'present', n: 0, spelling: 'uuid' },
      by: 'email',
      right: true,
    },
    { kind: 'refresh', after: 0, style: 0, of: 'open', n: 0, behind: 0 },
    { kind: 'wait', after: 10, style: 0 },
    {
      kind: 'get',
      after: 1,
      style: 1,
      actor: { of: 'live', n: 0 },
      target: { of: 'present', n: 0, spelling: 'upper uuid' },
    },
    { kind: 'end session', after: 1, style: 1, actor: { of: 'live', n: 0 }, of: 'own', n: 0 },
  ]

  /** What the model asks, without any service. */
  function linesOf(story: readonly Command[]): Line[] {
    let state = firstState()
    return story.flatMap((command) => {
      state = { ...state, now: state.now + command.after * 1000 }
      const wire = wires[command.style] as Wire
      const step = act(state, command, wire.rules)
      state = step.after
      return [{ seconds: command.after }, ...exchangesOf(step, wire).map((exchange) => ({ exchange }))]
    })
  }

  it('is printed as lines for a shell, which name what only the service knows', () => {
    const lines = linesOf(commands)
    const { exchange } = lines.at(-1) as { exchange: Exchange }
    const divergence = new Divergence(exchange, { status: 200 }, { status: 404 })
    const command = commands.at(-1) as Command
    expect(toCurl({ at: 5, command, world: 'both styles', lines, divergence })).toMatchInlineSnapshot(`
      "# ADMIN_USERNAME=root ADMIN_EMAIL=root@example.com ADMIN_PASSWORD='correct horse battery' ADMIN_ROLE=super_admin \\
      #   ACCESS_TOKEN_TTL=1800 REFRESH_TOKEN_TTL=2000 SESSION_IDLE_SECONDS=1700 SESSION_MAX_SECONDS=5000 \\
      #   SESSIONS_PER_USER=3 LOGIN_ATTEMPTS=2 LOGIN_CEILING=5 \\
      #   LOGIN_ACCOUNTS_PER_PREFIX=5 TRUST_PROXY=1 npm start
      URL=http://127.0.0.1:6006
      ROOT=$(curl -s "$URL/auth:login" -H 'Content-Type: application/json' -d '{"username":"root","password":"correct horse battery"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
      L1=$(curl -s "$URL/users:create" -H "Authorization: Bearer $ROOT" -H 'Content-Type: application/json' -d '{"username":"lovelace","email":"countess.ada@example.com","password":"correct horse battery","role":"admin"}' | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
      U1=$(curl -s "$URL/users/$L1" -H "Authorization: Bearer $ROOT" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
      sleep 1
      ANSWER=$(curl -s "$URL/auth/login" -H 'Content-Type: application/json' -d '{"usernameOrEmail":"countess.ada@example.com","password":"correct horse battery"}')
      A0_0=$(echo "$ANSWER" | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
      R0_0=$(echo "$ANSWER" | sed 's/.*"refreshToken":"\\([^"]*\\)".*/\\1/')
      S0=$(echo "$A0_0" | cut -d. -f2 | tr _- /+ | base64 -d 2>/dev/null | sed 's/.*"sid":"\\([^"]*\\)".*/\\1/')
      A0_1=$(curl -s "$URL/auth:refresh" -H 'Content-Type: application/json' -d "{\\"refresh_token\\":\\"$R0_0\\"}" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
      sleep 11
      curl -s "$URL/users/\${U1^^}" -H "Authorization: Bearer $A0_1"
      sleep 1
      curl -s -X DELETE "$URL/auth/sessions/$S0" -H "Authorization: Bearer $A0_1"
      # status: expected 200, got 404"
    `)
  })
})

describe('a pair of styles', () => {
  const [rpc, rest] = wires as [Wire, Wire]
  const third: Wire = { ...rest, name: 'third', words: ({ kind }) => kind === 'stats' || kind === 'wait' }
  const command = (kind: 'stats' | 'me' | 'broken') =>
    ({ kind, after: 0, style: 0, actor: { of: 'root', n: 0 }, reason: 'unknown_action' }) as const
  const played = (kind: 'stats' | 'me' | 'broken', pair: [Wire, Wire]) =>
    turnsOf(firstState(), command(kind), pair).map((turns) => turns.map(({ wire }) => wire.name))

  it('has each its own database, for what both can word, and otherwise the words of who can', () => {
    expect(played('me', [rpc, rest])).toEqual([['rpc'], ['rest']])
    expect(played('stats', [rest, third])).toEqual([['rest'], ['third']])
    expect(played('stats', [rpc, third])).toEqual([['third'], ['third']])
    expect(played('me', [rest, third])).toEqual([['rest'], ['rest']])
    expect(played('broken', [rest, third])).toEqual([['rpc'], ['rpc']])
  })

  it('is every two of those that are registered', () => {
    expect(arenasOf('both').map(({ name }) => name)).toEqual(['rpc+rest', 'interleaved'])
    expect(arenasOf('twin')).toEqual(arenasOf('rpc+rest'))
    expect(arenasOf('nothing')).toEqual([])
    expect(() => register(rpc)).toThrow('rpc')
  })
})

describe('two answers', () => {
  it('are told apart where they differ', () => {
    const expected = { status: 200, body: { users: [{ id: 'a', role: 'user' }, { id: 'b' }] } }
    const got = {
      status: 200,
      body: {
        users: [
          { id: 'a', role: 'guest' },
          { id: 'b', x: 1 },
        ],
      },
    }
    expect(differences(expected, got)).toEqual([
      'body.users.0.role: expected user, got guest',
      'body.users.1.x: expected nothing, got 1',
    ])
    expect(differences(got, got)).toEqual([])
  })
})

describe('the planted bugs', () => {
  const bugs = [...planted, ...plantedSessions, ...plantedAudit]
  it.each([
    'REST: pages are counted down',
    'REST: users of one moment are sorted by name',
    'emails differ by case',
    'the other sessions survive their end',
    'REST: an event that is missing in the audit trail',
  ])(
    'are found, whichever seam they are planted at: %s',
    async (name) => {
      const bug = bugs.find((each) => each.name === name) as Fault
      expect(await hunt(bug, 1, undefined, 0)).toMatchObject({ failure: { divergence: expect.any(Divergence) } })
    },
    240_000,
  )

  it('have names of their own', () => {
    expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length)
    expect(bugs).toHaveLength(43)
  })
})
