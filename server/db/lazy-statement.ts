import type { Database, Statement } from 'better-sqlite3'

type Compiled = Statement<unknown[]>

/**
 * A prepared statement that SQLite compiles at its first use. The site prepares some 700 statements when it starts and a
 * visit needs a few of them: compiling them all took two thirds of the time that a start takes.
 */
export class LazyStatement implements Statement<unknown[]> {
  readonly database: Database
  readonly source: string
  #compile: () => Compiled
  #compiled: Compiled | undefined

  constructor(database: Database, source: string, compile: () => Compiled) {
    this.database = database
    this.source = source
    this.#compile = compile
  }

  get #statement(): Compiled {
    this.#compiled ??= this.#compile()
    return this.#compiled
  }

  #configure(change: (statement: Compiled) => Compiled): this {
    const compile = this.#compile
    if (this.#compiled) change(this.#compiled)
    else this.#compile = () => change(compile())
    return this
  }

  get(...values: unknown[]) {
    return this.#statement.get(...values)
  }
  all(...values: unknown[]) {
    return this.#statement.all(...values)
  }
  run(...values: unknown[]) {
    return this.#statement.run(...values)
  }
  iterate(...values: unknown[]) {
    return this.#statement.iterate(...values)
  }

  pluck(on = true) {
    return this.#configure((statement) => statement.pluck(on))
  }
  raw(on = true) {
    return this.#configure((statement) => statement.raw(on))
  }
  expand(on = true) {
    return this.#configure((statement) => statement.expand(on))
  }
  safeIntegers(on = true) {
    return this.#configure((statement) => statement.safeIntegers(on))
  }
  bind(...values: unknown[]) {
    return this.#configure((statement) => statement.bind(...values))
  }

  columns() {
    return this.#statement.columns()
  }
  get reader() {
    return this.#statement.reader
  }
  get readonly() {
    return this.#statement.readonly
  }
  get busy() {
    return this.#statement.busy
  }
}
