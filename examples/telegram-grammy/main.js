import { makeBot } from './bot.js'
import { fileStore } from './store.js'

const token = process.env.TELEGRAM_TOKEN
if (!token) {
  console.error('TELEGRAM_TOKEN is not set: make a bot with @BotFather and give its token')
  process.exit(1)
}
const bot = makeBot({ token, store: fileStore('chats'), team: process.env.TEAM_CHAT })
bot.catch(({ error, ctx }) => console.error(`update ${ctx.update.update_id}:`, error))
await bot.start()
