import { contract } from '../support/contract-check.ts'

export const operations = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, operation]) => ({ path, method, ...operation })),
)
export const { schemas, responses, headers, securitySchemes } = contract.components

export const resolve = (node: any): any =>
  node?.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((found: any, key: string) => found[key], contract)
    : node
