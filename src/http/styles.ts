import { restStyle } from './rest/style.ts'
import { rpcStyle } from './rpc/style.ts'
import type { Style } from './style.ts'

/** Every style of the service. */
export const styles: readonly Style[] = [rpcStyle, restStyle]
