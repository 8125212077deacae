// Light, dark, or what the system prefers. The choice is kept only where keeping was agreed to.

const dark = matchMedia('(prefers-color-scheme: dark)')

const key = 'wherry-theme'

function stored(act) {
  try {
    return act(localStorage)
  } catch {
    return null
  }
}

/** Without a visitor whose yes is known, the choice is read and not written. */
export function startTheme(visitor) {
  let theme = stored((storage) => storage.getItem(key))
  const shown = () => (['light', 'dark'].includes(theme) ? theme : dark.matches ? 'dark' : 'light')

  function show() {
    if (theme) document.documentElement.dataset.theme = shown()
    else delete document.documentElement.dataset.theme
    for (const button of document.querySelectorAll('[data-theme-button]')) {
      const other = shown() === 'dark' ? 'light' : 'dark'
      button.hidden = false
      button.querySelector('use').setAttribute('href', `./img/icons.svg#${other === 'dark' ? 'moon' : 'sun'}`)
      button.querySelector('.unseen').textContent = `Use the ${other} colours`
    }
  }

  function keep() {
    if (!visitor) return
    if (visitor.consent !== 'yes') stored((storage) => storage.removeItem(key))
    else if (theme) stored((storage) => storage.setItem(key, theme))
  }

  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-theme-button]')) return
    theme = shown() === 'dark' ? 'light' : 'dark'
    keep()
    show()
  })
  visitor?.addEventListener('change', keep)
  dark.addEventListener('change', show)
  return show
}
