/** What is used of EJS 7; the published types describe EJS 3. */
declare module 'ejs' {
  interface Options {
    filename?: string
    strict?: boolean
    localsName?: string
    unsafePrototypeLocals?: boolean
    rmWhitespace?: boolean
    compileDebug?: boolean
    escape?: (value: unknown) => string
  }
  const ejs: { compile(template: string, options: Options): (locals: object) => string }

  export { ejs as default }
}
