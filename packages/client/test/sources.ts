import { registerHooks } from 'node:module'
import { entries } from './entries.ts'

// node --import: whoever imports the package gets its sources, and other packages from where it
// would get them.
registerHooks({
  resolve(specifier, context, next) {
    const source = entries[specifier]
    if (source) return next(source.href, context)
    const bare = /^@?[a-z]/.test(specifier) && !specifier.includes(':')
    return next(specifier, bare ? { ...context, parentURL: import.meta.url } : context)
  },
})
