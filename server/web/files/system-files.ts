const NAMES = new Set([
  ...['__macosx', '.ds_store', '.localized', '.spotlight-v100', '.trashes', '.fseventsd', '.appledouble', 'icon\r'],
  ...['thumbs.db', 'ehthumbs.db', 'desktop.ini', '$recycle.bin', 'system volume information', '.directory', '@eadir'],
])

/** Whether a path is of a file that an operating system puts beside others without being asked. */
export function isSystemFile(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('._') || NAMES.has(part.toLowerCase()))
}
