import process from 'node:process'
import { use } from './use.js'

const { JANUS_URL = '', JANUS_USERNAME = '', JANUS_PASSWORD = '' } = process.env
const said = await use(JANUS_URL, JANUS_USERNAME, JANUS_PASSWORD, `run-${process.pid}`)
process.stdout.write(`${said}\n`)
