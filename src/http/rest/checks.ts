import { isInvisible } from '../../domain/users/full-name.ts'
import { InvalidRequest } from '../failures.ts'

/**
 * A name is stored in NFC, which is longer for a few scripts, and the schema counts it as given;
 * what can be seen no pattern says.
 *
 * @throws InvalidRequest
 */
export function checkFullName({ fullName = '' }: { fullName?: string }): void {
  const place = { place: 'body', field: 'fullName' } as const
  if ([...fullName.normalize('NFC')].length > 100)
    throw new InvalidRequest({ ...place, kind: 'too_long', expected: '100' })
  if (isInvisible(fullName)) throw new InvalidRequest({ ...place, kind: 'invisible' })
}
