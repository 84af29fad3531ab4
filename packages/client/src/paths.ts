/** What stands at a path of names that are joined by dots; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((within, name) => (within as Record<string, unknown> | null | undefined)?.[name], value)
}

/** Without what is undefined. */
export function compact<Values extends object>(values: Values): Record<string, string> {
  return JSON.parse(JSON.stringify(values))
}
