// @ts-check
import { all, one, shelf } from './dom.js'

const kept = shelf(sessionStorage)
const { service } = document.body.dataset
/**
 * Pages that the service itself serves stand one folder below it, whatever is in front. Read apart
 * from it, they have to be told: their own host is somebody else's, and is sent neither password
 * nor token.
 */
let address = service ? new URL(service, location.href).href.replace(/\/+$/, '') : originOf(kept.read('address'))

/** Where the service is, without a slash at the end; undefined while nobody has told. */
export function serviceAddress() {
  return address
}

/** @throws {Error} while nobody has told */
export function requireAddress() {
  if (address === undefined)
    throw new Error(
      'Name the address of the service first: the box behind Log in, at the top, has a field for it. Nothing was sent.',
    )
  return address
}

/**
 * The field for the address, where there is one, and the samples that name it.
 * @param {() => void} changed called when it has become another
 */
export function startAddress(changed) {
  present()
  const field = document.querySelector('[data-service-address]')
  if (!(field instanceof HTMLInputElement)) return
  field.value = address ?? ''
  field.addEventListener('change', () => {
    const origin = originOf(field.value)
    const wrong = field.value !== '' && origin === undefined
    field.setAttribute('aria-invalid', String(wrong))
    one('#address-problem').textContent = wrong
      ? `That is no address of a service: http:// or https://, a host and perhaps a port, like ${field.placeholder}.`
      : ''
    if (origin === address) return
    address = origin
    kept.write('address', origin ?? null)
    present()
    changed()
  })
}

/**
 * @param {string | null} given
 * @returns {string | undefined} undefined where it is anything but the origin of an HTTP service
 */
function originOf(given) {
  if (given === null || !URL.canParse(given)) return undefined
  const url = new URL(given)
  if (!/^https?:$/.test(url.protocol)) return undefined
  return url.href === `${url.origin}/` ? url.origin : undefined
}

/**
 * Samples name the service that these pages call; without one they keep the address that they were
 * written with.
 */
function present() {
  const sample = document.querySelector('[data-service-address]')?.getAttribute('placeholder') ?? ''
  for (const place of all('[data-address]')) place.textContent = address ?? sample
}
