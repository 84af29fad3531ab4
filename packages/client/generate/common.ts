import type { ContractDocument } from '../../../contract/document.ts'
import { alias, comment, quote } from './text.ts'
import { createTypes, type Types, type Way } from './types.ts'

/** The schemas that the core itself speaks of. */
const ofCore: readonly (readonly [string, readonly Way[]])[] = [['Problem', ['answered']]]

/** What the faces of all styles share. */
export function commonOf(document: ContractDocument, faces: readonly Types['shared'][]): string {
  const types = createTypes(document)
  for (const each of ['contractVersion', 'contractMajor', 'FailureReason']) types.take(each, `the client's ${each}`)
  types.share([...ofCore, ...faces.flatMap((shared) => [...shared])])
  const reasons = document['x-failures'].map(({ reason }) => quote(reason))
  return [
    '/* Made by npm run generate; never edited. */\n',
    `${comment(['The version of the contract that this client was made of.'])}export const contractVersion = ${quote(document.info.version)}\n`,
    `${comment(['Its first number: the contract breaks with what was before where it goes up.'])}export const contractMajor = ${Number.parseInt(document.info.version, 10)}\n`,
    `${comment(['Why a request failed: in every style and language the same word. New ones may come.'])}${alias('FailureReason', [...reasons, '(string & {})'])}`,
    ...types.declarations(),
  ].join('\n')
}
