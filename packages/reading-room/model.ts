import { type Contract, follow, type Operation, type Parameter } from './contract.ts'

export type Style = 'rpc' | 'rest'
export const styles: readonly Style[] = ['rpc', 'rest']

/** One operation, as one of the styles shows it. */
export interface Face {
  readonly id: string
  readonly style: Style
  readonly method: string
  readonly path: string
  readonly operation: Operation
  readonly parameters: readonly Parameter[]
  /** The roles that may call; undefined: everybody, without a token. */
  readonly roles: readonly string[] | undefined
}

/** One thing that can be done, with its faces in either style: mostly one each, sometimes several or none. */
export interface Capability {
  /** Its anchor in the reference. */
  readonly id: string
  readonly title: string
  readonly group: string
  readonly faces: Readonly<Record<Style, readonly Face[]>>
}

/** Everything that can be done, grouped, in the order in which a client meets it. */
export function capabilitiesOf(contract: Contract): readonly Capability[] {
  const faces = facesOf(contract)
  const byId = new Map(faces.map((face) => [face.id, face]))
  const twins = (face: Face) => (face.operation['x-twin'] ?? []).flatMap((id) => byId.get(id) ?? [])
  const paired = new Set(faces.filter(({ style }) => style === 'rpc').flatMap((face) => twins(face)))
  return faces
    .filter((face) => face.style === 'rpc' || !paired.has(face))
    .map((face) => {
      const { summary, tags } = face.operation
      const title = summary.replace(/\.$/, '')
      const own = { rpc: [], rest: [], [face.style]: [face] } as Capability['faces']
      const group = groups[tags[0]?.split(' ').at(-1) ?? ''] ?? 'Others'
      const id = title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
      return { id, title, group, faces: face.style === 'rpc' ? { ...own, rest: twins(face) } : own }
    })
    .sort((a, b) => rank(a) - rank(b))
}

/** Every operation of the document, RPC before REST. */
export function facesOf(contract: Contract): readonly Face[] {
  return Object.entries(contract.paths)
    .flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, operation]): Face => ({
          id: operation.operationId,
          style: operation.operationId.startsWith('Rpc.') ? 'rpc' : 'rest',
          method: method.toUpperCase(),
          path,
          operation,
          parameters: (operation.parameters ?? []).map((each) => follow(contract, each)),
          roles: operation['x-roles'],
        }),
      ),
    )
    .sort((a, b) => styles.indexOf(a.style) - styles.indexOf(b.style))
}

/** The roles of the contract, the least first. */
export function rolesOf(contract: Contract): readonly string[] {
  return (contract.components.schemas.Role?.enum ?? []).map(String).toReversed()
}

const groups: Readonly<Record<string, string>> = { auth: 'Sessions and own account', users: 'Users' }

const order = ['login', 'refresh', 'logout', 'me', 'updateMe', 'list', 'create', 'get', 'update', 'destroy', 'stats']

function rank({ faces }: Capability): number {
  const [face] = [...faces.rpc, ...faces.rest]
  const at = order.indexOf(face?.id.split('.').at(-1) ?? '')
  return at < 0 ? order.length : at
}
