/** Sizes that printers of the world hold; the first is the default. */
export const PAPER_SIZES = ['a4', 'letter'] as const
export type PaperSize = (typeof PAPER_SIZES)[number]

/** What was asked for by `?paper=`, else the site's own. */
export function paperSize(asked: unknown, otherwise: PaperSize): PaperSize {
  return PAPER_SIZES.find((size) => size === asked) ?? otherwise
}

/** The one that is offered beside the site's own. */
export function otherPaper(size: PaperSize): PaperSize {
  return size === 'a4' ? 'letter' : 'a4'
}
