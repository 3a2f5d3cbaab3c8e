const LINK = /<a [^>]*?href="(https?:\/\/[^"]+)"/gi

/** The web addresses that rendered Markdown links to, each once. */
export function linksIn(html: string): Set<string> {
  return new Set(Array.from(html.matchAll(LINK), ([, href = '']) => href.replaceAll('&amp;', '&')))
}

/** Host and port of an address; the address itself where it cannot be parsed. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
