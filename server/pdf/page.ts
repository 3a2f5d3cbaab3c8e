import PDFDocument from 'pdfkit'
import { fontOf, type Script, type Weight } from './fonts.ts'
import { breakLines, LEADING } from './line-breaking.ts'
import type { PaperSize } from './paper-size.ts'
import { exactText, type LooseMark } from './text-layer.ts'
import { cleanLine, type Run, textRuns } from './text-runs.ts'

interface Paper {
  title: string
  /** A language tag. */
  language: string
  paper: PaperSize
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
  /** It becomes smaller until it needs no more lines and no more height. */
  lines?: number
  height?: number
}

type TextLook = Required<Pick<Setting, 'weight' | 'size' | 'colour'>>

interface TableSetting {
  x: number
  y: number
  width: number
  size: number
  shares: readonly number[]
}

/** Between two columns, and below the last row of a page. */
const GUTTER = 10
const FOOT = 70
const INK = '#1d2540'

/**
 * Pages that say what they are (PDF/UA: tags, title, language, embedded fonts). Their text stays text: letters are
 * set by bidi order and script, and each paragraph carries its words as they were written.
 */
export function createPdfPage({ title, language, paper, landscape }: Paper) {
  // the types do not know this one yet
  const subset: object = { subset: 'PDF/UA' }
  const doc = new PDFDocument({
    ...subset,
    size: paper.toUpperCase(),
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
  function take(script: Script, weight: Weight, size: number): PDFKit.PDFDocument {
    const name = `${script} ${weight}`
    if (looseMarks.has(name)) return doc.font(name).fontSize(size)
    doc.registerFont(name, fontOf(script, weight)).font(name).fontSize(size)
    looseMarks.set(name, exactText(doc._font))
    return doc
  }

  /** One run at a place on the base line. @returns how wide it is */
  function putRun({ text, script }: Run, x: number, baseline: number, { weight, size, colour }: TextLook): number {
    take(script, weight, size).fillColor(colour)
    doc.text(text, x, baseline, { lineBreak: false, baseline: 'alphabetic', ...WHOLE })
    for (const mark of looseMarks.get(`${script} ${weight}`)?.() ?? []) {
      const unit = size / fontOf(script, weight).unitsPerEm
      doc
        .save()
        .translate(x + (mark.x * size) / 1000, baseline - (mark.y * size) / 1000)
        .scale(unit, -unit)
      doc.path(mark.glyph.path.toSVG()).fill(colour).restore()
    }
    return doc.widthOfString(text, WHOLE)
  }

  const widthOf = (runs: readonly Run[], weight: Weight, size: number) =>
    sum(runs.map(({ text, script }) => take(script, weight, size).widthOfString(text, WHOLE)))

  /** Sets a text below a part of the page's tree. @returns where the next one may begin */
  function put(parent: PDFKit.PDFStructureElement, tag: string, words: string, setting: Setting): number {
    const { x, y, width, weight = 'regular', colour = INK, align = 'start' } = setting
    const said = cleanLine(words)
    const { lines, size } = breakLines(said, (text) => widthOf(textRuns(text), weight, 1), setting)
    parent.add(
      doc.struct(tag, { actual: said }, () => {
        for (const [index, line] of lines.entries()) {
          const runs = textRuns(line)
          let at = align === 'middle' ? x + (width - widthOf(runs, weight, size)) / 2 : x
          const baseline = y + index * size * LEADING + size
          for (const run of runs) at += putRun(run, at, baseline, { weight, size, colour })
        }
      }),
    )
    return y + lines.length * size * LEADING
  }

  return {
    width: doc.page.width,
    height: doc.page.height,

    /** A heading or a paragraph. @returns where the next one may begin */
    text: (tag: 'H1' | 'H2' | 'P', words: string, setting: Setting): number => put(root, tag, words, setting),

    /**
     * An address as a link, on one line however long it is: broken, it could not be copied or read aloud.
     * @param label what the link is for
     */
    link(label: string, address: string, { x, y, width, colour = INK, ...wanted }: Omit<Setting, 'lines' | 'height'>) {
      const runs = textRuns(address)
      const look = { weight: wanted.weight ?? 'regular', colour }
      const size = Math.min(wanted.size, width / widthOf(runs, look.weight, 1))
      const wide = widthOf(runs, look.weight, size)
      const left = wanted.align === 'middle' ? x + (width - wide) / 2 : x
      const baseline = y + size
      const paragraph = doc.struct('P')
      const link = doc.struct('Link', { alt: label })
      root.add(paragraph)
      paragraph.add(link)
      link.add(() => {
        let at = left
        for (const run of runs) at += putRun(run, at, baseline, { ...look, size })
        doc.rect(left, baseline + size * 0.12, wide, size * 0.06).fill(colour)
      })
      // a String object makes a text of it, a plain one would be a name
      const contents: object = { Contents: new String(label), structParent: link }
      doc.link(left, y, wide, size * LEADING, address, contents)
      link.end()
      paragraph.end()
    },

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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
