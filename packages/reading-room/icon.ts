import { type Html, html } from './html.ts'

/** Drawn in place: a page with a picture of its own for each would ask for them one by one. */
export function icon(name: keyof typeof strokes | 'logo'): Html {
  if (name === 'logo')
    return html`<svg class="glyph" viewBox="0 0 24 24" aria-hidden="true"><path class="first-half" d="M11 2a10 10 0 0 0 0 20z"/><path class="second-half" d="M13 2a10 10 0 0 1 0 20z"/></svg>`
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${strokes[name]}"/></svg>`
}

const strokes = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  search: 'M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14M16 16l4.5 4.5',
  close: 'M6 6l12 12M18 6L6 18',
}
