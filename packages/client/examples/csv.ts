/** A record, and the line of the file that it begins in: 1 for the first. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * The records of a CSV file (RFC 4180), without empty ones: cells in quotes may have commas, quotes
 * and line ends in them.
 *
 * @throws SyntaxError that names the line and shows nothing of it: it may have a password in it
 */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = []
  // A cell, in quotes or not, and what ends it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  let begun = 1
  let cells: string[] = []
  let end = ''
  while (cell.lastIndex < text.length || end === ',') {
    const found = cell.exec(text)
    if (!found) throw new SyntaxError(`The record that begins in line ${begun} is no CSV.`)
    const [all, quoted, plain = ''] = found
    end = found[3] ?? ''
    cells.push(quoted?.replaceAll('""', '"') ?? plain)
    line += all.split('\n').length - 1
    if (end === ',') continue
    if (cells.some(Boolean)) records.push({ line: begun, cells })
    begun = line
    cells = []
  }
  return records
}
