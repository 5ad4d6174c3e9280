// A device in words, from what it says of itself (RFC 9110 section 10.1.5). It owns a short list of
// browsers and systems and must not know where the text comes from. Whoever wants to can say
// anything: it helps to recognise, and proves nothing.

/**
 * The first that fits; most browsers also name those that they are built on, so these stand further
 * down.
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

/** Browser and system; of a program its own name; empty when it says nothing. */
export function deviceName(userAgent: string): string {
  const known = [...named(BROWSERS, userAgent), ...named(SYSTEMS, userAgent)];
  return known.length > 0 ? known.join(" · ") : (/^[^\s/]{1,40}/.exec(userAgent)?.[0] ?? "");
}
