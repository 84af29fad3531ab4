import { describe, expect, it } from 'vitest'
import { isLinearizable, type Operation } from './history.ts'

const write = (value: string, began: number, ended = Number.POSITIVE_INFINITY): Operation => ({
  kind: 'write',
  value,
  began,
  ended,
})
const read = (value: string, began: number, ended: number): Operation => ({ kind: 'read', value, began, ended })

describe('a history of one value', () => {
  it.each<[what: string, history: Operation[]]>([
    ['is empty', []],
    ['has a read of what was there', [read('0', 1, 2)]],
    ['has a read of what was written before', [write('a', 1, 2), read('a', 3, 4)]],
    ['has a read of either value beside a write', [write('a', 1, 4), read('0', 2, 3), read('a', 5, 6)]],
    ['has a write of unknown end that came late', [write('a', 1), read('0', 2, 3), read('a', 4, 5)]],
    ['has a write of unknown end that never came', [write('a', 1), read('0', 2, 3)]],
    [
      'has writes side by side, read in one order',
      [write('a', 1, 5), write('b', 2, 4), read('b', 6, 7), read('b', 8, 9)],
    ],
  ])('could have been: it %s', (_, history) => expect(isLinearizable(history, '0')).toBe(true))

  it.each<[what: string, history: Operation[]]>([
    ['lost an acknowledged write', [write('a', 1, 2), read('0', 3, 4)]],
    ['has a read of what nobody wrote', [write('a', 1, 2), read('x', 3, 4)]],
    ['goes back', [write('a', 1, 9), read('a', 2, 3), read('0', 4, 5)]],
    [
      'has two readers who disagree about the order',
      [write('a', 1, 5), write('b', 1, 5), read('a', 6, 7), read('b', 8, 9)],
    ],
    ['has a write of unknown end that came twice', [write('a', 1), write('b', 4, 5), read('a', 2, 3), read('a', 6, 7)]],
  ])('could not: it %s', (_, history) => expect(isLinearizable(history, '0')).toBe(false))
})
