import path from 'node:path'

/**
 * Puts a module of the browser and everything it imports into one text, so that a page asks once and not for one module
 * after the other. Each becomes a function that is called once and returns what it exports. Enough for the modules of
 * public/js, which import only names, by relative paths, at their beginning, and export only functions.
 * @param entry path of the module that the page asks for
 * @param read the text of a module by its path
 * @throws where a module imports or exports in another way
 */
export function joinModules(entry: string, read: (file: string) => string): string {
  const visited = new Set<string>()
  const texts: string[] = []

  function add(file: string): string[] {
    const exported: string[] = []
    visited.add(file)
    const text = read(file)
      .replace(/^import \{ ([\w, ]+) \} from '(\.[\w./-]+\.js)'$/gm, (_line, names: string, specifier: string) => {
        const from = path.posix.join(path.posix.dirname(file), specifier)
        if (!visited.has(from)) add(from)
        return `const { ${names} } = ${variable(from)}`
      })
      .replace(/^export ((?:async )?function )(\w+)/gm, (_line, kind: string, name: string) => {
        exported.push(name)
        return kind + name
      })
    const other = /^(?:import|export)\b.*/m.exec(text)
    if (other) throw new Error(`${file} cannot be joined with others: ${other[0]}`)
    texts.push(`const ${variable(file)} = (() => {\n${text}\nreturn { ${exported.join(', ')} }\n})()\n`)
    return exported
  }

  const exported = add(entry)
  return `${texts.join('')}export const { ${exported.join(', ')} } = ${variable(entry)}\n`
}

function variable(file: string): string {
  return `module_${file.replace(/\W/g, '_')}`
}
