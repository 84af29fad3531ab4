import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../src/domain/users/user.ts'
import { reach } from '../styles/permission-table.ts'
import { type Service, startService } from '../support/service.ts'
import { textOf } from './text.ts'

let service: Service
let figures: string[]
beforeAll(async () => {
  service = await startService()
  const page = await (await fetch(`${service.url}/docs/permissions`)).text()
  figures = page.split('<figure').slice(1)
})
afterAll(() => service.close())

/** The figures in whose words these stand, as the marks of each row by the role of the caller. */
function marksOf(...words: string[]): Record<string, string>[] {
  const found = figures.filter((each) => {
    const caption = textOf(each.slice(each.indexOf('<figcaption>'), each.indexOf('</figcaption>')))
    return words.every((word) => caption.includes(word))
  })
  return found.map((each) =>
    Object.fromEntries(
      [...each.matchAll(/<tr><th scope="row">(\w+)<\/th>(.*?)<\/tr>/gs)].map(([, role, cells = '']) => [
        role,
        [...cells.matchAll(/class="mark (\w+)"/g)].map(([, mark]) => mark).join(' '),
      ]),
    ),
  )
}

const columns = roles.toReversed()
const marks = (may: readonly string[]) => columns.map((role) => (may.includes(role) ? 'yes' : 'no')).join(' ')
const rows = (callers: readonly string[], self?: string) =>
  Object.fromEntries(
    roles.map((role) => {
      const own = self === undefined ? '' : ` ${callers.includes(role) ? self : 'no'}`
      return [role, marks(callers.includes(role) ? reach[role] : []) + own]
    }),
  )
const administrators = ['super_admin', 'admin']

describe('the figures of the permissions', () => {
  it('show to whom it may be done, and whether to oneself', () => {
    expect(marksOf('PATCH /users/{id}')[0]).toEqual(rows([...administrators, 'manager'], 'part'))
    expect(marksOf('DELETE /users/{id}')[0]).toEqual(rows(administrators, 'no'))
    expect(marksOf('GET /users:sessions')[0]).toEqual(rows(administrators, 'yes'))
  })

  it('show which role may be given', () => {
    expect(marksOf('POST /users:create')).toEqual([rows(administrators)])
    expect(marksOf('PATCH /users/{id}', 'POST /users')).toEqual([rows([...administrators, 'manager'])])
  })

  it('stand once for all of which the same is true', () => {
    expect(marksOf('POST /users:destroy', 'reset_password', 'POST /users/{id}/reset-password')).toHaveLength(1)
    expect(new Set(figures.map((each) => each.slice(0, each.indexOf('<figcaption>')))).size).toBe(figures.length)
  })
})
