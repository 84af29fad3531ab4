// Loaded before a tool (node --import): what makes it fail is said in a sentence, and its stack
// with DEBUG=1.
process.on('uncaughtException', (error) => {
  const { message, stack, errors } = Object(error)
  // Of an AggregateError, as of a host of several addresses, the first says it.
  const sentence = message || errors?.[0]?.message || String(error)
  process.stderr.write(process.env.DEBUG ? `${stack ?? sentence}\n` : `${sentence}\n(DEBUG=1 shows where.)\n`)
  process.exit(1)
})
