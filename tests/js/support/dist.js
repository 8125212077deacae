// Where `cargo xtask` puts what the tests look at.
import { readFileSync, readdirSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
export const root = resolve(here, '../../..')
export const dist = process.env.LEADSTAGE_DIST ?? join(root, 'dist')
export const corpus = join(dist, 'corpus')

export const lines = (file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
export const cases = () => lines(join(corpus, 'cases.jsonl'))
export const acme = () => new Uint8Array(readFileSync(join(corpus, 'acme.leadstage')))
export const generated = () => readdirSync(join(corpus, 'generated')).sort().map((name) => join(corpus, 'generated', name))
export const records = () => readdirSync(join(corpus, 'records')).sort().map((name) => join(corpus, 'records', name))
export const sha256 = (text) => createHash('sha256').update(text).digest('hex')
