import { createServer } from 'node:net'

// A worker of node:cluster that greets, and listens no more once it is told anything.
const server = createServer((socket) => socket.end('hello'))
server.listen(0, '127.0.0.1')
process.on('message', () => server.close())
