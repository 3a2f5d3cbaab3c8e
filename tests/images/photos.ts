import sharp from 'sharp'
import type { Browser } from '../support/http-client.ts'

interface PhotoOptions {
  width?: number
  height?: number
  orientation?: number
  /** Where it was taken, as cameras write it. */
  gps?: boolean
}

/** A photo as a camera makes it: no two pixels the same, and the left half red. */
export function photo({ width = 1200, height = 900, orientation, gps = false }: PhotoOptions = {}): Promise<Buffer> {
  const half = { width: Math.floor(width / 2), height, channels: 3, background: '#c8201e' } as const
  const noise = { type: 'gaussian', mean: 120, sigma: 30 } as const
  const picture = sharp({ create: { width, height, channels: 3, background: '#888', noise } })
    .composite([{ input: { create: half }, left: 0, top: 0 }])
    .jpeg({ quality: 80 })
  const place = {
    GPSLatitudeRef: 'N',
    GPSLatitude: '59/1 54/1 49/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '10/1 45/1 8/1',
  }
  if (gps) picture.withExif({ IFD0: { Make: 'Kamera', Copyright: 'secret-marker' }, IFD3: place })
  return (orientation ? picture.withMetadata({ orientation }) : picture).toBuffer()
}

/** Moving stripes. */
export function moving(frames = 4, size = 64): Promise<Buffer> {
  const pixels = Buffer.alloc(size * size * frames * 3)
  for (let at = 0; at < size * size * frames; at++) pixels[at * 3] = (Math.floor(at / (size * size)) * 60) % 256
  const raw = { width: size, height: size * frames, channels: 3, pageHeight: size } as const
  return sharp(pixels, { raw })
    .gif({ delay: Array.from({ length: frames }, () => 100) })
    .toBuffer()
}

interface Answer {
  images: { id: number; markdown: string; width: number; height: number; src: string; srcset: string; name: string }[]
  problems: { name: string; why: string; problem: string }[]
}

export type Part = [name: string, value: string | { bytes: Uint8Array; name: string; type?: string }]

/** Sends a form with files as a browser does. */
export async function sendForm(
  browser: Browser,
  address: string,
  parts: Part[],
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new Blob([new Uint8Array(value.bytes)], { type: value.type ?? 'image/jpeg' }), value.name)
  }
  const body = new Response(form)
  const type = body.headers.get('content-type') ?? ''
  return browser.postRaw(address, await body.bytes(), { 'content-type': type, ...headers })
}

/** Sends pictures as the editor's script does. */
export async function sendPictures(browser: Browser, ...pictures: Uint8Array[]) {
  const parts = pictures.map((bytes, index): Part => ['picture', { bytes, name: `IMG_${index + 1}.jpg` }])
  const answer = await sendForm(browser, '/images', parts, { accept: 'application/json' })
  return { status: answer.status, ...((await answer.json()) as Answer) }
}

/** A photo that comes in all three sizes as a large one does, and is drawn in no time. */
export const flatPhoto = () => photo({ height: 30 })

/** One picture that is sure to be taken. */
export async function addPicture(browser: Browser, bytes?: Uint8Array): Promise<Answer['images'][number]> {
  const { images, problems } = await sendPictures(browser, bytes ?? (await flatPhoto()))
  const [first] = images
  if (!first) throw new Error(`The picture was not taken: ${JSON.stringify(problems)}`)
  return first
}

export async function bytesOf(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer())
}
