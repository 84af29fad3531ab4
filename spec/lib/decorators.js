import { navigateProgram } from '@typespec/compiler'
import { getExtensions, setExtension } from '@typespec/openapi'

/**
 * What the contract says beside OpenAPI's own words; each is the one place that says it, for enforcement, documents and tests alike. Decorators and not
 * `@extension`, so that a misspelt role or twin does not compile.
 */
export const $decorators = {
  Janus: {
    roles: ({ program }, operation, ...members) =>
      setExtension(
        program,
        operation,
        'x-roles',
        members.map((member) => member.name),
      ),
    acceptsExpiredToken: ({ program }, operation) => setExtension(program, operation, 'x-accepts-expired-token', true),
    reasons: ({ program }, operation, ...reasons) =>
      setExtension(program, operation, 'x-failure-reasons', reasons.flat()),
    twin: ({ program }, operation, ...twins) => {
      addTwins(program, operation, twins)
      for (const twin of twins) addTwins(program, twin, [operation])
    },
    twinFields: ({ program }, operation, names) => setExtension(program, operation, 'x-twin-fields', names),
    vocabulary: ({ program }, service, vocabulary) => program.stateMap(vocabularies).set(service, vocabulary),
    style: ({ program }, namespace, style) => program.stateMap(styles).set(namespace, style),
  },
}

const vocabularies = Symbol('vocabularies')
const styles = Symbol('styles')

/** Hands the tables of words to the generator (`x-words`, which it takes out), and says of every operation whose it is. */
export function $onValidate(program) {
  for (const [service, vocabulary] of program.stateMap(vocabularies)) {
    const named = [...program.stateMap(styles)].map(([namespace, style]) => ({ ...style, namespace: namespace.name }))
    setExtension(program, service, 'x-words', { ...vocabulary, styles: named })
  }
  navigateProgram(program, {
    operation(operation) {
      const style = program.stateMap(styles).get(operation.interface?.namespace ?? operation.namespace)
      if (style) setExtension(program, operation, 'x-style', style.name)
    },
  })
}

function addTwins(program, operation, twins) {
  const known = getExtensions(program, operation).get('x-twin') ?? []
  setExtension(program, operation, 'x-twin', [...new Set([...known, ...twins.map(operationId)])].sort())
}

/** As the emitter spells it (tspconfig.yaml). */
function operationId({ name, interface: group }) {
  return [group.namespace.name, group.name, name].join('.')
}
