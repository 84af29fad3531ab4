import { type Html, html, plain } from './html.ts'
import { sampleAddress } from './samples.ts'

/** A block of code; the script of the pages adds a button that copies it. */
export function codeBlock(text: string, label: string): Html {
  return html`<div class="code"><pre tabindex="0" aria-label="${label}"><code>${colour(text)}</code></pre></div>`
}

/** A value as indented JSON. */
export function jsonBlock(value: unknown, label: string): Html {
  return codeBlock(JSON.stringify(value, null, 2), label)
}

/**
 * Names of JSON (`u`), strings (`i`), the few words of the samples' languages and numbers (`b`); an
 * address outside of a string is none of these.
 */
const token =
  /("(?:\\.|[^"\\\n])*")(?=:)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])*'|`[^`]*`)|(\b(?:const|await|import|from|for|of|with|as|curl|true|false|null|True|False|None)\b|(?<![\w.@-])-?\d+(?:\.\d+)?(?![\w.]))|https?:\/\/[\w.:]+/g

function colour(text: string): Html {
  const parts: Html[] = []
  let at = 0
  for (const { 0: found, 1: name, 2: string, 3: word, index } of text.matchAll(token)) {
    const shown = address(found)
    parts.push(plain(text.slice(at, index)))
    parts.push(name ? html`<u>${shown}</u>` : string ? html`<i>${shown}</i>` : word ? html`<b>${shown}</b>` : shown)
    at = index + found.length
  }
  return html`${parts}${plain(text.slice(at))}`
}

/** Marks the service's address, which the browser knows better. */
function address(text: string): Html {
  const [before, ...after] = text.split(sampleAddress)
  return html`${plain(before ?? '')}${after.map((more) => html`<span data-address>${sampleAddress}</span>${plain(more)}`)}`
}
