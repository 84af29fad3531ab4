import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inPackage, versionOf } from './tools.ts'

/** The service that is asked, and its first administrator: variables of the programs that ask. */
export type Target = Readonly<Record<'JANUS_URL' | 'JANUS_USERNAME' | 'JANUS_PASSWORD', string>>

/** Something that runs programs. */
export interface Runtime {
  /** With its version. */
  readonly name: string
  /** Path of its binary; undefined where there is none for this platform. */
  readonly binary: string | undefined
  /** What makes it run the program of a project, which may do what it needs and nothing else. */
  readonly args: (project: string, target: Target) => readonly string[]
}

/** The packages with the binaries for a platform. */
const packages: Readonly<Record<string, Readonly<Record<'node' | 'deno' | 'bun' | 'workerd', string>>>> = {
  'linux-x64': {
    node: 'node-20-linux-x64',
    deno: '@deno/linux-x64-glibc',
    bun: '@oven/bun-linux-x64',
    workerd: '@cloudflare/workerd-linux-64',
  },
  'linux-arm64': {
    node: 'node-20-linux-arm64',
    deno: '@deno/linux-arm64-glibc',
    bun: '@oven/bun-linux-aarch64',
    workerd: '@cloudflare/workerd-linux-arm64',
  },
  'darwin-x64': {
    node: 'node-20-darwin-x64',
    deno: '@deno/darwin-x64',
    bun: '@oven/bun-darwin-x64',
    workerd: '@cloudflare/workerd-darwin-64',
  },
  'darwin-arm64': {
    node: 'node-20-darwin-arm64',
    deno: '@deno/darwin-arm64',
    bun: '@oven/bun-darwin-aarch64',
    workerd: '@cloudflare/workerd-darwin-arm64',
  },
}

export const platform = `${process.platform}-${process.arch}`

/** Whether there is a package for each runtime: one that is missing was then not installed. */
export const hasPackages: boolean = platform in packages

/** The runtimes that the package is for, from packages: nothing else is downloaded. */
export function runtimes(): readonly Runtime[] {
  const own = packages[platform]
  const installed = (name: string | undefined, path: string) => {
    const binary = name && inPackage(name, path)
    return binary && existsSync(binary) ? binary : undefined
  }
  const node20 = installed(own?.node, 'bin/node')
  return [
    {
      name: `Node ${node20 && own ? versionOf(own.node) : '20'}`,
      binary: node20,
      args: (project) => [join(project, 'main.js')],
    },
    {
      name: `Node ${process.versions.node}`,
      binary: process.execPath,
      args: (project) => [join(project, 'main.js')],
    },
    {
      name: `Deno ${versionOf('deno')}`,
      binary: installed(own?.deno, 'deno'),
      args: (project, target) => [
        'run',
        '--quiet',
        '--no-prompt',
        '--no-remote',
        '--node-modules-dir=manual',
        `--allow-env=${Object.keys(target)}`,
        `--allow-net=${new URL(target.JANUS_URL).host}`,
        join(project, 'main.js'),
      ],
    },
    {
      name: `Bun ${versionOf('bun')}`,
      binary: installed(own?.bun, 'bin/bun'),
      args: (project) => ['--no-install', join(project, 'main.js')],
    },
    {
      // What runs Cloudflare's edge, without its layer for Node.
      name: `workerd ${versionOf('workerd')}`,
      binary: installed(own?.workerd, 'bin/workerd'),
      args: (project) => ['test', join(project, 'worker.capnp')],
    },
  ]
}
