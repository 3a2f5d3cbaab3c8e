declare module 'bidi-js' {
  interface Levels {
    levels: Uint8Array
  }
  interface Bidi {
    getEmbeddingLevels(text: string, direction?: 'ltr' | 'rtl'): Levels
    getMirroredCharactersMap(text: string, levels: Uint8Array): Map<number, string>
  }
  export default function bidiFactory(): Bidi
}

/** What PDFKit makes of an open font for one document, as far as `text-layer.ts` uses it. */
interface EmbeddedFont {
  font: import('fontkit').Font
  /** Glyph ids of the subset, in the order of its own ids. */
  subset: { glyphs: number[]; includeGlyph(id: number): number }
  /** By id in the subset: 1000ths of the size, and the characters for the text layer. */
  widths: number[]
  unicode: (readonly number[])[]
  /** 1000 units of a page for one of the font. */
  scale: number
  layout(text: string, features?: string[]): import('fontkit').GlyphRun
  encode(text: string, features?: string[]): [string[], import('fontkit').GlyphPosition[]]
}

declare namespace PDFKit {
  interface PDFDocument {
    /** The font that was taken last. */
    _font: EmbeddedFont
  }
}

declare namespace PDFKit.Mixins {
  interface PDFFont {
    /** An open font too, which the types leave out. */
    registerFont(name: string, font: import('fontkit').Font): PDFKit.PDFDocument
  }
}
