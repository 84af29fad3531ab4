import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'

const scheme = 'bcrypt-hmac-sha384'

/** What bcrypt is given in the rows of these tables: 64 characters for any password. */
const prehash = (password: string) =>
  createHmac('sha384', 'janus-users password 1').update(password.normalize('NFC'), 'utf8').digest('base64')

export const hashPassword = async (password: string, cost: number): Promise<string> =>
  scheme + (await bcrypt.hash(prehash(password), cost))

export const verifyPassword = (password: string, hash: string): Promise<boolean> =>
  bcrypt.compare(prehash(password), hash.slice(scheme.length))
