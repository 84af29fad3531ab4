import { describe, expect, it } from 'vitest'
import { compilerFaults, judge, type KnownFault } from '../../clients/check/faults.ts'

const known: KnownFault[] = [
  { where: 'out/made.ts', contains: ['TS2379', "'body'"], reason: 'its own' },
  { where: 'zod', contains: ['is refused'], reason: 'its own' },
]

describe('the faults of a generator', () => {
  it('fail the check where nobody listed them', () => {
    const unlisted = [
      { where: 'out/other.ts', text: "TS2379: of 'body'" },
      { where: 'out/made.ts', text: "TS2379: of 'path'" },
      { where: 'RPC', text: 'what was sent is refused' },
    ]
    const listed = { where: 'out/made.ts', text: "TS2379: of 'body'" }
    expect(judge([...unlisted, listed], known)).toEqual({ unlisted, met: [known[0]], gone: [known[1]] })
  })

  it('are all gone where nothing is wrong', () => {
    expect(judge([], known)).toEqual({ unlisted: [], met: [], gone: known })
  })
})

describe('what the compiler says', () => {
  it('is a fault for each error, with what it adds', () => {
    const output = [
      "out/made.ts(93,39): error TS2379: Argument of type '{}' is not assignable.",
      "  Types of property 'body' are incompatible.",
      'smoke.ts(1,1): error TS2307: Cannot find module.',
      '',
    ].join('\n')
    expect(compilerFaults(output)).toEqual([
      {
        where: 'out/made.ts',
        text: "TS2379: Argument of type '{}' is not assignable.\n  Types of property 'body' are incompatible.",
      },
      { where: 'smoke.ts', text: 'TS2307: Cannot find module.' },
    ])
  })

  it('is a fault too where it is of no file', () => {
    const output = "error TS5058: The specified path does not exist: 'nothing'.\n"
    expect(compilerFaults(output)).toEqual([{ where: 'compile', text: output.trim() }])
  })

  it('is nothing where all compiles', () => {
    expect(compilerFaults('')).toEqual([])
  })
})
