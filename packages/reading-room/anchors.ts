/** Those that the frame of every page has. */
const ofFrame = ['main', 'contents', 'search', 'hits', 'token']

/**
 * Gives texts their anchors on one page: none twice.
 * @param taken what the page has beside them
 */
export function createAnchors(taken: readonly string[] = []): (text: string) => string {
  const anchors = new Set([...taken, ...ofFrame])
  const unique = (anchor: string): string => {
    const free = anchors.has(anchor) ? unique(`${anchor}-2`) : anchor
    anchors.add(free)
    return free
  }
  return (text) => unique(slug(text))
}

/** A text as an anchor can be called. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
}
