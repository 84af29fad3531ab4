// Before the first paint: what the reader chose last time. A classic script, since modules wait for the whole page.
;(() => {
  const root = document.documentElement
  root.classList.add('script')
  const read = (/** @type {string} */ key) => {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }
  const asked = new URLSearchParams(location.search).get('style')
  const known = (/** @type {string | null} */ value, /** @type {string[]} */ values) =>
    value !== null && values.includes(value) ? value : undefined
  const style = known(asked, ['rpc', 'both', 'rest']) ?? known(read('janus.style'), ['rpc', 'both', 'rest']) ?? 'both'
  // A narrow screen has room for one of the two.
  root.dataset.style = style === 'both' && matchMedia('(max-width: 759px)').matches ? 'rpc' : style
  root.dataset.theme = known(read('janus.theme'), ['light', 'dark']) ?? 'system'
})()
