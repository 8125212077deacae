// What a page downloads for an entry of the package: its module, all that this imports, and the WebAssembly, after Brotli 11.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

/** Bytes of the files as they lie in the package, not yet bundled and minified; undefined where there is no package. */
export function downloaded(folder, entry, wasm) {
  if (!existsSync(join(folder, entry)) || !existsSync(join(folder, wasm))) return undefined
  const files = new Set([join(folder, wasm)])
  const follow = file => {
    if (files.has(file)) return
    files.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)) follow(join(dirname(file), path))
  }
  follow(join(folder, entry))
  return [...files].reduce((sum, file) => sum + brotliCompressSync(readFileSync(file)).length, 0)
}
