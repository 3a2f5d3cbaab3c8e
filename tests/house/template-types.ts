// The types that check-templates.ts puts around the templates.

import type { PageContext } from '../../server/web/render/page-context.ts'
import type { view } from '../../server/web/render/view.ts'

export type Over<Below, Above> = Omit<Below, keyof Above> & Above
type KeysOf<T> = T extends unknown ? keyof T : never
interface Call<Name, Locals> {
  name: Name
  locals: (locals: Locals) => Locals
}
/** The names that each template reads, which the check puts here. */
type Reads = Record<string, string>
type Part = <Name extends keyof Reads, Locals extends object = object>(
  name: Name,
  locals?: Locals & { [Key in Exclude<keyof Locals, Reads[Name]>]: `${Name} does not read it` },
) => Call<Name, Locals>
export type Context = PageContext & { part: Part }
export type It<Locals> = 'part' extends keyof Locals ? Over<Locals, { part: Part }> : Locals

export type Nothing<T extends never> = T
type Everywhere = keyof Context | keyof Parameters<ReturnType<typeof view<object>>>[1]
export type Unread<Locals, Name extends keyof Reads> = Exclude<KeysOf<Locals>, Reads[Name] | Everywhere>

type Calls<Template> = Template extends (it: never) => Generator<infer Each> ? Each : never
type LocalsOf<Each, Name> = Each extends Call<Name, infer Locals> ? Locals : never
type Padded<Each, All> = Each extends unknown ? Each & { [Key in Exclude<KeysOf<All>, keyof Each>]?: undefined } : never
type Several<All> = Padded<All, All>
/** What the templates pass to a part; what only some of them pass may be undefined. */
export type Passed<Templates, Name> = Several<LocalsOf<Calls<Templates>, Name>>
