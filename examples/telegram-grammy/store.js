import { mkdirSync, readFileSync, rmSync, writeFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** grammY's storage of sessions, one file for each chat. */
export function fileStore(folder) {
  mkdirSync(folder, { recursive: true })
  const file = (key) => join(folder, `${encodeURIComponent(key)}.json`)
  return {
    read(key) {
      try {
        return JSON.parse(readFileSync(file(key), 'utf8'))
      } catch (error) {
        if (error.code === 'ENOENT') return undefined
        throw error
      }
    },
    write(key, value) {
      const unfinished = `${file(key)}.new`
      writeFileSync(unfinished, JSON.stringify(value))
      renameSync(unfinished, file(key))
    },
    delete(key) {
      rmSync(file(key), { force: true })
    },
  }
}
