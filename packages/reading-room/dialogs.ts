import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import type { Endpoint, Model } from './model.ts'
import { type Document, follow, json } from './openapi.ts'
import { sampleAddress } from './samples.ts'

/** Filled by the script of the pages. */
export function searchDialog(): Html {
  return html`<dialog class="search" id="search" aria-label="Search">
  <div class="search-box">${icon('search')}<input type="text" role="combobox" aria-expanded="true" aria-controls="hits" aria-label="Search"
    placeholder="Operations, fields, values, error codes" autocomplete="off" spellcheck="false"><kbd>esc</kbd></div>
  <ul id="hits" role="listbox" aria-label="Results"></ul>
  <p class="search-empty" role="status"></p>
</dialog>`
}

/**
 * Where people log in or put a token; pages that are read apart from the service ask for its
 * address too.
 */
export function tokenDialog(model: Model, asFiles: boolean): Html {
  const logins = model.endpoints.flatMap((endpoint) => loginOf(model.contract, endpoint) ?? [])
  const logout = logoutOf(model)
  return html`<dialog class="token" id="token" aria-labelledby="token-title"${logout && html` data-logout-method="${logout.method}" data-logout="${logout.path}"`}>
  <header><h2 id="token-title">Token</h2><button type="button" class="close" data-close aria-label="Close">${icon('close')}</button></header>
  <p class="hint">Kept in this tab until it is closed. <b>Try it</b> sends it in the <code>Authorization</code> header.</p>
  ${
    asFiles &&
    html`<label class="control">Address of the service<input type="url" name="address" data-service-address placeholder="${sampleAddress}" aria-describedby="address-problem" spellcheck="false" autocomplete="off"></label>
  <p class="problem" id="address-problem" role="alert"></p>
  <p class="hint">A service elsewhere has to allow these pages to call it (CORS).</p>`
  }
  <section data-when="in" hidden><p data-session></p><button type="button" class="button" data-log-out>${logout ? 'Log out' : 'Forget the token'}</button></section>
  <section data-when="out">
    ${
      logins.length > 0 &&
      html`<form data-log-in autocomplete="off">
      ${styleChoice(logins)}
      <label class="control">Username<input name="username" required maxlength="254" spellcheck="false" autocapitalize="none" autocomplete="off"></label>
      <label class="control">Password<input name="password" type="password" required maxlength="1024" autocomplete="off"></label>
      <button class="button primary">Log in</button>
    </form>
    <p class="or"><span>or</span></p>`
    }
    <form data-paste autocomplete="off">
      <label class="control">Access token<textarea name="token" rows="3" required spellcheck="false" autocomplete="off"></textarea></label>
      <button class="button">Use this token</button>
    </form>
  </section>
  <p class="problem" role="alert" data-problem></p>
</dialog>`
}

/** Which login is meant; where there is one, nobody has to choose. */
function styleChoice(logins: readonly Login[]): Html {
  const inputs = logins.map(
    ({ endpoint: { style, method, path }, type, username, password }, i) =>
      html`<label class="${style.colour}"><input type="radio" name="style" value="${style.name}"${i === 0 && html` checked`}
        data-method="${method}" data-path="${path}" data-type="${type}" data-username="${username}" data-password="${password}"><span>${style.title}</span></label>`,
  )
  return html`<fieldset class="segmented"${logins.length === 1 && html` hidden`}><legend class="unseen">Style of the login</legend>${inputs}</fieldset>`
}

interface Login {
  readonly endpoint: Endpoint
  /** The media type of its body. */
  readonly type: string
  /** The fields of its body. */
  readonly username: string
  readonly password: string
}

/**
 * An operation with `x-session: login` whose body has a secret, and something that it belongs to.
 */
function loginOf(contract: Document, endpoint: Endpoint): Login | undefined {
  const { requestBody, 'x-session': session } = endpoint.operation
  const media = session === 'login' && requestBody ? json(follow(contract, requestBody)) : undefined
  const fields = Object.entries((media?.schema && follow(contract, media.schema).properties) ?? {}).map(
    ([name, schema]) => ({ name, ...follow(contract, schema) }),
  )
  const password = fields.find((field) => field['x-secret'] || field.format === 'password')
  const username = fields.find((field) => field !== password && field.type === 'string')
  return (
    media && username && password && { endpoint, type: media.type, username: username.name, password: password.name }
  )
}

/** The first that needs a token and nothing else. */
function logoutOf({ contract, endpoints }: Model): Endpoint | undefined {
  return endpoints.find(({ operation: { requestBody, 'x-session': session } }) => {
    const needsBody = requestBody && follow(contract, requestBody).required
    return session === 'logout' && !needsBody
  })
}
