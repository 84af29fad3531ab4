import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { openBrowser, openTab, pageNames } from './browser.ts'

let service: Service
let browser: Browser

beforeAll(async () => {
  service = await startService()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await service?.close()
})

describe.each(pageNames)('/docs/%s in a browser', (name) => {
  const address = () => `${service.url}/docs/${name}`

  it('renders without a word on the console and without asking anybody else', async () => {
    const tab = await openTab(browser, [service.url])
    await tab.page.goto(address(), { waitUntil: 'networkidle' })
    await tab.page.locator('h1').waitFor()
    // The last thing that the scripts do.
    await expect.poll(() => tab.page.locator('[data-theme-choice="system"]').getAttribute('aria-pressed')).toBe('true')
    expect(tab.said).toEqual([])
    expect(tab.foreign).toEqual([])
    await tab.close()
  })

  it('has no text that is hard to read, light or dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const tab = await openTab(browser, [service.url], { colorScheme })
      await tab.page.goto(address())
      const { weak, body, count } = await tab.page.evaluate<Contrast>(contrast)
      expect(count).toBeGreaterThan(10)
      expect(weak, colorScheme).toEqual([])
      expect(body).toBeGreaterThanOrEqual(4.5)
      await tab.close()
    }
  })

  it('fits a screen of 360 pixels, and fingers', async () => {
    const tab = await openTab(browser, [service.url], { viewport: { width: 360, height: 740 } })
    await tab.page.goto(address())
    const width = () => tab.page.evaluate('document.scrollingElement.scrollWidth')
    await expect.poll(() => width()).toBeLessThanOrEqual(360)
    await tab.page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true')
    await expect.poll(() => width()).toBeLessThanOrEqual(360)
    const small = await tab.page.evaluate<
      string[]
    >(`[...document.querySelectorAll('button, input, select, summary, .side a, .bar a')]
      .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 39.5)
      .map((each) => each.outerHTML.slice(0, 80) + each.getBoundingClientRect().height)`)
    expect(small).toEqual([])
    // The contents are a drawer here.
    await tab.page.locator('[data-menu]').click()
    await tab.page.locator('.side').getByRole('link', { name: 'Limits' }).click()
    await tab.page.waitForURL(`${service.url}/docs/limits`)
    await tab.close()
  })

  it('can be read without scripts', async () => {
    const tab = await openTab(browser, [service.url], { javaScriptEnabled: false })
    await tab.page.goto(address())
    await expect.poll(() => tab.page.locator('h1').isVisible()).toBe(true)
    await expect.poll(() => tab.page.locator('main').innerText()).not.toMatch(/undefined|\[object|NaN/)
    for (const useless of ['[data-search]', '[data-token]', '.theme', '.switch'])
      await expect.poll(() => tab.page.locator(`${useless}:visible`).count()).toBe(0)
    await tab.close()
  })

  it('is sound: one h1, no id twice, no empty link, each label bound, landmarks', async () => {
    const tab = await openTab(browser, [service.url])
    await tab.page.goto(address())
    const facts = await tab.page.evaluate(`(() => {
      const ids = [...document.querySelectorAll('[id]')].map((each) => each.id)
      const missing = [...document.querySelectorAll('a[href^="#"]')].map((each) => each.getAttribute('href').slice(1)).filter((id) => !ids.includes(decodeURIComponent(id)))
      const levels = [...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')].map((each) => Number(each.tagName[1]))
      return {
        titles: document.querySelectorAll('h1').length,
        twice: ids.filter((id, i) => ids.indexOf(id) !== i),
        missing,
        unnamed: [...document.querySelectorAll('a, button, summary')].filter((each) => !each.textContent.trim() && !each.getAttribute('aria-label')).map((each) => each.outerHTML),
        unlabelled: [...document.querySelectorAll('input, select, textarea')].filter((each) => each.labels.length === 0 && !each.ariaLabel).map((each) => each.outerHTML),
        jumps: levels.filter((level, i) => i > 0 && level > levels[i - 1] + 1).length,
        landmarks: ['header', 'nav', 'main'].filter((each) => !document.querySelector(each)),
        lang: document.documentElement.lang,
      }
    })()`)
    expect(facts).toEqual({
      titles: 1,
      twice: [],
      missing: [],
      unnamed: [],
      unlabelled: [],
      jumps: 0,
      landmarks: [],
      lang: 'en',
    })
    await tab.close()
  })
})

it('every link between the pages leads to something that is there', async () => {
  const tab = await openTab(browser, [service.url])
  const anchors = new Map<string, string[]>()
  const links: string[] = []
  for (const name of pageNames) {
    await tab.page.goto(`${service.url}/docs/${name}`)
    anchors.set(
      `${service.url}/docs/${name}`,
      await tab.page.evaluate('[...document.querySelectorAll("[id]")].map((each) => each.id)'),
    )
    links.push(...(await tab.page.evaluate<string[]>('[...document.querySelectorAll("a")].map((each) => each.href)')))
  }
  const broken = new Set<string>()
  for (const link of new Set(links)) {
    const [page = '', anchor] = link.split('#')
    const known = anchors.get(page)
    if (known ? anchor && !known.includes(decodeURIComponent(anchor)) : (await fetch(page)).status !== 200)
      broken.add(link)
  }
  expect([...broken]).toEqual([])
  expect(links.length).toBeGreaterThan(500)
  await tab.close()
})

describe('the colours', () => {
  it('follow the system until one is chosen, which is then remembered', async () => {
    const tab = await openTab(browser, [service.url], { colorScheme: 'dark' })
    const paper = () => tab.page.evaluate('getComputedStyle(document.body).backgroundColor')
    await tab.page.goto(`${service.url}/docs/limits`)
    const dark = await paper()
    await tab.page.locator('[data-theme-choice="light"]').click()
    await expect.poll(paper).not.toBe(dark)
    const light = await paper()
    await tab.page.reload()
    await expect.poll(() => paper()).toBe(light)
    await tab.page.locator('[data-theme-choice="dark"]').click()
    await expect.poll(() => paper()).toBe(dark)
    await tab.page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(() => paper()).toBe(dark)
    await tab.page.locator('[data-theme-choice="system"]').click()
    await expect.poll(() => paper()).toBe(light)
    await tab.close()
  })
})

interface Contrast {
  readonly weak: readonly string[]
  readonly body: number
  readonly count: number
}

/** Every visible text against what is behind it (WCAG 2.2, 1.4.3); large text may have less. */
const contrast = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((each) => each / 255).map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if ((channels(colour)[3] ?? 1) === 1) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const ratio = (element) => {
    const [light, dark] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05)
  }
  for (const fold of document.querySelectorAll('details')) fold.open = true
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const weak = new Set()
  let count = 0
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue
    count++
    const { fontSize, fontWeight } = getComputedStyle(element)
    const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700)
    const found = ratio(element)
    if (found < (large ? 3 : 4.5)) weak.add(element.className + ' ' + walker.currentNode.data.trim().slice(0, 40) + ': ' + found.toFixed(2))
  }
  return { weak: [...weak], body: ratio(document.querySelector('main p')), count }
})()`
