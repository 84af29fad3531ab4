import { expect, it } from 'vitest'
import { functionOf, moduleOf, type Profile, selfTimes } from '../../bench/profile/self-times.ts'

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 })
const frames = [
  frame('(idle)', ''),
  frame('toSQL', 'file:///app/node_modules/knex/lib/raw.js'),
  frame('sign', 'file:///app/node_modules/@scope/name/node_modules/inner/index.js'),
  frame('find', 'file:///app/src/store/users/users.ts'),
  frame('', 'node:internal/streams/writable'),
  frame('writev', ''),
  frame('(garbage collector)', ''),
]

it('names modules and functions', () => {
  expect(frames.map(moduleOf)).toEqual([
    '(idle)',
    'knex',
    'inner',
    'src/store/users',
    'node:streams',
    '(native)',
    '(garbage collector)',
  ])
  expect(frames.slice(3).map(functionOf)).toEqual([
    'find users/users.ts:10',
    '(anonymous) streams/writable:10',
    'writev (native)',
    '(garbage collector)',
  ])
})

it('sums self time between two moments, without idling', () => {
  const profile: Profile = {
    startTime: 1000,
    nodes: frames.map((callFrame, id) => ({ id, callFrame })),
    // At 1010, 1020 … 1060; the last has no length.
    samples: [1, 1, 0, 3, 1, 3],
    timeDeltas: [10, 10, 10, 10, 10, 10],
  }
  expect([...selfTimes(profile, { from: 1015, to: 2000 }, moduleOf)]).toEqual([
    ['knex', 20],
    ['src/store/users', 10],
  ])
})
