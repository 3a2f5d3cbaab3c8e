type Fields = Record<string, string | string[]> | [string, string][]

/** A browser without a screen: keeps its cookies, says where its posts come from, follows no redirect by itself. */
export class Browser {
  readonly cookies = new Map<string, string>()
  private readonly origin: string
  private readonly site: string

  /** @param site the site's own address where it is not the one that is connected to */
  constructor(origin: string, site: string = origin) {
    this.origin = origin
    this.site = site
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.send(path, { headers })
  }

  /** The page as text, wherever redirects lead to. */
  async read(path: string): Promise<string> {
    return (await this.follow(await this.get(path))).text()
  }

  /** Goes where an answer points to. */
  async follow(answer: Response): Promise<Response> {
    let last = answer
    for (let hops = 0; last.status >= 300 && last.status < 400 && hops < 5; hops++) {
      last = await this.get(last.headers.get('location') ?? '/')
    }
    return last
  }

  post(path: string, fields: Fields = {}, headers: Record<string, string> = {}): Promise<Response> {
    const entries = Array.isArray(fields)
      ? fields
      : Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))
    const body = new URLSearchParams(entries).toString()
    return this.postRaw(path, body, headers)
  }

  /** A form's bytes as they are, however broken. */
  postRaw(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.send(path, { method: 'POST', body, headers: { origin: this.site, ...type, ...headers } })
  }

  private async send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ')
    // to pack and unpack a page takes longer than to make it: who tests that asks for it
    const plain = { accept: 'text/html', 'accept-encoding': 'identity' }
    const headers = { ...plain, ...(cookie ? { cookie } : {}), ...init.headers }
    const answer = await fetch(new URL(path, this.origin), { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) this.keep(line)
    return answer
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const at = pair.indexOf('=')
    const gone = attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute))
    if (gone) this.cookies.delete(pair.slice(0, at))
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}
