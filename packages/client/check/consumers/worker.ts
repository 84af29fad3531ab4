import { use } from './use.js'

interface Bindings {
  readonly JANUS_URL: string
  readonly JANUS_USERNAME: string
  readonly JANUS_PASSWORD: string
}

export default {
  async test(_controller: unknown, { JANUS_URL, JANUS_USERNAME, JANUS_PASSWORD }: Bindings): Promise<void> {
    const said = await use(JANUS_URL, JANUS_USERNAME, JANUS_PASSWORD, 'worker')
    // biome-ignore lint/suspicious/noConsole: how a worker says something
    console.log(said)
  },
}
