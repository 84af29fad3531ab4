import { navigateProgram } from '@typespec/compiler'
import { $ } from '@typespec/compiler/typekit'
import { getHttpOperation, isStatusCode } from '@typespec/http'
import { getExtensions, setExtension } from '@typespec/openapi'

/**
 * What the contract says beside OpenAPI's own words; each is the one place that says it, for
 * enforcement, documents and tests alike. Decorators and not `@extension`, so that a misspelt role
 * or twin does not compile.
 */
export const $decorators = {
  Janus: {
    roles: ({ program }, operation, ...given) => {
      const members = given.flatMap((each) => (each.kind === 'Enum' ? [...each.members.values()] : [each]))
      setExtension(
        program,
        operation,
        'x-roles',
        members.map((member) => member.name),
      )
      program.stateMap(limited).set(operation, members.length < (members[0]?.enum.members.size ?? 0))
    },
    permission: ({ program }, target, name) => setExtension(program, target, 'x-permission', name),
    acceptsExpiredToken: ({ program }, operation) => setExtension(program, operation, 'x-accepts-expired-token', true),
    openBeforePasswordChange: ({ program }, operation) =>
      setExtension(program, operation, 'x-open-before-password-change', true),
    idempotent: ({ program }, operation) => setExtension(program, operation, 'x-idempotent', true),
    pagination: ({ program }, operation, facts) => setExtension(program, operation, 'x-pagination', facts),
    reasons: ({ program }, operation, ...reasons) => program.stateMap(ownReasons).set(operation, reasons),
    twin: ({ program }, operation, ...twins) => {
      addTwins(program, operation, twins)
      for (const twin of twins) addTwins(program, twin, [operation])
    },
    twinFields: ({ program }, operation, names) => setExtension(program, operation, 'x-twin-fields', names),
    vocabulary: ({ program }, service, vocabulary) => program.stateMap(vocabularies).set(service, vocabulary),
    style: ({ program }, namespace, words, failures) =>
      program.stateMap(styles).set(namespace, { words, failures: variantsOf(failures) }),
    part: ({ program }, property, name) => setExtension(program, property, 'x-part', name),
    says: ({ program }, property, ...messages) => setExtension(program, property, 'x-says', messages),
    answersTo: ({ program }, model, ...reasons) => setExtension(program, model, 'x-answers-to', reasons),
  },
}

const limited = Symbol('limited')
const ownReasons = Symbol('ownReasons')
const vocabularies = Symbol('vocabularies')
const styles = Symbol('styles')

/**
 * Hands the tables of words to the generator (`x-words`, which it takes out). Says of every
 * operation whose it is and why it can fail, and gives it the failures that follow.
 */
export function $onValidate(program) {
  const all = program.stateMap(styles)
  const [[service, vocabulary] = []] = program.stateMap(vocabularies)
  if (!service) return
  const named = [...all].map(([namespace, { words }]) => ({ ...words, namespace: pathOf(namespace).join('.') }))
  setExtension(program, service, 'x-words', { ...vocabulary, styles: named })
  navigateProgram(program, {
    operation(operation) {
      const style = styleOf(all, operation.interface?.namespace ?? operation.namespace)
      if (!style) return
      const reasons = reasonsOf(program, operation, vocabulary.scopes)
      const statuses = reasons.map((reason) => style.words.answers[reason]?.status)
      const failures = style.failures.filter(({ type }) => statuses.includes(statusOf(program, type)))
      setExtension(program, operation, 'x-style', style.words.name)
      setExtension(program, operation, 'x-failure-reasons', reasons)
      operation.returnType = unionOf(program, [...variantsOf(operation.returnType), ...failures])
    },
  })
}

/** Those that follow from what the operation asks for, and its own. */
function reasonsOf(program, operation, { guarded, closed, limited: limitedTo, always, withBody }) {
  const [{ parameters }] = getHttpOperation(program, operation)
  const extensions = getExtensions(program, operation)
  const isGuarded = extensions.has('x-roles')
  return [
    ...(isGuarded ? guarded : []),
    ...(isGuarded && !extensions.has('x-open-before-password-change') ? closed : []),
    ...always,
    ...(parameters.body ? withBody : []),
    ...(program.stateMap(limited).get(operation) ? limitedTo : []),
    ...(program.stateMap(ownReasons).get(operation) ?? []),
  ]
}

function styleOf(all, namespace) {
  return namespace && (all.get(namespace) ?? styleOf(all, namespace.namespace))
}

function statusOf(program, { properties }) {
  return [...(properties?.values() ?? [])].find((property) => isStatusCode(program, property))?.type.value
}

function variantsOf(type) {
  return type.kind === 'Union' ? [...type.variants.values()] : [{ type }]
}

function unionOf(program, variants) {
  return $(program).union.create(variants.map(({ type }) => type))
}

function addTwins(program, operation, twins) {
  const known = getExtensions(program, operation).get('x-twin') ?? []
  setExtension(program, operation, 'x-twin', [...new Set([...known, ...twins.map(operationId)])].sort())
}

/** As the emitter spells it (tspconfig.yaml). */
function operationId({ name, interface: group, namespace }) {
  return [...pathOf(group?.namespace ?? namespace), ...(group ? [group.name] : []), name].join('.')
}

/** The names of a namespace below that of the service. */
function pathOf(namespace) {
  return namespace?.namespace?.name ? [...pathOf(namespace.namespace), namespace.name] : []
}
