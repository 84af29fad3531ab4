/**
 * What stands at a path of names that are joined by dots, the value itself where it has no names;
 * undefined where there is nothing.
 */
export function at(value: unknown, path: string): unknown {
  const names: readonly string[] = path.match(/\w+/g) ?? []
  return names.reduce((within, name) => (within as Record<string, unknown> | null | undefined)?.[name], value)
}

/** Sets what is defined, the later in place of the earlier. */
export function fill<Target extends { set(name: string, value: string): void }>(
  target: Target,
  ...all: (object | undefined)[]
): Target {
  for (const values of all as Record<string, unknown>[])
    for (const name in values) if (values[name] != null) target.set(name, values[name] as string)
  return target
}
