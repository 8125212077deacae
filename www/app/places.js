// Where the site lies, whatever its address is. Modules of this folder may be bundled, so nothing else looks at its own address.

/** An address inside of the site. */
export const place = (path) => new URL(`../${path}`, import.meta.url)
