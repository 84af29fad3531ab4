import { writeFileSync } from 'node:fs'
import { measure } from './scaling/measure.ts'
const f = await measure(Number(process.argv[2]), 'x', (l) => console.error(Math.round(performance.now()), l))
writeFileSync('/tmp/scaling.json', JSON.stringify(f, null, 1))
