const LINK = /<a [^>]*?href="(https?:\/\/[^"]+)"/gi

/** The web addresses that rendered Markdown links to, each once. */
export function linksIn(html: string): Set<string> {
  return new Set(Array.from(html.matchAll(LINK), ([, href = '']) => href.replaceAll('&amp;', '&')))
}

/** Whom an address asks; an odd one asks itself. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
