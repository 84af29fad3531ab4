/** What of a `.cpuprofile` (V8's Profiler.Profile) is read. */
export interface Profile {
  /** Microseconds of the monotonic clock. */
  readonly startTime: number
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Microseconds from the sample before. */
  readonly timeDeltas: readonly number[]
}

/**
 * Self time in microseconds by name, the dearest first, without idling.
 *
 * @param from microseconds of the monotonic clock; so is `to`
 * @param nameOf what stands together; see `moduleOf`, `functionOf`
 */
export function selfTimes(
  profile: Profile,
  { from, to }: { readonly from: number; readonly to: number },
  nameOf: (frame: Profile['nodes'][number]['callFrame']) => string,
): Map<string, number> {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const times = new Map<string, number>()
  let at = profile.startTime
  for (const [n, id] of profile.samples.entries()) {
    // The time until the next sample is this one's.
    at += profile.timeDeltas[n] ?? 0
    const frame = frames.get(id)
    if (!frame || at < from || at > to || frame.functionName === '(idle)') continue
    const name = nameOf(frame)
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas[n + 1] ?? 0))
  }
  return new Map([...times].toSorted(([, a], [, b]) => b - a))
}

type Frame = Profile['nodes'][number]['callFrame']

/** The package, the folder of `src` with the file's folder in it, Node, or what V8 itself does. */
export function moduleOf({ functionName, url }: Frame): string {
  const packages = url.match(/node_modules\/(@[^/]+\/[^/]+|[^/]+)/g)
  if (packages) return (packages.at(-1) as string).slice('node_modules/'.length)
  if (url.startsWith('node:')) return url.replace(/^node:(internal\/)?/, 'node:').replace(/\/.*$/, '')
  const own = /\/((?:src|packages|generated)\/.*)\/[^/]+$/.exec(url)?.[1]
  if (own) return own
  return functionName.startsWith('(') ? functionName : url || '(native)'
}

/** The function, with its file. */
export function functionOf(frame: Frame): string {
  const file = frame.url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '')
  const name = frame.functionName || '(anonymous)'
  if (file) return `${name} ${file}:${frame.lineNumber + 1}`
  return name.startsWith('(') ? name : `${name} (native)`
}
