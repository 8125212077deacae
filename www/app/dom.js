// Elements without markup strings: whatever comes from data becomes text or an attribute, never HTML.

import { place } from './places.js'

const svgNamespace = 'http://www.w3.org/2000/svg'

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else node.setAttribute(name, value === true ? '' : String(value))
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return node
}

export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(svgNamespace, 'use')
  use.setAttribute('href', `${place('img/icons.svg').href}#${name}`)
  svg.append(use)
  return svg
}

export const unseen = (text) => el('span', { class: 'unseen' }, text)
