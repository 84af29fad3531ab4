// Before the first paint: what the reader chose last time. A classic script, since modules wait for
// the whole page.
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
  const { styles = '', keep } = root.dataset
  const names = styles.split(' ')
  const chosen = known(asked, ['all', ...names]) ?? known(read(`${keep}.style`), ['all', ...names]) ?? 'all'
  // A style needs 380 pixels: on a narrow screen there is room for one.
  const narrow = matchMedia(`(max-width: ${380 * names.length - 1}px)`).matches || names.length === 1
  root.dataset.style = chosen !== 'all' ? String(names.indexOf(chosen) + 1) : narrow ? '1' : 'all'
  root.dataset.theme = known(read(`${keep}.theme`), ['light', 'dark']) ?? 'system'
})()
