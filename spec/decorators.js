import { setExtension } from '@typespec/openapi'

/**
 * `@roles(Role.admin, …)` writes `x-roles`, the one place that says who may call an operation: enforcement, documents and tests read it.
 * A decorator and not `@extension`, so that a misspelt role does not compile.
 */
export const $decorators = {
  Janus: {
    roles: (context, operation, ...members) =>
      setExtension(
        context.program,
        operation,
        'x-roles',
        members.map((member) => member.name),
      ),
    errors: (context, operation, ...codes) => setExtension(context.program, operation, 'x-error-codes', codes.flat()),
  },
}
