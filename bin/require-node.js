// Plain JavaScript that any Node can read: an older one would stop at the first type, with an error
// that names no remedy.
const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Janus needs Node 24 or newer, and this is ${process.version}.\n` +
      'Run it with "npm start": npm ci has put the right Node into node_modules where there is one for this platform; elsewhere, install Node 24.\n',
  )
  process.exit(1)
}
