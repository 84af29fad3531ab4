/**
 * A page without a framework, for administrators: a form to log in, and a list that fills itself
 * while one searches. Its tabs share one session.
 *
 *     CORS_ORIGINS=http://127.0.0.1:8000 npm start       # the service, where it is in index.html
 *     npx esbuild page.ts --bundle --format=esm --outdir=. --servedir=. --serve=127.0.0.1:8000
 */
import { createJanus, JanusError } from 'janus-users-client'
import { localStorageTokens } from 'janus-users-client/local-storage'
import { rest, type User } from 'janus-users-client/rest'

const [welcome, message, form, list, search, status, rows, logout] = [
  element<HTMLElement>('welcome'),
  element<HTMLElement>('message'),
  element<HTMLFormElement>('login'),
  element<HTMLElement>('list'),
  element<HTMLInputElement>('search'),
  element<HTMLElement>('status'),
  element<HTMLElement>('rows'),
  element<HTMLButtonElement>('logout'),
]

const store = localStorageTokens('users-page')
const janus = createJanus({
  baseUrl: document.querySelector<HTMLMetaElement>('meta[name=janus-url]')?.content ?? '',
  store,
  language: 'en',
  // Without an error: it was another tab that logged out.
  onSessionEnd: (error) => showForm(error ? 'Your session has ended. Log in again.' : 'You have logged out.'),
})
const { users } = rest(janus)

let current = new AbortController()

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { username, password } = Object.fromEntries(new FormData(form)) as Record<'username' | 'password', string>
  form.inert = true
  try {
    await janus.login({ username, password })
    showList()
  } catch (error) {
    showForm(sentenceOf(error))
  } finally {
    form.inert = false
  }
})

search.addEventListener('input', () => void fill())

logout.addEventListener('click', async () => {
  const ended = await janus.logout().then(() => 'You have logged out.', sentenceOf)
  showForm(ended)
})

if (await store.get()) showList()
else showForm('')

function showList() {
  form.reset()
  welcome.hidden = true
  list.hidden = false
  search.value = ''
  void fill()
}

function showForm(text: string) {
  current.abort()
  rows.replaceChildren()
  list.hidden = true
  welcome.hidden = false
  message.textContent = text
}

/** Row by row while pages come; what is asked for next ends what was asked for before. */
async function fill() {
  current.abort()
  current = new AbortController()
  const { signal } = current
  const term = search.value.trim()
  rows.replaceChildren()
  status.textContent = 'Searching …'
  let found = 0
  try {
    for await (const user of users.list({ limit: 50, ...(term && { search: term }) }, { signal })) {
      // A page that is there already is not taken back by the signal.
      if (signal.aborted) return
      rows.append(rowOf(user))
      status.textContent = `${++found} so far …`
    }
    if (!signal.aborted) status.textContent = found === 1 ? 'One user' : `${found} users`
  } catch (error) {
    if (!signal.aborted) status.textContent = sentenceOf(error)
  }
}

function rowOf({ username, email, fullName, role, lastLoginAt }: User): HTMLTableRowElement {
  const row = document.createElement('tr')
  const seen = lastLoginAt ? new Date(lastLoginAt).toLocaleDateString('en', { dateStyle: 'medium' }) : 'never'
  for (const text of [username, email, fullName, role, seen]) row.insertCell().textContent = text
  return row
}

function sentenceOf(error: unknown): string {
  if (error instanceof JanusError) return error.message
  throw error
}

function element<Type extends HTMLElement>(id: string): Type {
  return document.getElementById(id) as Type
}
