import type { Context } from 'koa'
import { BoundedMap } from '../domain/bounded-map.ts'
import type { Language } from './contract.ts'

/**
 * The language that the client would rather read; the style's own where it does not say, or asks
 * for what we lack (RFC 9110, 12.5.4).
 */
export function chooseLanguage(ctx: Context, own: Language): Language {
  const { 'accept-language': accepted } = ctx.headers
  if (accepted === undefined) return own
  const key = `${own} ${accepted}`
  const known = languages.get(key)
  if (known) return known
  const chosen = ctx.acceptsLanguages(own, own === 'en' ? 'zh' : 'en')
  const language = chosen === 'en' || chosen === 'zh' ? chosen : own
  // A browser's has some fifty characters; longer ones would cost memory and come once.
  if (key.length <= 200) languages.set(key, language)
  return language
}

/** By the style's own language and the header. */
const languages = new BoundedMap<string, Language>(500)
