import { expect } from 'vitest'

/** What a part of a page says, without its markup. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

/**
 * The part of a page from the element with this id up to the next one of its kind, without its
 * markup.
 */
export function partOf(html: string, tag: string, id: string): string {
  const starts = [...html.matchAll(new RegExp(`<${tag}\\b[^>]* id="([^"]*)"`, 'g'))]
  const at = starts.findIndex(([, found]) => found === id)
  expect(at, id).toBeGreaterThan(-1)
  return textOf(html.slice(starts[at]?.index, starts[at + 1]?.index))
}
