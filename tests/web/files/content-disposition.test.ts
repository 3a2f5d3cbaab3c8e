import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentDisposition, fileNames } from '../../../server/web/files/content-disposition.ts'

const paper = (...words: string[]) => ({ words, otherwise: 'certificate', extension: 'pdf' })

/** The names that a header has: the ASCII one, and the one that browsers take. */
function namesIn(header: string): { plain: string | undefined; full: string | undefined } {
  const [, plain, encoded] = /^attachment; filename="([^"]*)"(?:; filename\*=UTF-8''(\S+))?$/.exec(header) ?? []
  return { plain, full: encoded === undefined ? plain : decodeURIComponent(encoded) }
}

describe('the name of a download', () => {
  test.each([
    ['Latin words', ['Summer School', 'Rosa Diaz'], 'summer-school-rosa-diaz.pdf', 'summer-school-rosa-diaz.pdf'],
    ['accents', ['Høst', 'Zoë Åkerlund'], 'host-zoe-akerlund.pdf', 'Høst - Zoë Åkerlund.pdf'],
    ['Arabic', ['23 Things', 'ليلى الحداد'], '23-things.pdf', '23 Things - ليلى الحداد.pdf'],
    ['Japanese', ['携帯電話の旅', '佐藤 花子'], 'certificate.pdf', '携帯電話の旅 - 佐藤 花子.pdf'],
    ['an emoji family', ['👩‍👧‍👦 Reads'], 'reads.pdf', '👩‍👧‍👦 Reads.pdf'],
    ['signs', ['★ ★'], 'certificate.pdf', '★ ★.pdf'],
    ['forbidden signs alone', ['***', '//'], 'certificate.pdf', 'certificate.pdf'],
    ['what nobody sees', ['\u3164\u200b', '\u2800'], 'certificate.pdf', 'certificate.pdf'],
    ['slashes and drives', ['..\\..\\été', 'C:/nul'], 'ete-c-nul.pdf', 'été - C-nul.pdf'],
    ['line ends', ['Bo\r\nSet-Cookie: a=ü'], 'bo-set-cookie-a-u.pdf', 'Bo Set-Cookie- a=ü.pdf'],
    ['a turned direction', ['gro\u202efdp.exe ß'], 'gro-fdp-exe-ss.pdf', 'gro fdp.exe ß.pdf'],
    ['dots at the ends', ['...Mia Ö...'], 'mia-o.pdf', 'Mia Ö.pdf'],
    ['a device of Windows', ['Con'], 'certificate-con.pdf', 'certificate-con.pdf'],
    ['a device with a superscript', ['COM¹'], 'certificate-com1.pdf', 'certificate-COM¹.pdf'],
    ['half a character', ['Ida \ud83d'], 'ida.pdf', 'ida.pdf'],
    ['signs that the header gives a meaning', [`L'été (1) *`], 'l-ete-1.pdf', `L'été (1).pdf`],
  ])('%s', (_what, words, plain, full) => {
    expect(namesIn(contentDisposition(paper(...words)))).toEqual({ plain, full })
  })

  test('of long words the end of the last one is not lost to the first', () => {
    const { plain, full } = fileNames(paper('Ein sehr langer Kurs '.repeat(40), 'Jürgen Weiß'))
    expect(plain).toMatch(/^ein-sehr-langer-kurs[a-z-]*-jurgen-weiss\.pdf$/)
    expect(full).toMatch(/ - Jürgen Weiß\.pdf$/)
  })

  test('a name that is known beforehand stays, with what more the words say', () => {
    const list = { otherwise: 'list', extension: 'csv', plain: 'autumn-hours' }
    expect(contentDisposition({ ...list, words: ['Autumn', 'hours'] })).toBe('attachment; filename="autumn-hours.csv"')
    expect(namesIn(contentDisposition({ ...list, words: ['خريف', 'hours'] })).full).toBe('خريف - hours.csv')
  })

  test('is one header of ASCII, short enough, and can be read back, whatever the words are', () => {
    const words = fc.array(fc.string({ unit: 'binary', maxLength: 120 }), { maxLength: 3 })
    fc.assert(
      fc.property(words, (all) => {
        const header = contentDisposition(paper(...all))
        const { plain = '', full = '' } = namesIn(header)
        expect(header).toMatch(/^[\x20-\x7e]+$/)
        expect(plain).toMatch(/^[a-z0-9][a-z0-9-]*\.pdf$/)
        expect(full).not.toMatch(/[\p{Cc}/\\:*?"<>|]|^[.\s]|[.\s]\.pdf$/u)
        expect(Buffer.byteLength(full)).toBeLessThan(255)
      }),
      { numRuns: 40 },
    )
  })
})
