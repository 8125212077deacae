import { replay } from './replay.js'

await replay(console.log)
