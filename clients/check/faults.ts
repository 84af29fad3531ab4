/** Something that is wrong with what a generator made. */
export interface Fault {
  /**
   * A file, or the part of the check that found it: `generate`, `RPC`, `REST`, `zod`, `MSW`,
   * `TanStack`.
   */
  readonly where: string
  readonly text: string
}

/** A fault of the generator itself, whatever the document. */
export interface KnownFault {
  readonly where: string
  /** All of these stand in its text. */
  readonly contains: readonly string[]
  /** Why it is the generator's, in a sentence. */
  readonly reason: string
}

/** The faults of a run, by the list of those that are known. */
export interface Judgement {
  /** Nobody listed them: they fail the check. */
  readonly unlisted: readonly Fault[]
  readonly met: readonly KnownFault[]
  /** Listed, and not there any more. */
  readonly gone: readonly KnownFault[]
}

export function judge(faults: readonly Fault[], known: readonly KnownFault[]): Judgement {
  const is = (fault: Fault, { where, contains }: KnownFault) =>
    fault.where === where && contains.every((text) => fault.text.includes(text))
  const there = (listed: KnownFault) => faults.some((fault) => is(fault, listed))
  return {
    unlisted: faults.filter((fault) => !known.some((listed) => is(fault, listed))),
    met: known.filter(there),
    gone: known.filter((listed) => !there(listed)),
  }
}

/** What `tsc --pretty false` says; what it adds to an error is indented. */
export function compilerFaults(output: string): Fault[] {
  const faults: { where: string; text: string }[] = []
  for (const line of output.split('\n').filter(Boolean)) {
    const [, file, text] = /^(\S.*)\(\d+,\d+\): error (TS.*)$/.exec(line) ?? []
    const last = faults.at(-1)
    if (file && text) faults.push({ where: file, text })
    else if (/^\s/.test(line) && last) last.text += `\n${line}`
    else faults.push({ where: 'compile', text: line })
  }
  return faults
}
