import { facesOf } from './capabilities.ts'
import type { Contract } from './contract.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
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

/** Where people log in or put a token; pages that are read apart from the service ask for its address too. */
export function tokenDialog(contract: Contract, asFiles: boolean): Html {
  const at = (id: string) => facesOf(contract).find((face) => face.id === id)?.path
  return html`<dialog class="token" id="token" aria-labelledby="token-title" data-rpc-login="${at('Rpc.Auth.login')}" data-rest-login="${at('Rest.Auth.login')}" data-logout="${at('Rest.Auth.logout')}">
  <header><h2 id="token-title">Token</h2><button type="button" class="close" data-close aria-label="Close">${icon('close')}</button></header>
  <p class="hint">Kept in this tab until it is closed. <b>Try it</b> sends it in the <code>Authorization</code> header.</p>
  ${
    asFiles &&
    html`<label class="control">Address of the service<input type="url" name="address" data-service-address placeholder="${sampleAddress}" aria-describedby="address-problem" spellcheck="false" autocomplete="off"></label>
  <p class="problem" id="address-problem" role="alert"></p>
  <p class="hint">A service elsewhere has to allow these pages: <code>CORS_ORIGINS</code>.</p>`
  }
  <section data-when="in" hidden><p data-session></p><button type="button" class="button" data-log-out>Log out</button></section>
  <section data-when="out">
    <form data-log-in autocomplete="off">
      <fieldset class="segmented"><legend class="unseen">Style of the login</legend>
        <label><input type="radio" name="style" value="rpc" checked><span>RPC</span></label>
        <label><input type="radio" name="style" value="rest"><span>REST</span></label>
      </fieldset>
      <label class="control">Username<input name="username" required maxlength="254" spellcheck="false" autocapitalize="none" autocomplete="off"></label>
      <label class="control">Password<input name="password" type="password" required maxlength="1024" autocomplete="off"></label>
      <button class="button primary">Log in</button>
    </form>
    <p class="or"><span>or</span></p>
    <form data-paste autocomplete="off">
      <label class="control">Access token<textarea name="token" rows="3" required spellcheck="false" autocomplete="off"></textarea></label>
      <button class="button">Use this token</button>
    </form>
  </section>
  <p class="problem" role="alert" data-problem></p>
</dialog>`
}
