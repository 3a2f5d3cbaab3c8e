import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Request, Response } from 'express'
import type { WorkerPool } from '../../workers/worker-pool.ts'
import { createConcurrencyLimiter } from '../http/concurrency-limiter.ts'
import { HttpError } from '../http/http-error.ts'
import { csvChunks } from './csv.ts'
import { sendDownload } from './download.ts'
import { LIST_FORMATS, type ListFile, type ListFormat, type ListValue } from './list-file.ts'
import type { XlsxSheet } from './xlsx-writer.ts'

const WRITER = new URL('./xlsx-writer-task.ts', import.meta.url)
const WRITE_WITHIN = { ms: 60_000 }
/** Longer lists are for CSV: Excel takes a million lines, but a workbook is made as a whole. */
const MOST_ROWS = 100_000
const CELLS_PER_PORTION = 4000

const TYPE = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Sends lists as downloads, in the format that the request asks for with `format`: a comma CSV without it. */
export function createListSender(workers: WorkerPool) {
  // one workbook at a time, so that a long one leaves a thread for other work
  const inTurn = createConcurrencyLimiter({ at_once: 1, queue: 20, wait_ms: 30_000 })

  return async function sendList(res: Response, list: ListFile): Promise<void> {
    const format = formatOf(res.req)
    if (format !== 'xlsx') {
      const file = { ...list.name, extension: 'csv', type: TYPE.csv }
      return await sendDownload(res, file, csvChunks(list, format === 'semicolon' ? ';' : ','))
    }
    const { title, columns } = list
    const sheet = { title, columns, portions: await portionsOf(list) }
    const book = await inTurn('xlsx', () => workers.run<XlsxSheet, Uint8Array>(WRITER, sheet, WRITE_WITHIN))
    await sendDownload(res, { ...list.name, extension: 'xlsx', type: TYPE.xlsx }, Readable.from([book]))
  }
}

/** Of the query, or of the button of a form that posts. */
function formatOf(req: Request): ListFormat {
  const asked: unknown = req.method === 'POST' ? Object(req.body)['format'] : req.query['format']
  return LIST_FORMATS.find((format) => format === asked) ?? 'csv'
}

/** The rows as portions of JSON; other requests are answered between them. */
async function portionsOf({ columns, rows }: ListFile): Promise<Uint8Array[]> {
  const encoder = new TextEncoder()
  const each = Math.max(1, Math.floor(CELLS_PER_PORTION / Math.max(1, columns.length)))
  const portions: Uint8Array[] = []
  let count = 0
  let portion: (readonly ListValue[])[] = []
  const end = () => {
    portions.push(encoder.encode(JSON.stringify(portion)))
    portion = []
  }
  for (const row of rows) {
    count += 1
    if (count > MOST_ROWS) throw new HttpError(422, 'list_too_long')
    portion.push(row)
    if (portion.length < each) continue
    end()
    await setImmediate()
  }
  end()
  return portions
}
