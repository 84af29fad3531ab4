import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a server was asked. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
}

export interface SmallServer {
  readonly origin: string
  /** Every request, the oldest first. */
  readonly asked: Asked[]
  close(): void
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  json: 'application/json',
}

/**
 * The pages as files, behind a server as plain as a static one can be, and somewhere below its
 * root.
 */
export async function servePages(): Promise<SmallServer & { readonly folder: string; page(name: string): string }> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-docs-'))
  await promisify(execFile)(process.execPath, ['src/docs/write.ts', folder])
  const server = await serveFiles((path) =>
    readFile(join(folder, path.replace('some/where/', ''))).catch(() => undefined),
  )
  return {
    ...server,
    folder,
    page: (name) => `${server.origin}/some/where/${name || 'index'}.html`,
    close() {
      server.close()
      rm(folder, { recursive: true, force: true })
    },
  }
}

/** A server as plain as a static one can be; paths are without the slash at their beginning. */
export function serveFiles(read: (path: string) => unknown): Promise<SmallServer> {
  return serve(async (path, response) => {
    const body = await read(path.slice(1))
    response.statusCode = body ? 200 : 404
    response.setHeader('Content-Type', types[path.split('.').at(-1) ?? ''] ?? 'text/plain')
    response.end(body)
  })
}

/**
 * A service that knows everybody, lets every page call it and gives this token; preflights are not
 * noted.
 */
export function serveToken(token: string): Promise<SmallServer> {
  return serve((_, response, request) => {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type')
    response.setHeader('Content-Type', 'application/json')
    response.end(request.method === 'OPTIONS' ? undefined : JSON.stringify({ access_token: token }))
  })
}

async function serve(
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => unknown,
): Promise<SmallServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request
    const path = new URL(url, 'http://small').pathname
    if (method !== 'OPTIONS') asked.push({ method, path, authorization: request.headers.authorization })
    answer(path, response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
