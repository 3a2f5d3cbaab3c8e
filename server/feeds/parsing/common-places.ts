const COMMON = [
  'feed',
  'feed/',
  'rss.xml',
  'atom.xml',
  'feed.xml',
  'index.xml',
  'feed.json',
  'feeds/posts/default',
  'rss',
]

/** Where a platform has its feeds, by what its pages have in them or by its host. */
const PLATFORMS: { mark: RegExp; host?: RegExp; places: (page: URL) => string[] }[] = [
  {
    mark: /name="generator" content="Mastodon|id="mastodon"/i,
    places: ({ pathname }) => [`${pathname.split('/').slice(0, 2).join('/')}.rss`],
  },
  { mark: /squarespace\.com/i, places: ({ pathname }) => [`${pathname}?format=rss`, '/blog?format=rss'] },
  { mark: /static\.(?:wixstatic|parastorage)\.com/i, places: () => ['/blog-feed.xml'] },
  { mark: /editmysite\.com|weebly\.com/i, places: () => ['/1/feed', '/blog/feed'] },
  { mark: /content="Joomla/i, places: ({ pathname }) => [`${pathname}?format=feed&type=rss`] },
  { mark: /content="WordPress|wp-content\//i, places: () => ['/feed/', '/?feed=rss2'] },
  { mark: /content="Blogger|blogger\.com\/static/i, places: () => ['/feeds/posts/default'] },
  {
    mark: /^$/,
    host: /(?:^|\.)medium\.com$/,
    places: ({ pathname }) => [`/feed${pathname.split('/').slice(0, 2).join('/')}`, '/feed'],
  },
  { mark: /^$/, host: /\.livejournal\.com$/, places: () => ['/data/rss'] },
  { mark: /^$/, host: /\.dreamwidth\.org$/, places: () => ['/data/atom'] },
  { mark: /^$/, host: /\.(?:tumblr\.com|over-blog\.com)$/, places: () => ['/rss'] },
]
const BEGINNING = 200_000

/** Common feed paths, for pages without a feed link: those of its platform, below the page itself, then at the root. */
export function commonPlaces(page: string, html = ''): string[] {
  const url = new URL(page)
  const text = html.slice(0, BEGINNING)
  const own = PLATFORMS.flatMap(({ mark, host, places }) =>
    host?.test(url.hostname) || (text !== '' && mark.test(text)) ? places(url) : [],
  )
  const folder = new URL('./', page).href
  const places = [folder, new URL('/', page).href].flatMap((from) => COMMON.map((place) => new URL(place, from).href))
  return [...new Set([...own.map((place) => new URL(place, page).href), ...places])]
}
