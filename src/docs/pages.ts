import { createDocs, type DocsSources, type Setting } from '@janus/reading-room'
import type { Config } from '../config.ts'
import { permissionsIn } from './permissions.ts'

/** What the pages are made from, apart from how the service is configured. */
export type Sources = Pick<
  DocsSources,
  'contract' | 'coverage' | 'changelog' | 'clients' | 'security' | 'samples' | 'assets' | 'styleSheets'
>

type Limits = Pick<
  Config,
  'accessTokenTtl' | 'refreshTokenTtl' | 'rateLimitPerMinute' | 'loginAttempts' | 'loginWindowSeconds' | 'bodyLimit'
>

/** The pages of a service that serves the document beside them. */
export function createPages(sources: Sources, config: Limits & Pick<Config, 'publicUrl' | 'emailChangeNeedsPassword'>) {
  const downloads = ['json', 'yaml'].map((type) => ({ title: type.toUpperCase(), address: `../openapi.${type}` }))
  const permissions = permissionsIn(sources.contract as never, config.emailChangeNeedsPassword)
  const { publicUrl } = config
  return createDocs({ ...sources, permissions, settings: settingsOf(config), downloads, publicUrl })
}

/** What is in force by configuration, for the page of limits. */
export function settingsOf(config: Limits): readonly Setting[] {
  const seconds = (value: number) => ({ value, unit: 'seconds' }) as const
  return [
    {
      title: 'Access token',
      words: 'good for {ACCESS_TOKEN_TTL}',
      values: { ACCESS_TOKEN_TTL: seconds(config.accessTokenTtl) },
    },
    {
      title: 'Refresh token',
      words: 'good for {REFRESH_TOKEN_TTL}, and for one refresh',
      values: { REFRESH_TOKEN_TTL: seconds(config.refreshTokenTtl) },
    },
    {
      title: 'Requests per user',
      words: config.rateLimitPerMinute === 0 ? 'no limit' : '{RATE_LIMIT_PER_MINUTE} a minute, then 429',
      values: { RATE_LIMIT_PER_MINUTE: { value: config.rateLimitPerMinute } },
    },
    {
      title: 'Failed logins per account and network',
      words: config.loginAttempts === 0 ? 'no limit' : '{LOGIN_ATTEMPTS} in {LOGIN_WINDOW_SECONDS}, then 429',
      values: {
        LOGIN_ATTEMPTS: { value: config.loginAttempts },
        LOGIN_WINDOW_SECONDS: seconds(config.loginWindowSeconds),
      },
    },
    {
      title: 'Body of a request',
      words: 'at most {BODY_LIMIT}, then 413',
      values: { BODY_LIMIT: { value: config.bodyLimit, unit: 'bytes' } },
    },
  ]
}
