/** As `pg` reads one: the host may be missing behind the user, which no other URL allows. */
export function isPostgresUrl(given: string): boolean {
  const url = given.replace('@/', '@localhost/')
  // A "#" or "%" of a password that was not encoded.
  return (
    /^postgres(ql)?:\/\/[^#]*$/.test(url) && !/%(?![0-9a-f]{2})/i.test(url) && URL.canParse(url) && isDecodable(url)
  )
}

function isDecodable(url: string): boolean {
  try {
    return Boolean(decodeURIComponent(url))
  } catch {
    return false
  }
}
