/** What is used of negotiator 1; the published types describe 0.6, which has no options. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: Record<string, string | undefined> })
    encoding(available: string[], options: { preferred: string[] }): string | undefined
  }
}
