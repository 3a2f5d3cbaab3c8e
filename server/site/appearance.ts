import { createHash } from 'node:crypto'
import type { Markdown } from '../reflections/markdown/markdown-renderer.ts'
import type { SiteAppearance } from '../web/render/page-context.ts'
import type { LogoStore } from './logo.ts'
import type { Settings } from './settings/settings.ts'
import { parseColour, themeCss } from './theme.ts'

const TEXTS = ['imprint', 'privacy'] as const

/** The appearance of the site for each page, from settings in memory. */
export function createAppearance(settings: Settings, logo: LogoStore, markdown: Markdown) {
  const rendered = new Map<string, { text: string; html: string }>()
  let made: { from: string; css: string | null; address: string | null } | null = null

  function theme(): { css: string | null; address: string | null } {
    const [main, main_dark, marker] = (['main_colour', 'dark_colour', 'marker_colour'] as const).map((name) =>
      settings.value(name),
    )
    const from = [main, main_dark, marker].join()
    if (made?.from === from) return made
    const css = themeCss({
      main: parseColour(main ?? ''),
      main_dark: parseColour(main_dark ?? ''),
      marker: parseColour(marker ?? ''),
    })
    // the address changes with the contents, so that browsers may cache it for ever
    const address = css && `/theme.css?v=${createHash('sha256').update(css).digest('hex').slice(0, 12)}`
    made = { from, css, address }
    return made
  }

  return {
    css: (): string | null => theme().css,

    /** Legal notice or privacy as HTML; null where there is none. */
    async textHtml(name: (typeof TEXTS)[number]): Promise<string | null> {
      const text = settings.value(name)
      const known = rendered.get(name)
      if (known?.text === text) return known.html
      if (text === '') return null
      await markdown.prepare([text])
      const { html } = markdown.render(text)
      rendered.set(name, { text, html })
      return html
    },

    current(): SiteAppearance {
      const sign = logo.current()
      return {
        theme: theme().address,
        logo: sign && {
          href: `/logo/${sign.hash}`,
          alt: settings.value('logo_alt'),
          width: sign.width,
          height: sign.height,
        },
        texts: TEXTS.filter((name) => settings.value(name) !== ''),
        hidden: settings.value('robots') === 'none',
        accounts_by_invitation: settings.value('accounts') === 'invitation',
        time_zone: settings.value('time_zone'),
        calm: settings.value('calm') === '1',
      }
    },
  }
}
