// Light, dark, or what the system prefers. The choice is kept only where keeping was agreed to.

const dark = matchMedia('(prefers-color-scheme: dark)')

export function startTheme(visitor) {
  const shown = () => visitor.theme ?? (dark.matches ? 'dark' : 'light')

  function show() {
    if (visitor.theme) document.documentElement.dataset.theme = visitor.theme
    else delete document.documentElement.dataset.theme
    for (const button of document.querySelectorAll('[data-theme-button]')) {
      const other = shown() === 'dark' ? 'light' : 'dark'
      button.hidden = false
      button.querySelector('use').setAttribute('href', `./img/icons.svg#${other === 'dark' ? 'moon' : 'sun'}`)
      button.querySelector('.unseen').textContent = `Use the ${other} colours`
    }
  }

  document.addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-theme-button]')) return
    visitor.prefer(shown() === 'dark' ? 'light' : 'dark')
    show()
  })
  dark.addEventListener('change', show)
  return show
}
