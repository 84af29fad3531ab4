import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { entries } from './entries.ts'

const folder = new URL('../examples/page/', import.meta.url)
/** Where the page looks for the service as it is written. */
const written = 'http://127.0.0.1:6006'

/** The example page on an origin of its own, made for a service that has yet to say where it is. */
export async function servePage() {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', folder))],
    bundle: true,
    format: 'esm',
    write: false,
    tsconfigRaw: {},
    alias: Object.fromEntries(Object.entries(entries).map(([name, url]) => [name, fileURLToPath(url)])),
  })
  let service = written
  const files: Record<string, () => Promise<[type: string, text: string]>> = {
    '/': async () => [
      'text/html',
      (await readFile(new URL('index.html', folder), 'utf8')).replaceAll(written, service),
    ],
    '/style.css': async () => ['text/css', await readFile(new URL('style.css', folder), 'utf8')],
    '/page.js': async () => ['text/javascript', bundle.outputFiles[0]?.text ?? ''],
  }
  const server = createServer(async (request, response) => {
    const [type, text] = (await files[request.url ?? '']?.()) ?? ['text/plain', 'Not found']
    response.writeHead(text === 'Not found' ? 404 : 200, { 'Content-Type': `${type}; charset=utf-8` }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    for(url: string) {
      service = url
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
