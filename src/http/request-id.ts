/** Whether the client's own name for the request is one that can stand in a header and a log. */
export function isRequestId(given: unknown): given is string {
  return typeof given === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(given)
}
