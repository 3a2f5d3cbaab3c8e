import { AsyncLocalStorage } from 'node:async_hooks'
import type { Readable } from 'node:stream'
import type { Request, Response } from 'express'
import multer, { MulterError, type StorageEngine } from 'multer'
import { reauthorise } from './authorisation.ts'
import { HttpError } from './http-error.ts'

/** More than a page's form has, so that only what is no form of ours is cut off. */
const LIMITS = { fileSize: 100_000_000, files: 30, fields: 100, fieldSize: 500_000, fieldNestingDepth: 0 }
const MOST = 12
/** Characters of all fields together in a form that is shown again, so that the page of an error is soon written. */
const MOST_SHOWN = 500_000

interface Taker<Taken> {
  /** Reads the stream to its end. */
  take: (stream: Readable, name: string) => Promise<Taken>
  /** Undoes it, where the request breaks off. */
  drop: (taken: Taken) => Promise<void>
}

/**
 * Reads a form that comes with files (`multipart/form-data`): the fields to `req.body`, the files of one field to
 * whoever takes them, the others to nobody. Of a form without files there are none. Files take their time: when they are
 * here, the request must still be allowed.
 * @throws HttpError where it is broken or far too large, or not allowed any more
 */
export async function readUploads<Taken>(
  req: Request,
  res: Response,
  field: string,
  { take, drop }: Taker<Taken>,
): Promise<{ taken: Taken[]; left_out: number }> {
  const slots: Promise<Taken>[] = []
  // the parser's events come from the connection, which knows no rules of this request
  const inRequest = AsyncLocalStorage.snapshot()
  let left_out = 0
  const storage: StorageEngine = {
    _handleFile(_req, file, done) {
      const slot = inRequest(() => take(file.stream, file.originalname))
      slots.push(slot)
      slot.then(
        () => done(null, {}),
        (error) => done(error),
      )
    },
    _removeFile: (_req, _file, done) => done(null),
  }
  const fileFilter: multer.Options['fileFilter'] = (_req, file, done) => {
    const fits = file.fieldname === field && slots.length < MOST
    if (file.fieldname === field && !fits) left_out += 1
    done(null, fits)
  }
  const read = multer({ storage, fileFilter, limits: LIMITS, defParamCharset: 'utf8' }).any()
  try {
    await new Promise<void>((resolve, reject) => {
      read(req, res, (error?: unknown) => (error ? reject(error) : resolve()))
    })
    reauthorise()
  } catch (error) {
    const taken = await Promise.allSettled(slots)
    await Promise.all(taken.map((one) => (one.status === 'fulfilled' ? drop(one.value) : undefined)))
    throw error instanceof HttpError ? error : new HttpError(tooLarge(error) ? 413 : 400)
  }
  return { taken: await Promise.all(slots), left_out }
}

/** Reads the fields of a form with files that was refused before anybody read it, so that its words are not lost. */
export async function readFields(req: Request, res: Response): Promise<void> {
  if (req.body !== undefined || !req.is('multipart') || req.readableEnded) return
  if (!(Number(req.headers['content-length']) <= LIMITS.fileSize)) return
  const read = multer({
    fileFilter: (_req, _file, done) => done(null, false),
    limits: LIMITS,
    defParamCharset: 'utf8',
  }).any()
  // what is broken is read as far as it goes
  await new Promise<void>((resolve) => {
    read(req, res, () => resolve())
  })
  const length = Object.values<unknown>(Object(req.body)).reduce((sum: number, value) => sum + String(value).length, 0)
  if (length > MOST_SHOWN) req.body = {}
}

/**
 * Reads a form that comes with one file at most; of several the first is taken.
 * @returns null where none was chosen: a browser then sends an empty one without a name
 */
export async function readUpload<Taken extends { problem: string | null; name?: string }>(
  req: Request,
  res: Response,
  field: string,
  { take, drop }: Taker<Taken>,
): Promise<Taken | null> {
  const { taken } = await readUploads(req, res, field, { take, drop })
  const sent = taken.find((file) => file.problem !== null || file.name !== '') ?? null
  await Promise.all(taken.filter((file) => file !== sent).map(drop))
  return sent
}

function tooLarge(error: unknown): boolean {
  return error instanceof MulterError && /^LIMIT_(?:FILE_SIZE|FIELD_VALUE|FILE_COUNT|FIELD_COUNT)/.test(error.code)
}
