import { readFileSync } from 'node:fs'
import { makeChat } from './bot.js'

const transcript = JSON.parse(readFileSync(new URL('transcript.json', import.meta.url), 'utf8'))

/** Plays the transcript: the visitor's messages, and the calls that a model answered with. */
export async function replay(print, asOf = Date.now) {
  const script = transcript.map(({ calls }) => ({ calls }))
  const chat = makeChat({ model: async () => script.shift(), asOf })
  let turn = chat.next()
  print(`bot: ${turn.text}`)
  for (const { visitor } of transcript) {
    print(`visitor: ${visitor}`)
    const step = await chat.write(visitor)
    turn = step.turn
    for (const { ok, problems } of step.results) print(ok ? 'recorded' : `refused: ${problems.map(({ code, message }) => `${code}, ${message}`).join('; ')}`)
    print(turn.end ? `end: ${turn.route}` : `bot: ${turn.message ? `${turn.message} ` : ''}${turn.text}`)
    if (turn.end) break
  }
  chat.free()
  return turn
}
