import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certified {
  /** PEM, and the files that hold it. */
  readonly key: string
  readonly certificate: string
  readonly keyFile: string
  readonly certificateFile: string
}

/** A certificate authority whose files are in a folder, by openssl. */
export function makeAuthority(folder: string, name: string) {
  const made = (subject: string, ...extra: string[]): Certified => {
    const [keyFile, certificateFile] = [join(folder, `${name}-${subject}.key`), join(folder, `${name}-${subject}.pem`)]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
    const args = ['req', '-x509', ...key, '-out', certificateFile, '-days', '2', '-subj', `/CN=${subject}`, ...extra]
    execFileSync('openssl', args, { stdio: 'pipe' })
    const [keyText, certificate] = [readFileSync(keyFile, 'utf8'), readFileSync(certificateFile, 'utf8')]
    return { key: keyText, certificate, keyFile, certificateFile }
  }
  const own = made('authority')
  const signed = ['-CA', own.certificateFile, '-CAkey', own.keyFile, '-addext', 'basicConstraints=critical,CA:false']
  return {
    certificateFile: own.certificateFile,
    certificate: own.certificate,
    /** A certificate for a host, or for whoever logs in by this name. */
    issue: (subject: string) => made(subject, ...signed, '-addext', `subjectAltName=DNS:${subject}`),
  }
}
