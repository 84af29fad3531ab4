import { readdirSync, readFileSync } from 'node:fs'
import { createDocs, type DocsSources } from '@janus/reading-room'
import { afterAll, describe, expect, it } from 'vitest'
import { html } from '../../packages/reading-room/html.ts'
import { inline, markdown } from '../../packages/reading-room/markdown.ts'
import { readConfig } from '../../src/config.ts'
import { settingsOf } from '../../src/docs/pages.ts'
import { readSources } from '../../src/docs/sources.ts'
import { openBrowser, openTab } from './browser.ts'

const browser = openBrowser()
afterAll(async () => (await browser).close())

function page(name: string, given: Partial<DocsSources> = {}): string {
  const docs = createDocs({ ...readSources(), settings: settingsOf(readConfig({})), ...given })
  return docs.get(name)?.().body ?? ''
}

describe('what the pages are made with', () => {
  it('escapes every part that is not HTML already', () => {
    const attack = `<script>alert("1" & '2')</script>`
    expect(html`<p title="${attack}">${[attack, 1, false, undefined]}</p>`.html).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;1</p>',
    )
    expect(html`<p>${html`<b>${'<'}</b>`}</p>`.html).toBe('<p><b>&lt;</b></p>')
  })

  it('shows the HTML in Markdown, and does not obey it', () => {
    expect(inline('a <b>c</b> `<d>`').html).toBe('a &lt;b&gt;c&lt;/b&gt; <code>&lt;d&gt;</code>')
    expect(markdown('<script>x</script>').html).not.toContain('<script')
  })

  it('keeps text as it is between its lines', () => {
    expect(
      html`<pre>
      ${'a\n   b'}</pre>`.html,
    ).toBe('<pre>\na\n   b</pre>')
  })
})

describe('the files of the reading room', () => {
  it('are made of what is handed in: nothing is read beside it', () => {
    const given = { assets: new Map([['one.js', 'first()']]), styleSheets: ['a {}', 'b {}'] }
    const docs = createDocs({ ...readSources(), settings: settingsOf(readConfig({})), ...given })
    expect([...docs.keys()].filter((path) => path.startsWith('assets/'))).toEqual([
      'assets/one.js',
      'assets/docs.css',
      'assets/search.json',
    ])
    expect(docs.get('assets/one.js')?.().body).toBe('first()')
    expect(docs.get('assets/docs.css')?.().body).toBe('a {}b {}')
  })

  it('have every asset and every style sheet that lies in the folders', () => {
    const names = (folder: string) =>
      readdirSync(new URL(`../../packages/reading-room/${folder}/`, import.meta.url)).toSorted()
    const { assets, styleSheets } = readSources()
    expect([...assets.keys()].toSorted()).toEqual(names('assets'))
    expect(styleSheets).toHaveLength(names('css').length)
  })
})

describe('the page of the coverage', () => {
  it('shows totals as bars, and a cell for everything that was to be seen', async () => {
    const all = { seen: 9, declared: 10 }
    const coverage = {
      contract: '0.2.0',
      totals: {
        answers: all,
        codes: all,
        roles: { seen: 1, declared: 1 },
        inputs: { seen: 0, declared: 4 },
        examples: { seen: 999, declared: 1000 },
      },
      operations: [
        {
          id: 'Rpc.Users.list',
          answers: [
            { status: 200, type: 'application/json', seen: true },
            { status: 503, type: 'application/json', seen: false },
          ],
          codes: [{ code: 'UNAUTHORIZED', seen: true }],
          roles: [{ role: 'nobody', allowed: false, seen: true }],
          inputs: [{ in: 'query', name: 'limit', good: true, bad: false }],
        },
      ],
      elsewhere: [
        {
          id: 'Rest.NoSuchPath',
          answers: [{ status: 404, type: 'application/json', seen: true }],
          codes: [{ code: 'SYS_009', seen: false }],
        },
      ],
    }
    const tab = await openTab(await browser, [])
    await tab.page.setContent(page('coverage', { coverage }))
    const totals = await tab.page.locator('.totals li').allInnerTexts()
    expect(totals.map((each) => each.match(/[\d.]+%/)?.[0])).toEqual(['90%', '90%', '100%', '0%', '99.9%'])
    await expect.poll(() => tab.page.locator('.totals .fill').first().getAttribute('width')).toBe('90%')
    const titles = (selector: string) =>
      tab.page.locator(selector).evaluateAll((cells: any[]) => cells.map((cell) => cell.title))
    await expect
      .poll(() => titles('.cells .seen'))
      .toEqual([
        '200 application/json',
        'UNAUTHORIZED',
        'nobody, who may not',
        'limit (query), right',
        '404 application/json',
      ])
    await expect
      .poll(() => titles('.cells .unseen-cell'))
      .toEqual(['503 application/json: never', 'limit (query), wrong: never', 'SYS_009: never'])
    await tab.close()
  })
})

describe('the changelog', () => {
  it('is CHANGELOG.md, and below it what comparing the contracts found', () => {
    const written = page('changelog')
    const [version] = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8').match(/(?<=^## )\S+/m) ?? []
    expect(written).toContain(`<h2>${version}</h2>`)
    const made = page('changelog', {
      changelog: ['# Changelog\n\n## 2.0.0\n', '# Changes\n\n## 2.0.0, after 1.0.0\n\n- `x` is gone'],
    })
    expect(made).toMatch(/<h2>2\.0\.0<\/h2>\s*<h2>Changes<\/h2>\s*<h3>2\.0\.0, after 1\.0\.0<\/h3>/)
  })
})
