/**
 * Seconds by which the clocks of two instances, or of one before and after it was set, may differ
 * (RFC 7519, 4.1.4: "a few minutes" at most). A moment further ahead than this was written by a
 * clock that was wrong.
 */
export const clockSkew = 30
