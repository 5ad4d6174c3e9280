// Names a device by its User-Agent header (RFC 9110 section 10.1.5). A client can send any text, so
// the name helps users to recognise a device and proves nothing.
/**
 * The first match wins. Most browsers also name the engines that they are built on, so those come
 * last.
 */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/YaBrowser\//, "Yandex Browser"],
  [/MicroMessenger\//, "WeChat"],
  [/QQBrowser\//, "QQ Browser"],
  [/UCBrowser\//, "UC Browser"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/(?:OPR|Opera)\//, "Opera"],
  [/Edg(?:A|iOS)?\//, "Edge"],
  [/(?:Firefox|FxiOS)\//, "Firefox"],
  [/(?:Chrome|Chromium|CriOS)\//, "Chrome"],
  [/Version\/[\d.]+ .*Safari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

const named = (list: typeof BROWSERS, text: string): string[] =>
  list
    .filter(([pattern]) => pattern.test(text))
    .slice(0, 1)
    .map(([, name]) => name);

/** Returns browser and system, or a program's own name; empty if the header is empty. */
export function deviceName(userAgent: string): string {
  const known = [...named(BROWSERS, userAgent), ...named(SYSTEMS, userAgent)];
  return known.length > 0 ? known.join(" · ") : (/^[^\s/]{1,40}/.exec(userAgent)?.[0] ?? "");
}
