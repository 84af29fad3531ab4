import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: process.env.JANUS_DOCUMENT ?? '',
  output: 'out/hey-api',
  // The Preact one needs the least beside it: what is proven with it is the same for React.
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk', 'zod', '@tanstack/preact-query'],
})
