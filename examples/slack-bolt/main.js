import bolt from '@slack/bolt'
import { addBot } from './bot.js'
import { fileStore } from './store.js'

const { SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: appToken, TEAM_CHANNEL: team } = process.env
if (!token || !appToken) {
  console.error('SLACK_BOT_TOKEN and SLACK_APP_TOKEN must be set: the README says where they come from')
  process.exit(1)
}
await addBot(new bolt.App({ token, appToken, socketMode: true }), { store: fileStore('chats'), team }).start()
