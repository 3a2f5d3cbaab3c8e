/** What is used of EJS 7; the published types describe EJS 3. */
declare module 'ejs' {
  interface Options {
    filename?: string
    strict?: boolean
    localsName?: string
    unsafePrototypeLocals?: boolean
    compileDebug?: boolean
  }
  class Template {
    constructor(template: string, options: Options)
    /** Fills `source`; what it returns is not used here. */
    compile(): unknown
    /** The body of a function of `it`, `escapeFn` and, once more than here, `include` and `rethrow`. */
    source: string
  }
  const ejs: { Template: typeof Template }

  export { ejs as default }
}
