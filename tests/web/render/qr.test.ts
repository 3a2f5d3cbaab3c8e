import { create } from 'qrcode'
import { expect, test } from 'vitest'
import { qrHtml } from '../../../server/web/render/qr.ts'

const LINK = 'https://things.example.org/join/spring?code=k7wm-4tqp'

test('the picture has the dark squares of the code and no others, with white around', () => {
  const { data, size } = create(LINK, { errorCorrectionLevel: 'M' }).modules
  const drawn = new Set<string>()
  for (const [, x, y, length] of qrHtml(LINK, 'Join').matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let step = 0; step < Number(length); step++) drawn.add(`${Number(x) + step - 4} ${Number(y) - 4}`)
  }
  const dark = Array.from(data.keys()).filter((index) => data[index])
  expect(drawn).toEqual(new Set(dark.map((index) => `${index % size} ${Math.floor(index / size)}`)))
  expect(qrHtml(LINK, 'Join')).toContain(`viewBox="0 0 ${size + 8} ${size + 8}"`)
})

test('its label is text', () => {
  expect(qrHtml(LINK, '"><script>')).toContain('aria-label="&quot;&gt;&lt;script&gt;"')
})
