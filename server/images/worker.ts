import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { type ResizeOrder, resizeImage, restrictDecoders } from './resize-image.ts'
import { type SvgDrawing, svgToPng, type WebpImage, webpToPng } from './svg-to-png.ts'

// A process that handles one picture after the other, at a lower priority than the pages.
const LAST_IN_LINE = 10

restrictDecoders()
setPriority(LAST_IN_LINE)
preferOutOfMemoryKill()

process.on('message', async (order: ResizeOrder | SvgDrawing | WebpImage) => {
  try {
    process.send?.({ drawn: await made(order) })
  } catch (error) {
    process.send?.({ error })
  }
})
// stopping the site from its terminal is told to all of its processes: the site ends, and this one with it
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())

function made(order: ResizeOrder | SvgDrawing | WebpImage) {
  if ('svg' in order) return svgToPng(order)
  return 'webp' in order ? webpToPng(order) : resizeImage(order)
}

/** When memory runs out, Linux kills this process before the site. Other systems have no such setting. */
function preferOutOfMemoryKill(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '800')
  } catch {
    // elsewhere there is nothing to say
  }
}
