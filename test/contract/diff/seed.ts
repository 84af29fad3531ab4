/** A change of the real contract and what the comparison has to say of it. */
export interface Seed {
  title: string
  change(contract: any): void
  rule: string
  breaking: boolean
  /** The operation and the place of one of the differences. */
  at: string
}

/** @param title begins with `! ` where the change is breaking */
export function seed(title: string, rule: string, at: string, change: (contract: any) => void): Seed {
  return { title: title.replace(/^! /, ''), breaking: title.startsWith('! '), rule, at, change }
}

export function operationOf(contract: any, id: string): any {
  return Object.values<any>(contract.paths)
    .flatMap((path) => Object.values<any>(path))
    .find(({ operationId }) => operationId === id)
}

export const schemaOf = (contract: any, name: string) => contract.components.schemas[name]
export const propertyOf = (contract: any, schema: string, name: string) => schemaOf(contract, schema).properties[name]
export const parameterOf = (contract: any, id: string, name: string) =>
  operationOf(contract, id).parameters.find((parameter: any) => parameter.name === name)
export const without = (list: any[], item: unknown) => list.splice(list.indexOf(item), 1)
