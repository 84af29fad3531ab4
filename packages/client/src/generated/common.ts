/* Made by npm run generate; never edited. */
export const contractVersion: string = '0.5.0'
export type FailureReason = string & {}
export interface Problem {
  field: string
  message: string
}
