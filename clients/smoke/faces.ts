/** Who the service knows from the start: an administrator above all others. */
export interface Credentials {
  username: string
  password: string
}

/** What a generated client made of an answer. */
export interface Answer {
  status: number
  body: unknown
  /** Of a failure, where the types of the client say that it is. */
  code?: string | undefined
}

/** The calls of the smoke test in the RPC style, each by the generated client. */
export interface RpcFace {
  login(body: Credentials): Promise<Answer>
  list(query: { limit: number; search: string }): Promise<Answer>
  create(body: { username: string; email: string; password: string; role: 'user' }): Promise<Answer>
  update(
    id: string,
    body:
      | { email: string; role: 'moderator' }
      | { action: 'reset_password'; new_password: string }
      | { action: 'revoke_sessions' },
  ): Promise<Answer>
  get(id: string): Promise<Answer>
  destroy(id: string): Promise<Answer>
}

/** The same in the REST style. */
export interface RestFace {
  login(body: { usernameOrEmail: string; password: string }): Promise<Answer>
  list(query: { limit: number; search: string }): Promise<Answer>
  create(body: { username: string; email: string; password: string; fullName: string }): Promise<Answer>
  update(
    id: string,
    body: { fullName: string } | { email: string } | { role: 'manager'; status: 'inactive' },
  ): Promise<Answer>
  get(id: string): Promise<Answer>
  delete(id: string): Promise<Answer>
}
