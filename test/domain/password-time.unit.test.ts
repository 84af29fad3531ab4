import bcrypt from 'bcrypt'
import { describe, expect, it } from 'vitest'
import { createPasswords, type Passwords } from '../../src/domain/passwords/password.ts'

describe('the time of a refusal', () => {
  it('does not tell whether there is a user, nor of what kind the hash is', async () => {
    const slow = createPasswords({ cost: 8, queue: 0 })
    const current = await slow.hash('xq7#Lm2p')
    const refusals: Record<string, [string, string | null]> = {
      'wrong password': ['wrong password', current],
      'no user': ['wrong password', null],
      'older, cheaper hash': ['wrong password', await bcrypt.hash('xq7#Lm2p', 5)],
      'unknown scheme': ['wrong password', '$argon2id$…'],
      'too costly': ['wrong password', `$2b$31$${'.'.repeat(53)}`],
      'over 72 bytes': ['x'.repeat(73), await bcrypt.hash('xq7#Lm2p', 8)],
      'ill-formed': ['wrong\ud800', current],
      endless: ['x'.repeat(1025), current],
    }
    await expectEqualWork(slow, refusals)
  })

  it('is that of the dearest hash that is stored, after the cost was lowered', async () => {
    const dear = await createPasswords({ cost: 10, queue: 0 }).hash('xq7#Lm2p')
    const lowered = createPasswords({ cost: 7, queue: 0, storedCost: async () => 10 })
    await expectEqualWork(lowered, {
      'the dearest hash': ['wrong password', dear],
      'a hash of the new cost': ['wrong password', await lowered.hash('xq7#Lm2p')],
      'a cheaper one': ['wrong password', await bcrypt.hash('xq7#Lm2p', 5)],
      'no user': ['wrong password', null],
      'too costly': ['wrong password', `$2b$31$${'.'.repeat(53)}`],
    })
  })

  async function expectEqualWork(passwords: Passwords, refusals: Record<string, [string, string | null]>) {
    const times = new Map<string, number[]>(Object.keys(refusals).map((name) => [name, []]))
    for (let round = 0; round < 9; round++) {
      for (const [name, [password, hash]] of Object.entries(refusals)) {
        // The processor's time, not the clock's: it waits for no other process.
        const start = process.cpuUsage()
        expect(await passwords.verify(password, hash)).toBe(false)
        const { user, system } = process.cpuUsage(start)
        times.get(name)?.push(user + system)
      }
    }
    // The least of each: what other work on the machine adds is not the code's. A leak would be a
    // factor of two and more.
    const least = [...times.values()].map((series) => Math.min(...series))
    expect(Math.max(...least) / Math.min(...least)).toBeLessThan(1.4)
  }

  it('is not that of an admission, which takes its own hash alone', async () => {
    const passwords = createPasswords({ cost: 5, queue: 0, storedCost: async () => 11 })
    const hash = await passwords.hash('xq7#Lm2p')
    const work = async (password: string) => {
      const start = process.cpuUsage()
      await passwords.verify(password, hash)
      return process.cpuUsage(start).user
    }
    await work('xq7#Lm2p')
    expect(await work('xq7#Lm2p')).toBeLessThan((await work('wrong password')) / 4)
  })
})
