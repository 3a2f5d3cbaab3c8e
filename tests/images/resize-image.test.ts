import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { fileTypeOf } from '../../server/images/file-type.ts'
import { createProcessPool } from '../../server/images/process-pool.ts'
import { sizesOf } from '../../server/images/sizes.ts'
import { moving, photo } from './photos.ts'

// the threads as the site has them: what is promised of a picture holds for what comes out of them
const pool = createProcessPool()
const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-pictures-'))
const from = path.join(folder, 'sent')
let to = ''
beforeEach(() => {
  to = mkdtempSync(path.join(folder, 'drawn-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function draw(bytes: Uint8Array) {
  writeFileSync(from, bytes)
  return pool.resize({ from, to })
}

const drawn = () => readdirSync(to).sort()
const file = (name: string) => readFileSync(path.join(to, name))
const metadata = (name: string) => sharp(file(name), { animated: true }).metadata()

test('a photo comes in three sizes, each as WebP and as JPEG', async () => {
  const done = await draw(await photo({ width: 2000, height: 1500 }))
  expect(done).toMatchObject({ problem: null, width: 2000, height: 1500, animated: false })
  expect(drawn()).toEqual(['1600.jpeg', '1600.webp', '480.jpeg', '480.webp', '960.jpeg', '960.webp'])
  for (const [name, width, height] of [
    ['480.webp', 480, 360],
    ['960.jpeg', 960, 720],
    ['1600.webp', 1600, 1200],
  ] as const) {
    expect(await metadata(name)).toMatchObject({ width, height, format: name.split('.')[1] })
  }
})

test('a small picture is never made larger', async () => {
  await draw(await photo({ width: 500, height: 400 }))
  expect(drawn()).toEqual(['480.jpeg', '480.webp', '960.jpeg', '960.webp'])
  expect(await metadata('960.webp')).toMatchObject({ width: 500, height: 400 })
})

test('the reported number of bytes is the size of the files', async () => {
  const done = await draw(await photo())
  const sum = drawn().reduce((bytes, name) => bytes + statSync(path.join(to, name)).size, 0)
  expect(done).toMatchObject({ bytes: sum })
})

test('the place, the camera and every other note are gone', async () => {
  const sent = await photo({ gps: true })
  expect((await sharp(sent).metadata()).exif).toBeDefined()
  expect(sent.includes('secret-marker')).toBe(true)
  await draw(sent)
  for (const name of drawn()) {
    const { exif, xmp, iptc } = await metadata(name)
    expect([name, exif, xmp, iptc]).toEqual([name, undefined, undefined, undefined])
    expect(file(name).includes('secret-marker')).toBe(false)
    // three letters stand in a picture by chance, these do not
    expect(file(name).includes('Exif\0\0')).toBe(false)
  }
})

test.each([
  [1, [600, 450], 'left'],
  [3, [600, 450], 'right'],
  [6, [450, 600], 'top'],
  [8, [450, 600], 'bottom'],
] as const)('a photo held in way %i stands upright', async (orientation, [width, height], red) => {
  const done = await draw(await photo({ width: 600, height: 450, orientation }))
  expect(done).toMatchObject({ width, height })
  const { data, info } = await sharp(file('480.jpeg')).raw().toBuffer({ resolveWithObject: true })
  expect(info.width / info.height).toBeCloseTo(width / height, 2)
  const at = { left: [0.1, 0.5], right: [0.9, 0.5], top: [0.5, 0.1], bottom: [0.5, 0.9] }[red]
  const pixel = (Math.floor(info.height * (at[1] ?? 0)) * info.width + Math.floor(info.width * (at[0] ?? 0))) * 3
  expect([data[pixel]! > 150, data[pixel + 1]! < 80]).toEqual([true, true])
})

test.each(['png', 'webp', 'avif', 'jpeg'] as const)('%s is read', async (format) => {
  const done = await draw(
    await sharp(await photo({ width: 300, height: 200 }))
      [format]({ effort: 1 })
      .toBuffer(),
  )
  expect(done).toMatchObject({ problem: null, width: 300, height: 200 })
})

test('transparent pixels become white in the JPEG and stay transparent in the WebP', async () => {
  const clear = { create: { width: 50, height: 50, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } } as const
  await draw(await sharp(clear).png().toBuffer())
  expect((await sharp(file('480.jpeg')).raw().toBuffer())[0]).toBeGreaterThan(250)
  expect(await metadata('480.webp')).toMatchObject({ hasAlpha: true })
})

test('an animated GIF becomes an animated WebP and a JPEG of its first frame', async () => {
  const done = await draw(await moving(4))
  expect(done).toMatchObject({ problem: null, width: 64, height: 64, animated: true })
  expect(drawn()).toEqual(['960.jpeg', '960.webp'])
  expect(await metadata('960.webp')).toMatchObject({
    format: 'webp',
    pages: 4,
    pageHeight: 64,
    delay: [100, 100, 100, 100],
  })
  expect(await metadata('960.jpeg')).toMatchObject({ width: 64, height: 64 })
})

test('an animated picture of more than 64 megapixels in total is refused', async () => {
  expect(await draw(gifOf(8000, 4000, 1))).toMatchObject({ problem: null, animated: false })
  expect(await draw(gifOf(8000, 4000, 3))).toEqual({ problem: 'too_many_pixels' })
})

test('an AVIF of more than 25 megapixels is refused, because its decoder needs so much memory', async () => {
  const small = { create: { width: 51, height: 50, channels: 3, background: '#888' } } as const
  const avif = await sharp(small).avif({ effort: 0 }).toBuffer()
  expect(await draw(avif)).toMatchObject({ problem: null, width: 51, height: 50 })
  // to make a large one takes seconds, and its head is what is read first
  const size = avif.indexOf('ispe') + 8
  avif.writeUInt32BE(5100, size)
  avif.writeUInt32BE(5000, size + 4)
  expect(await draw(avif)).toEqual({ problem: 'too_many_pixels' })
})

test('a bomb of 30,000 x 30,000 pixels is refused from its header, without memory for it', async () => {
  await draw(await photo({ width: 100, height: 100 }))
  const bomb = pngOf(30_000, 30_000)
  expect(bomb.length).toBeLessThan(10_000)
  const before = process.memoryUsage().rss
  expect(await draw(bomb)).toEqual({ problem: 'too_many_pixels' })
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
})

test('a header that does not match the content is refused', async () => {
  expect(await draw(pngOf(6000, 6000))).toEqual({ problem: 'damaged' })
})

test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('half a %s is refused', async (format) => {
  const whole = await sharp(await photo({ width: 400, height: 300 }))
    [format]({ effort: 1 })
    .toBuffer()
  expect(await draw(whole.subarray(0, Math.floor(whole.length / 2)))).toEqual({ problem: 'damaged' })
})

test('a photo of a phone with 64 megapixels is taken, one with more is refused', async () => {
  const sized = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#527' } })
      .jpeg({ quality: 40 })
      .toBuffer()
  expect(await draw(await sized(9280, 6944))).toMatchObject({ problem: null, width: 9280, height: 6944 })
  expect(await draw(await sized(9300, 7300))).toEqual({ problem: 'too_many_pixels' })
})

test.each(['jpeg', 'png'] as const)('a %s without its last bytes is taken', async (format) => {
  const whole = await sharp(await photo({ width: 500, height: 400 }))
    [format]()
    .toBuffer()
  for (const missing of [1, 2, 40, Math.floor(whole.length / 10)]) {
    expect([missing, await draw(whole.subarray(0, whole.length - missing))]).toMatchObject([
      missing,
      { problem: null, width: 500, height: 400 },
    ])
  }
})

test('of a photo held upright too, rows may be missing at its end', async () => {
  const whole = await photo({ width: 500, height: 400, orientation: 6 })
  expect(await draw(whole.subarray(0, Math.floor(whole.length * 0.9)))).toMatchObject({ width: 400, height: 500 })
  expect(await draw(whole.subarray(0, Math.floor(whole.length * 0.6)))).toEqual({ problem: 'damaged' })
})

test('photos for print, of 16 bits, and progressive ones are taken in the colours of the web', async () => {
  const red = { create: { width: 300, height: 200, channels: 3, background: '#c8201e' } } as const
  const kinds = {
    cmyk: sharp(red).toColourspace('cmyk').jpeg(),
    deep: sharp(red).toColourspace('rgb16').png(),
    progressive: sharp(red).jpeg({ progressive: true }),
    grey: sharp(red).greyscale().jpeg(),
  }
  for (const [kind, picture] of Object.entries(kinds)) {
    expect([kind, await draw(await picture.toBuffer())]).toMatchObject([kind, { problem: null, width: 300 }])
    expect(await metadata('480.jpeg')).toMatchObject({ space: kind === 'grey' ? expect.anything() : 'srgb' })
    const [r = 0, g = 0] = await sharp(file('480.jpeg')).raw().toBuffer()
    if (kind !== 'grey') expect([kind, r > 120, g < 100]).toEqual([kind, true, true])
  }
})

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'

test.each([
  ['a drawing', SVG, 'svg'],
  ['a drawing behind a declaration', `<?xml version="1.0"?>\n<!-- x -->\n${SVG}`, 'svg'],
  ['a page', '<!doctype html><script>alert(1)</script>', 'no_picture'],
  ['a text', 'Just words.', 'no_picture'],
  ['nothing', '', 'no_picture'],
  ['a PDF', '%PDF-1.7\n1 0 obj', 'no_picture'],
  ['a TIFF', 'II*\0\b\0\0\0', 'no_picture'],
  ['an empty JPEG', '\xff\xd8\xff', 'damaged'],
])('%s is refused, whatever it is called', async (_what, text, problem) => {
  expect(await draw(Buffer.from(text, 'latin1'))).toEqual({ problem })
  expect(drawn()).toEqual([])
})

test('a HEIC photo is recognised and refused, because this build cannot read it', async () => {
  const box = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')
  expect(await draw(Buffer.concat([box, Buffer.alloc(500)]))).toEqual({ problem: 'heic' })
})

test('data hidden behind or inside a picture is removed', async () => {
  const hidden = Buffer.from('PK\x03\x04<script>alert("polyglot")</script><?php echo 1 ?>', 'latin1')
  const whole = await photo({ width: 300, height: 200 })
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, hidden.length + 2]), hidden])
  const within = Buffer.concat([whole.subarray(0, 2), comment, whole.subarray(2), hidden])
  expect(await draw(within)).toMatchObject({ problem: null })
  for (const name of drawn())
    expect([file(name).includes('polyglot'), file(name).includes('PK\x03\x04')]).toEqual([false, false])
})

test('a file error is reported as one, and the next picture is processed', async () => {
  await expect(pool.resize({ from: path.join(folder, 'nothing here'), to })).rejects.toThrow('ENOENT')
  expect(await draw(await photo({ width: 60, height: 60 }))).toMatchObject({ problem: null })
})

test('many pictures at once are all processed', async () => {
  writeFileSync(from, await photo({ width: 200, height: 100 }))
  const all = await Promise.all(
    Array.from({ length: 12 }, () => pool.resize({ from, to: mkdtempSync(path.join(folder, 'many-')) })),
  )
  expect(all.every((one) => one.problem === null && one.width === 200)).toBe(true)
})

test.each([
  [{ width: 4000, height: 3000 }, [480, 360], [960, 720], [1600, 1200]],
  [{ width: 960, height: 10 }, [480, 5], [960, 10]],
  [{ width: 1, height: 1 }, [1, 1]],
  [{ width: 50_000, height: 1 }, [480, 1], [960, 1], [1600, 1]],
  [{ width: 1080, height: 20_000 }, [130, 2400], [259, 4800], [432, 8000]],
])('the sizes of %j', (picture, ...sizes) => {
  expect(sizesOf({ ...picture, animated: false }).map(({ width, height }) => [width, height])).toEqual(sizes)
})

test('file types are detected by bytes alone', () => {
  expect(fileTypeOf(Buffer.from('\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf', 'latin1'))).toBe('avif')
  expect(fileTypeOf(Buffer.from('GIF89a', 'latin1'))).toBe('gif')
  expect(fileTypeOf(Buffer.from('GIF88a', 'latin1'))).toBe(null)
  expect(fileTypeOf(Buffer.from('\0\0\0\x18ftyp', 'latin1'))).toBe(null)
  expect(fileTypeOf(Buffer.from(' \n<SVG >', 'latin1'))).toBe('svg')
})

/** A GIF that says it is so large, with next to nothing in each of its frames. */
function gifOf(width: number, height: number, frames: number): Buffer {
  const two = (number: number) => [number % 256, Math.floor(number / 256)]
  const head = [...Buffer.from('GIF89a'), ...two(width), ...two(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
  const frame = [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, ...two(width), ...two(height), 0, 2, 2, 0x44, 1, 0]
  return Buffer.from([...head, ...Array.from({ length: frames }, () => frame).flat(), 0x3b])
}

/** A PNG that says it is so large, in as few bytes as that takes. */
function pngOf(width: number, height: number): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([1, 0], 8)
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(4000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
