/** What stands at a path of names that are joined by dots; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((within, name) => (within as Record<string, unknown> | null | undefined)?.[name], value)
}

/** Sets what is defined, the later in place of the earlier. */
export function fill<Target extends { set(name: string, value: string): void }>(
  target: Target,
  ...all: (object | undefined)[]
): Target {
  for (const values of all as Record<string, unknown>[])
    for (const name in values) if (values[name] != null) target.set(name, String(values[name]))
  return target
}
