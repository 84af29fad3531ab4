/**
 * `npm run generate`: spec/*.tsp -> generated/openapi.json, openapi.yaml, api.ts, failures.ts,
 * validators.js.
 *
 * Between the compiler's output and what is checked in stand normalisations, none of which decides
 * anything about the wire:
 *  - `unevaluatedProperties: {not: {}}` becomes `additionalProperties: false`, the only spelling
 *    that Ajv's default dialect and openapi-typescript both read;
 *  - what is answered is left open, since clients leave alone what they do not know; what is sent
 *    stays closed;
 *  - an enumeration of one value becomes a `const`, of a number an integer: TypeSpec has no word
 *    for either;
 *  - an operation that asks for no token says `security: []`, and the scheme is `bearer`: what most
 *    generators look for;
 *  - headers and failures that are the same everywhere are written once, under `components`;
 *  - the failures of no operation (no such path, no such method, no request that could be read) get
 *    a response of their own there;
 *  - an enumeration shows its first value as an example; every failure has its codes and an
 *    example, and every operation its codes, from the tables of the styles;
 *  - parameters that operations share lose the examples of one of them: their type has its own;
 *  - the server is said to be for everybody who can reach it, for which TypeSpec has no word.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { stringify } from 'yaml'
import { buildContract } from './generate/build.ts'
import { compileContract } from './generate/compile.ts'
import { validatorsModule } from './generate/validators.ts'

export interface GenerateOptions {
  /** Path of the TypeSpec file that leads to all others. */
  readonly entry?: string
  /** Path of the folder to write. */
  readonly folder?: string
}

/**
 * Writes the document, in JSON and YAML, its types, the table of failures, and the validators of
 * requests. Nothing is written where the contract is not whole.
 *
 * @throws Error that says what is wrong with the contract
 */
export async function generateContract({
  entry = fileURLToPath(new URL('main.tsp', import.meta.url)),
  folder = fileURLToPath(new URL('../generated', import.meta.url)),
}: GenerateOptions = {}): Promise<void> {
  const { document, failures } = buildContract(await compileContract(entry))
  const types = await openapiTS(JSON.stringify(document), {
    // A property with a default may be left out of a request.
    defaultNonNullable: false,
    alphabetize: true,
  })
  mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('openapi.json', `${JSON.stringify(document, null, 2)}\n`)
  write('openapi.yaml', stringify(document, { aliasDuplicateObjects: false }))
  write('api.ts', `/* Made by npm run generate; never edited. */\n${astToString(types)}`)
  write('failures.ts', failures)
  write('validators.js', await validatorsModule(document))
}

if (import.meta.main) await generateContract()
