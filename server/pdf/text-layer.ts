import type { Glyph } from 'fontkit'

/** A part of a letter that has no characters of its own, such as the dots of an Arabic letter; in 1000ths of the size. */
export interface LooseMark {
  glyph: Glyph
  x: number
  y: number
}

/**
 * Lets the text layer of a document say exactly what was written. PDFKit keeps one set of characters per glyph, but two
 * letters may share a glyph (beh and teh have one base), so each pair of glyph and characters gets an id of its own. A
 * glyph without characters would be read as a control character; it is left out here and drawn as a shape.
 * @returns the marks of the text that was encoded last
 */
export function exactText(font: EmbeddedFont): () => LooseMark[] {
  const ids = new Map<string, number>()
  const glyphsTaken = new Set<number>()
  let marks: LooseMark[] = []

  /** The first pair takes the glyph as PDFKit would, each further one a copy. */
  function idOf({ id, codePoints, advanceWidth }: Glyph): number {
    const key = `${id} ${codePoints.join(' ')}`
    const known = ids.get(key)
    if (known !== undefined) return known
    const fresh = glyphsTaken.has(id) ? font.subset.glyphs.push(id) - 1 : font.subset.includeGlyph(id)
    glyphsTaken.add(id)
    ids.set(key, fresh)
    font.widths[fresh] = advanceWidth * font.scale
    font.unicode[fresh] = codePoints
    return fresh
  }

  font.encode = (text, features) => {
    const { glyphs, positions } = font.layout(text, features)
    const codes: string[] = []
    const kept: typeof positions = []
    let pen = 0
    marks = []
    for (const [index, glyph] of glyphs.entries()) {
      const position = positions[index]
      if (!position) continue
      if (glyph.codePoints.length === 0 && position.xAdvance === 0) {
        marks.push({ glyph, x: pen + position.xOffset, y: position.yOffset })
        continue
      }
      codes.push(idOf(glyph).toString(16).padStart(4, '0'))
      kept.push(position)
      pen += position.xAdvance
    }
    return [codes, kept]
  }

  return () => marks
}
