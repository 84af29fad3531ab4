/**
 * `npm run schema -- print [--pending]`: the SQL of the tables, for whoever does not let a service
 * make them. All of it, or what the database of the configuration lacks.
 *
 * `npm run schema -- grants ROLE`: what the role of the service needs, if it does not own them.
 */
import { product } from '../src/config.ts'
import { grantsTo, roleName } from '../src/store/grants.ts'
import { schemaSql } from '../src/store/schema.ts'
import { runCommand, usage } from './command.ts'

const show = (text: string) => void process.stdout.write(text)
const how = '-- Run it as the owner of the tables: psql -v ON_ERROR_STOP=1 -f FILE'

const [action, argument, ...more] = process.argv.slice(2)
if (action === 'print' && argument === undefined) {
  show(`-- The tables of Janus ${product.version}, for an empty database.\n${how}\n${await schemaSql()}\n`)
} else if (action === 'print' && argument === '--pending' && more.length === 0) {
  await runCommand(
    async ({ database }) => {
      const pending = await schemaSql(database.knex)
      if (pending === '') show(`-- Nothing: the tables are those of Janus ${product.version}.\n`)
      else
        show(
          `-- What the tables lack to be those of Janus ${product.version}.\n${how}\n` +
            `-- Then run what npm run schema -- grants prints.\n${pending}\n`,
        )
    },
    { migrates: false },
  )
} else if (action === 'grants' && argument && more.length === 0) {
  const name = roleName(argument)
  try {
    show(
      `-- For the owner of the tables. Where PUBLIC may not connect: grant connect on database … to ${name};\n` +
        `-- After the first start: revoke insert on signing_keys, audit_keys from ${name};\n${grantsTo(argument)}`,
    )
  } catch (error) {
    usage((error as RangeError).message)
  }
} else
  usage(
    'npm run schema -- print: the SQL that makes the tables; with --pending, what the database of the configuration lacks.\n' +
      'npm run schema -- grants ROLE: what the role of the service needs where it does not own them.',
  )
