// One of the processes that serve, where there are several (WORKERS): started by src/process/workers.ts.
await import('./compile-cache.js')
await import('../src/worker.ts')
