import { defineConfig } from 'orval'

const input = process.env.JANUS_DOCUMENT ?? ''
const common = { mode: 'split', schemas: '../out/orval/model', tsconfig: '../tsconfig.json' } as const

export default defineConfig({
  api: {
    input,
    output: {
      ...common,
      target: '../out/orval/api.ts',
      client: 'fetch',
      baseUrl: { runtime: 'baseUrl', imports: [{ name: 'baseUrl', importPath: '../../smoke/session' }] },
      mock: { indexMockFiles: false, generators: [{ type: 'msw', useExamples: true }] },
    },
  },
  zod: { input, output: { ...common, target: '../out/orval/zod.ts', client: 'zod' } },
})
