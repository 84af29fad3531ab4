// @ts-check
/** @typedef {Record<string, string | boolean | ((event: Event) => void)>} Attributes */

/**
 * An element with its children. Text is only ever set as text: what a service answers never becomes
 * markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] a function is a listener
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value)
    else if (value !== false) made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children)
  return made
}

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {E[]}
 */
export function all(selector, within = document) {
  return /** @type {E[]} */ ([...within.querySelectorAll(selector)])
}

/**
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {E}
 */
export function one(selector, within = document) {
  const found = within.querySelector(selector)
  if (!found) throw new Error(`nothing is ${selector}`)
  return /** @type {E} */ (found)
}

/**
 * What a browser keeps, apart from what the pages of other services keep there; private windows may
 * refuse it, and then nothing is kept.
 * @param {Storage} storage
 */
export function shelf(storage) {
  const { keep } = document.documentElement.dataset
  return {
    /** @param {string} key */
    read(key) {
      try {
        return storage.getItem(`${keep}.${key}`)
      } catch {
        return null
      }
    },
    /** @param {string} key @param {string | null} value */
    write(key, value) {
      try {
        if (value === null) storage.removeItem(`${keep}.${key}`)
        else storage.setItem(`${keep}.${key}`, value)
      } catch {
        // Not kept: it holds until the page is left.
      }
    },
  }
}
