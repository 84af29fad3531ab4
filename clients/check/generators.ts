import type { KnownFault } from './faults.ts'

/** A generator, or one with the library that goes with it. */
export interface Generator {
  /** Of its folder, of what it makes below `out/`, and of this line of the table. */
  readonly name: string
  /** Names of packages in `package.json`, for their versions. */
  readonly packages: readonly string[]
  /** The program and its arguments; the address of the document is the variable JANUS_DOCUMENT. */
  readonly command: (document: string) => readonly [string, ...string[]]
  readonly known: readonly KnownFault[]
}

const optional = (where: string, property: string): KnownFault => ({
  where: `out/hey-api/${where}`,
  contains: ['exactOptionalPropertyTypes', `'${property}'`],
  reason: 'its own client hands on an optional property that may be undefined',
})

export const generators: readonly Generator[] = [
  {
    name: 'openapi-fetch',
    packages: ['openapi-typescript', 'openapi-fetch'],
    command: (document) => [
      'openapi-typescript',
      document,
      // A property with a default may be left out of a request.
      '--default-non-nullable=false',
      '--output=out/openapi-fetch/api.ts',
    ],
    known: [],
  },
  {
    name: 'hey-api',
    packages: ['@hey-api/openapi-ts'],
    command: () => ['openapi-ts', '--file=hey-api/openapi-ts.config.ts'],
    known: [
      optional('client/client.gen.ts', 'serializedBody'),
      optional('client/client.gen.ts', 'body'),
      optional('client/utils.gen.ts', 'allowReserved'),
      optional('client/utils.gen.ts', 'path'),
      optional('core/params.gen.ts', 'map'),
      optional('core/pathSerializer.gen.ts', 'allowReserved'),
      optional('core/serverSentEvents.gen.ts', 'body'),
      optional('core/serverSentEvents.gen.ts', 'event'),
    ],
  },
  {
    name: 'orval',
    packages: ['orval'],
    command: () => ['orval', '--config=orval/orval.config.ts'],
    known: [],
  },
]
