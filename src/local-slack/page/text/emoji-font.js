// Whether this machine can draw emoji at all. Where it cannot (a bare server, a test machine), a shortcode in
// words reads better than an empty box.

const size = 24

const drawn = (character) => {
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return ''
  pen.font = `${size - 6}px sans-serif`
  pen.fillText(character, 0, size - 5)
  return pen.getImageData(0, 0, size, size).data.join()
}

let answer
/** Two emoji that ordinary fonts do not have: where both look the same, both are the empty box. */
export const hasEmojiFont = () => (answer ??= drawn('\u{1f9fe}') !== drawn('\u{1f6d2}'))
