// Devices and times in words.
import { expect, test } from "vitest";
import { deviceName } from "../../../src/web/account/user-agent.ts";
import { ago } from "../../../src/web/kit/times.ts";
import { DAY, MINUTE } from "../../identity/clock.ts";

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
      "Chrome/138.0.0.0 Safari/537.36",
    "Chrome · Windows",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
      "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
    "Edge · Windows",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
      "Chrome/136.0.0.0 YaBrowser/25.6.0.0 Safari/537.36",
    "Yandex Browser · Windows",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like " +
      "Gecko) Version/18.5 Safari/605.1.15",
    "Safari · macOS",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"],
  [
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) " +
      "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    "Samsung Internet · Android",
  ],
  [
    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like " +
      "Gecko) CriOS/138.0.7204.53 Mobile/15E148 Safari/604.1",
    "Chrome · iPad",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, " +
      "like Gecko) Mobile/15E148 MicroMessenger/8.0.60",
    "WeChat · iPhone",
  ],
  ["grpc-node-js/1.14.7", "grpc-node-js"],
  ["curl/8.5.0", "curl"],
  [`${"x".repeat(256)}`, "x".repeat(40)],
  ["", ""],
  [" ", ""],
])("%s", (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});

test.each([
  [0, "now", "сейчас", "现在"],
  [-MINUTE, "now", "сейчас", "现在"],
  [2 * MINUTE, "2 minutes ago", "2 минуты назад", "2分钟前"],
  [59 * MINUTE, "59 minutes ago", "59 минут назад", "59分钟前"],
  [60 * MINUTE, "1 hour ago", "1 час назад", "1小时前"],
  [DAY, "yesterday", "вчера", "昨天"],
  [6 * DAY, "6 days ago", "6 дней назад", "6天前"],
  [7 * DAY, "Jan 1, 2026", "1 янв. 2026 г.", "2026年1月1日"],
])("%i ms ago", async (passed, ...texts) => {
  const at = Date.UTC(2026, 0, 1, 12);
  const words = await Promise.all(
    (["en", "ru", "zh"] as const).map(async (language) =>
      String(await ago(language, at, at + passed)),
    ),
  );
  // A browser with JavaScript writes the day in its own time zone.
  const shown = passed < 7 * DAY ? "ago" : "day";
  const start = `<time datetime="2026-01-01T12:00:00.000Z" data-shown="${shown}">`;
  expect(words).toEqual(texts.map((text) => `${start}${text}</time>`));
});
