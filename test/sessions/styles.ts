import type { Service } from '../support/service.ts'

/** A refresh or a login, told alike in both styles. */
export interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly access: string
  readonly refresh: string
  readonly headers: Readonly<Record<string, string>>
}

export interface StyleClient {
  refresh(token: string): Promise<Answer>
  login(identifier: string, password: string, headers?: Record<string, string>): Promise<Answer>
  /** A request that needs nothing but a living session: its status and code. */
  whoami(access: string): Promise<{ status: number; code: string | undefined }>
}

export type StyleName = 'RPC' | 'REST'

/** What each style answers where a session is refused. */
export const refusals = {
  RPC: { unknown: 'INVALID_REFRESH_TOKEN', expired: 'REFRESH_TOKEN_EXPIRED', reused: 'REFRESH_TOKEN_REUSED' },
  REST: { unknown: 'AUTH_003', expired: 'AUTH_003', reused: 'AUTH_011' },
} as const

export function clientsOf(service: Service): Record<StyleName, StyleClient> {
  const rpc = async (path: string, json: object, headers = {}): Promise<Answer> => {
    const { status, body, headers: got } = await service.call('POST', path, { json, headers })
    return { status, code: body.error_code, access: body.access_token, refresh: body.refresh_token, headers: got }
  }
  const rest = async (path: string, json: object, headers = {}): Promise<Answer> => {
    const { status, body, headers: got } = await service.call('POST', path, { json, headers })
    const { accessToken: access, refreshToken: refresh } = body.data ?? {}
    return { status, code: body.details?.code, access, refresh, headers: got }
  }
  return {
    RPC: {
      refresh: (token) => rpc('/auth:refresh', { refresh_token: token }),
      login: (username, password, headers) => rpc('/auth:login', { username, password }, headers),
      whoami: async (token) => {
        const { status, body } = await service.call('GET', '/auth:me', { token })
        return { status, code: body.error_code }
      },
    },
    REST: {
      refresh: (token) => rest('/auth/refresh', { refreshToken: token }),
      login: (usernameOrEmail, password, headers) => rest('/auth/login', { usernameOrEmail, password }, headers),
      whoami: async (token) => {
        const { status, body } = await service.call('GET', '/auth/profile', { token })
        return { status, code: body.details?.code }
      },
    },
  }
}

/** Every row of every table as text; bytes as hex. */
export async function everythingStored(service: Service): Promise<string> {
  const { rows: tables } = await service.knex.raw(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await service.knex.raw(`select to_jsonb(t)::text as row from ${name} t`)
    texts.push(...rows.map(({ row }: { row: string }) => row))
  }
  return texts.join('\n')
}

/** The ways in which a text might lie in a database. */
export function spellings(text: string): string[] {
  const bytes = [Buffer.from(text), Buffer.from(text, 'base64url')]
  return [text, ...bytes.flatMap((each) => [each.toString('hex'), each.toString('base64'), each.toString('base64url')])]
}
