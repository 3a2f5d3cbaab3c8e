import PDFDocument from 'pdfkit'
import { fontOf, type Letters, type Weight } from './fonts.ts'
import { cleanLine, type Run, runsOf } from './lines.ts'
import { exactText, type LooseMark } from './text-layer.ts'

interface Paper {
  title: string
  /** A language tag. */
  language: string
  landscape: boolean
}

interface Setting {
  x: number
  /** Of the top of the first line. */
  y: number
  width: number
  /** In points. */
  size: number
  weight?: Weight
  colour?: string
  align?: 'start' | 'middle'
  /** It becomes smaller until it needs no more lines, and is cut off where even that does not help. */
  lines?: number
}

type Look = Required<Pick<Setting, 'weight' | 'size' | 'colour'>>

interface TableSetting {
  x: number
  y: number
  width: number
  size: number
  shares: readonly number[]
}

const SMALLEST = 9
/** Between two columns, and below the last row of a page. */
const GUTTER = 10
const FOOT = 70
const LEADING = 1.35

/**
 * Pages of A4 that say what they are (PDF/UA: tags, title, language, embedded fonts). Their text stays text: letters are
 * set by bidi order and script, and each paragraph carries its words as they were written.
 */
export function createPage({ title, language, landscape }: Paper) {
  // the types do not know this one yet
  const subset: object = { subset: 'PDF/UA' }
  const doc = new PDFDocument({
    ...subset,
    size: 'A4',
    layout: landscape ? 'landscape' : 'portrait',
    margin: 0,
    pdfVersion: '1.7',
    tagged: true,
    lang: language,
    displayTitle: true,
    info: { Title: title, Creator: 'Twentythree' },
    // without one it would take a font that cannot be embedded
    font: '',
  })
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<Buffer>((resolve) => doc.on('end', () => resolve(Buffer.concat(chunks))))
  const root = doc.struct('Document')
  doc.addStructure(root)

  const looseMarks = new Map<string, () => LooseMark[]>()

  /** Selects a font; one that no line asks for is never opened. */
  function take(letters: Letters, weight: Weight, size: number): PDFKit.PDFDocument {
    const name = `${letters} ${weight}`
    if (looseMarks.has(name)) return doc.font(name).fontSize(size)
    doc.registerFont(name, fontOf(letters, weight)).font(name).fontSize(size)
    looseMarks.set(name, exactText(doc._font))
    return doc
  }

  /** One run at a place on the base line. @returns how wide it is */
  function putRun({ text, letters }: Run, x: number, baseline: number, { weight, size, colour }: Look): number {
    take(letters, weight, size).fillColor(colour)
    doc.text(text, x, baseline, { lineBreak: false, baseline: 'alphabetic', ...WHOLE })
    for (const mark of looseMarks.get(`${letters} ${weight}`)?.() ?? []) {
      const unit = size / fontOf(letters, weight).unitsPerEm
      doc.save().translate(x + (mark.x * size) / 1000, baseline - (mark.y * size) / 1000).scale(unit, -unit)
      doc.path(mark.glyph.path.toSVG()).fill(colour).restore()
    }
    return doc.widthOfString(text, WHOLE)
  }

  const widthOf = (runs: readonly Run[], weight: Weight, size: number) =>
    sum(runs.map(({ text, letters }) => take(letters, weight, size).widthOfString(text, WHOLE)))

  /** How wide each word is at the size of one point, and the space between two. */
  function measured(text: string, weight: Weight) {
    const wide = (word: string) => widthOf(runsOf(word), weight, 1)
    return { words: text.split(' ').map((word) => ({ word, wide: wide(word) })), space: wide(' '), wide }
  }

  /** The words in lines that are no wider than asked for; a word that is wider than a line in parts. */
  function wrap({ words, space, wide }: ReturnType<typeof measured>, width: number, size: number): string[] {
    const room = width / size
    const lines: { text: string; wide: number }[] = []
    for (const one of words) {
      const parts = one.wide <= room ? [one] : pieces(one.word, wide, room)
      for (const { word, wide: long } of parts) {
        const last = lines.at(-1)
        if (!last || last.wide + space + long > room) lines.push({ text: word, wide: long })
        else {
          last.text += ` ${word}`
          last.wide += space + long
        }
      }
    }
    return lines.map(({ text }) => text)
  }

  function fitted(text: string, { width, size, weight = 'regular', lines = Number.POSITIVE_INFINITY }: Setting) {
    const words = measured(text, weight)
    for (let smaller = size; ; smaller *= 0.9) {
      const wrapped = wrap(words, width, smaller)
      if (wrapped.length <= lines || smaller * 0.9 < SMALLEST)
        return { wrapped: wrapped.slice(0, lines), size: smaller }
    }
  }

  /** Sets a text below a part of the page's tree. @returns where the next one may begin */
  function put(parent: PDFKit.PDFStructureElement, tag: string, words: string, setting: Setting): number {
    const { x, y, width, weight = 'regular', colour = '#1d2540', align = 'start' } = setting
    const said = cleanLine(words)
    const { wrapped, size } = fitted(said, setting)
    parent.add(
      doc.struct(tag, { actual: said }, () => {
        for (const [index, line] of wrapped.entries()) {
          const runs = runsOf(line)
          let at = align === 'middle' ? x + (width - widthOf(runs, weight, size)) / 2 : x
          const baseline = y + index * size * LEADING + size
          for (const run of runs) at += putRun(run, at, baseline, { weight, size, colour })
        }
      }),
    )
    return y + wrapped.length * size * LEADING
  }

  return {
    width: doc.page.width,
    height: doc.page.height,

    /** A heading or a paragraph. @returns where the next one may begin */
    text: (tag: 'H1' | 'H2' | 'P', words: string, setting: Setting): number => put(root, tag, words, setting),

    /** A table, with its heads again on each further page. @param shares of the width that each column has */
    table(
      head: readonly string[],
      rows: readonly (readonly string[])[],
      { x, y, width, size, shares }: TableSetting,
    ): number {
      const columns = shares.map((share, index) => ({
        left: x + width * sum(shares.slice(0, index)),
        width: width * share - GUTTER,
      }))
      const table = doc.struct('Table')
      root.add(table)
      let top = y
      const row = (cells: readonly string[], tag: 'TH' | 'TD') => {
        const line = doc.struct('TR')
        table.add(line)
        let bottom = top
        for (const [index, cell] of cells.entries()) {
          const column = columns[index]
          if (!column) continue
          const weight = tag === 'TH' ? 'bold' : 'regular'
          const setting = { x: column.left, y: top, width: column.width, size, weight, lines: 3 } as const
          bottom = Math.max(bottom, put(line, tag, cell, setting))
        }
        line.end()
        top = bottom + size * 0.45
      }
      row(head, 'TH')
      for (const cells of rows) {
        if (top > doc.page.height - FOOT) {
          doc.addPage()
          top = x
          row(head, 'TH')
        }
        row(cells, 'TD')
      }
      table.end()
      return top
    },

    /** What only adorns; who listens to the page does not hear of it. */
    adorn(draw: (doc: PDFKit.PDFDocument) => void): void {
      doc.markContent('Artifact', { type: 'Layout' })
      doc.save()
      draw(doc)
      doc.restore()
      doc.endMarkedContent()
    },

    /** A picture that says something. */
    figure(alt: string, draw: (doc: PDFKit.PDFDocument) => void): void {
      root.add(
        doc.struct('Figure', { alt }, () => {
          doc.save()
          draw(doc)
          doc.restore()
        }),
      )
    },

    /** The file. */
    end(): Promise<Buffer> {
      root.end()
      doc.end()
      return ended
    },
  }
}

/** A run is set as a whole: word by word, one that runs to the left would be torn apart. */
const WHOLE = { features: [] }

/** A word that is wider than a line, in parts that are not. */
function pieces(word: string, wide: (text: string) => number, room: number): { word: string; wide: number }[] {
  const parts: { word: string; wide: number }[] = []
  for (const sign of word) {
    const last = parts.at(-1)
    const longer = (last?.wide ?? room) + wide(sign)
    if (!last || longer > room) parts.push({ word: sign, wide: wide(sign) })
    else {
      last.word += sign
      last.wide = longer
    }
  }
  return parts
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
