/** A browser and its operating system by the names that people know; null where they are not known. */
export interface Device {
  browser: string | null
  system: string | null
}

/** The first that fits: browsers name those that they are built upon too. */
const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|OPX|OPT|OPiOS|Opera)\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:DuckDuckGo|Ddg)\//, 'DuckDuckGo'],
  [/\b(?:HuaweiBrowser|HBPC)\//, 'Huawei Browser'],
  [/\b(?:MiuiBrowser)\//, 'Mi Browser'],
  [/\bYaBrowser\//, 'Yandex Browser'],
  [/\b(?:UCBrowser|UBrowser)\//, 'UC Browser'],
  [/\bSilk\//, 'Silk'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:Chrome|\bCriOS|\bChromium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.* Safari\//, 'Safari'],
]

const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b|\biPod\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bHarmonyOS\b|\bOpenHarmony\b/, 'HarmonyOS'],
  [/\bKAIOS\//, 'KaiOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b|\bMac OS X\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/** Nobody's real one is longer. */
const LONGEST = 600

/** What the `User-Agent` header says of browser and system. Anybody can send another one: good for recognising, not for trust. */
export function readUserAgent(header: string | undefined): Device {
  const text = (header ?? '').slice(0, LONGEST)
  const first = (names: [RegExp, string][]) => names.find(([sign]) => sign.test(text))?.[1] ?? null
  return { browser: first(BROWSERS), system: first(SYSTEMS) }
}
