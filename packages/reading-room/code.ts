import { type Html, html } from './html.ts'
import { sampleAddress } from './samples.ts'

/** A block of code; the script of the pages adds a button that copies it. */
export function codeBlock(text: string, label: string): Html {
  return html`<div class="code"><pre tabindex="0" aria-label="${label}"><code>${colour(text)}</code></pre></div>`
}

/** A value as indented JSON. */
export function jsonBlock(value: unknown, label: string): Html {
  return codeBlock(JSON.stringify(value, null, 2), label)
}

/** Names of JSON, strings, and the few words of the samples' languages. */
const token =
  /("(?:\\.|[^"\\\n])*")(?=:)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])*'|`[^`]*`)|\b(const|await|import|with|as|curl|true|false|null|True|False|None|-?\d+(?:\.\d+)?)\b/g

function colour(text: string): Html {
  const parts: Html[] = []
  let at = 0
  for (const { 0: found, 1: name, 2: string, index } of text.matchAll(token)) {
    parts.push(html`${text.slice(at, index)}<span class="${name ? 'k' : string ? 's' : 'w'}">${address(found)}</span>`)
    at = index + found.length
  }
  return html`${parts}${text.slice(at)}`
}

/** Marks the service's address, which the browser knows better. */
function address(text: string): Html {
  const [before, ...after] = text.split(sampleAddress)
  return html`${before}${after.map((rest) => html`<span data-address>${sampleAddress}</span>${rest}`)}`
}
