/**
 * What the role of the service needs where it does not own the tables, and nothing more: it cannot
 * make or drop a table, nor change what stands in the audit trail. Partitions of the trail need
 * none, and are made by a function of the owner's.
 */
export const serviceGrants: readonly [on: string, privileges: readonly string[]][] = [
  ['schema public', ['usage']],
  ['knex_migrations', ['select']],
  ['users', ['select', 'insert', 'update']],
  ['user_numbers', ['select', 'update']],
  ['user_counts', ['select', 'insert', 'update']],
  ['user_hours', ['select', 'insert', 'update']],
  ['sessions', ['select', 'insert', 'update', 'delete']],
  ['refresh_tokens', ['select', 'insert', 'update', 'delete']],
  ['login_failures', ['select', 'insert', 'update', 'delete']],
  ['known_prefixes', ['select', 'insert', 'update', 'delete']],
  // The first start makes the keys; that of the trail cannot be replaced by a later one.
  ['signing_keys', ['select', 'insert']],
  ['signing_key_epoch', ['select', 'insert', 'update']],
  ['audit_keys', ['select', 'insert']],
  ['audit_events', ['select', 'insert']],
  ['audit_unsealed', ['select', 'insert', 'delete']],
  ['audit_seals', ['select', 'insert']],
  ['audit_roots', ['select', 'insert']],
]

/**
 * As SQL for the owner of the tables, a statement a line.
 *
 * @throws RangeError for `public`, which is no role but everybody, in quotes too
 */
export function grantsTo(role: string): string {
  if (role === 'public')
    throw new RangeError(
      'public is no role: everybody who may connect would read and write the tables. Name the role that serves.',
    )
  const name = roleName(role)
  return serviceGrants
    .map(([on, privileges]) => `grant ${privileges.join(', ')} on ${objectOf(on)} to ${name};\n`)
    .join('')
}

/** As SQL names a role: always in quotes, as reserved words (`user`) need them too. */
export const roleName = (role: string): string => `"${role.replaceAll('"', '""')}"`

/** As `grant` and `revoke` name it. */
export const objectOf = (on: string): string => (on === 'user_numbers' ? `sequence ${on}` : on)
