// The shortcodes that messages here use most; any other is shown as it was written.

import { hasEmojiFont } from './emoji-font.js'

// prettier-ignore
const table = {
  '+1': '👍', thumbsup: '👍', '-1': '👎', thumbsdown: '👎', alarm_clock: '⏰', arrow_right: '➡️',
  arrows_counterclockwise: '🔄', art: '🎨', ballot_box_with_check: '☑️', bar_chart: '📊', bell: '🔔',
  no_bell: '🔕', black_circle: '⚫', blue_book: '📘', bookmark: '🔖', boom: '💥', broom: '🧹', bug: '🐛',
  bulb: '💡', calendar: '📅', chart_with_downwards_trend: '📉', chart_with_upwards_trend: '📈', clap: '👏',
  clipboard: '📋', clock1: '🕐', construction: '🚧', credit_card: '💳', eyes: '👀', email: '📧',
  exclamation: '❗', fire: '🔥', gear: '⚙️', grey_question: '❔', hammer: '🔨', hand: '✋',
  handshake: '🤝', heart: '❤️', heavy_check_mark: '✔️', hourglass: '⌛', hourglass_flowing_sand: '⏳',
  inbox_tray: '📥', outbox_tray: '📤', incoming_envelope: '📨', information_source: 'ℹ️', key: '🔑',
  large_blue_circle: '🔵', large_green_circle: '🟢', large_orange_circle: '🟠', large_purple_circle: '🟣',
  large_red_circle: '🔴', red_circle: '🔴', large_yellow_circle: '🟡', white_circle: '⚪', link: '🔗',
  lock: '🔒', mag: '🔍', mailbox: '📫', mega: '📣', memo: '📝', moneybag: '💰', money_with_wings: '💸',
  muscle: '💪', mute: '🔇', negative_squared_cross_mark: '❎', no_entry: '⛔', no_entry_sign: '🚫', octagonal_sign: '🛑',
  ok_hand: '👌', package: '📦', page_facing_up: '📄', palm_tree: '🌴', paperclip: '📎', pause_button: '⏸️',
  pencil2: '✏️', point_right: '👉', pray: '🙏', pushpin: '📌', question: '❓', raised_hands: '🙌',
  receipt: '🧾', recycle: '♻️', repeat: '🔁', rocket: '🚀', rotating_light: '🚨', seedling: '🌱',
  shopping_cart: '🛒', shopping_trolley: '🛒', sleeping: '😴', slightly_smiling_face: '🙂', smile: '😄',
  sparkles: '✨', speech_balloon: '💬', star: '⭐', stopwatch: '⏱️', sunglasses: '😎', sunny: '☀️',
  tada: '🎉', telephone_receiver: '📞', thinking_face: '🤔', timer_clock: '⏲️', traffic_light: '🚦',
  truck: '🚚', unlock: '🔓', warning: '⚠️', wastebasket: '🗑️', wave: '👋', white_check_mark: '✅', wrench: '🔧',
  x: '❌', zap: '⚡', zzz: '💤', house: '🏠', bust_in_silhouette: '👤', busts_in_silhouette: '👥',
  arrow_forward: '▶️', arrow_up: '⬆️', arrow_down: '⬇️', leftwards_arrow_with_hook: '↩️', scroll: '📜',
  shield: '🛡️', label: '🏷️', triangular_flag_on_post: '🚩', small_blue_diamond: '🔹', robot_face: '🤖',
  envelope: '✉️', checkered_flag: '🏁', crescent_moon: '🌙', phone: '☎️', books: '📚', file_folder: '📁',
}

/** The symbol of a shortcode, where it is known and can be drawn here. @param {string} name */
export const emojiOf = (name) => (Object.hasOwn(table, name) && hasEmojiFont() ? table[name] : undefined)

/** The few offered when a person reacts to a message. */
export const quickReactions = ['white_check_mark', 'eyes', '+1', 'tada']

/** Shortcodes within plain text. */
export const withEmoji = (text) =>
  text.replace(/:([a-z0-9_+'-]{1,60}):/g, (whole, name) => emojiOf(name) ?? whole)
