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

declare namespace PDFKit.Mixins {
  interface PDFFont {
    /** An open font too, which the types leave out. */
    registerFont(name: string, font: import('fontkit').Font): PDFKit.PDFDocument
  }
}
