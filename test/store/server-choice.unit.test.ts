import { describe, expect, it } from 'vitest'
import { type Answer, chooseServer, isDecided, type Present } from '../../src/store/server-choice.ts'

const writes = (at: number, timeline: number, system = 'x'): Answer => ({ at, says: 'writes', timeline, system })
const says = (at: number, what: 'reads' | 'refuses' | 'nothing'): Answer => ({ at, says: what })
const on = (at: number, timeline: number, system = 'x'): Present => ({ at, timeline, system })

describe('the server to go to', () => {
  it.each<[what: string, answers: Answer[], present: Present | undefined, isLost: boolean, chosen: unknown]>([
    ['the one that writes, at a start', [says(0, 'reads'), writes(1, 1)], undefined, false, 1],
    ['the later timeline, at a start', [writes(0, 1), writes(1, 2)], undefined, false, 1],
    ['that of the first cluster, at a start', [writes(0, 1, 'x'), writes(1, 7, 'y')], undefined, false, 0],
    ['none, where all only read', [says(0, 'reads'), says(1, 'reads')], undefined, false, undefined],
    ['the present one, while it writes', [writes(0, 1), says(1, 'reads')], on(0, 1), false, 'present'],
    ['not another address of it', [writes(0, 1), writes(1, 1)], on(1, 1), false, 'present'],
    ['that address, once its own is gone', [says(0, 'refuses'), writes(1, 1)], on(0, 1), false, 1],
    ['that address, where its own is silent', [says(0, 'nothing'), writes(1, 1)], on(0, 1), false, 1],
    ['one that was promoted, though this one writes', [writes(0, 1), writes(1, 2)], on(0, 1), false, 1],
    ['the same address, where another was promoted behind it', [writes(0, 2)], on(0, 1), false, 0],
    ['none of the past', [writes(0, 1), says(1, 'refuses')], on(1, 2), false, undefined],
    [
      'none of the past, when the present one is silent',
      [writes(0, 1), says(1, 'nothing')],
      on(1, 2),
      false,
      'present',
    ],
    ['none of the past, when all was lost', [writes(0, 1), says(1, 'nothing')], on(1, 2), true, undefined],
    [
      'the silent one, as long as nobody else writes',
      [says(0, 'nothing'), says(1, 'reads')],
      on(0, 1),
      false,
      'present',
    ],
    ['the one that has not answered yet', [says(1, 'reads')], on(0, 1), false, 'present'],
    ['no silent one that was given up', [says(0, 'nothing'), says(1, 'reads')], on(0, 1), true, undefined],
    ['no other cluster, while this one writes', [writes(0, 7, 'y'), writes(1, 1)], on(1, 1), false, 'present'],
    ['another cluster, once this one is gone', [says(0, 'refuses'), writes(1, 1, 'y')], on(0, 5), false, 1],
    ['another cluster, at the same address', [writes(0, 1, 'y')], on(0, 5), false, 0],
    ['this cluster before another', [writes(0, 9, 'y'), writes(1, 6, 'x'), says(2, 'refuses')], on(2, 5), false, 1],
    ['one that tells no timeline, once this one is gone', [says(0, 'refuses'), writes(1, 0, '')], on(0, 5), false, 1],
    [
      'none of the past, where only timelines are told',
      [writes(0, 3, ''), says(1, 'refuses')],
      on(1, 4, ''),
      false,
      undefined,
    ],
    [
      'none of the past, where one tells its cluster',
      [writes(0, 3, 'x'), writes(1, 4, '')],
      on(1, 4, ''),
      false,
      'present',
    ],
  ])('is %s', (_, answers, present, isLost, chosen) => {
    const found = chooseServer(answers, present, isLost)
    expect(typeof found === 'object' ? found.at : found).toBe(chosen)
  })

  it.each<[what: string, answers: Answer[], present: Present | undefined, decided: boolean]>([
    ['at a start', [writes(0, 1)], undefined, false],
    ['while the present one writes', [writes(0, 1)], on(0, 1), false],
    ['when another was promoted', [writes(1, 2)], on(0, 1), true],
    ['when another address answers for one that is gone', [says(0, 'refuses'), writes(1, 1)], on(0, 1), true],
    ['when that could be a former primary', [writes(1, 1)], on(0, 2), false],
  ])('is known without further answers %s: %j', (_, answers, present, decided) =>
    expect(isDecided(answers, present)).toBe(decided),
  )
})
