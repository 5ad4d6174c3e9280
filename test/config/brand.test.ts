import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../src/config/settings.ts";
import { brandOfSettings } from "../../src/create-domain/branding.ts";
import { NO_BRAND } from "../../src/domain/branding/brand.ts";
import { PNG } from "../domain/branding/samples.ts";
import { newFolder } from "../mariadb-server.ts";

const brandWith = (environment: NodeJS.ProcessEnv) =>
  brandOfSettings(readConfig(environment).brand);

test("without settings there is no brand", () => {
  expect(brandWith({})).toEqual(NO_BRAND);
});

test("the settings give every value", async () => {
  const folder = await newFolder();
  const letter = { kind: "sign-up", language: "ru", subject: "Привет", text: "{name}" };
  writeFileSync(join(folder, "logo.bin"), PNG);
  writeFileSync(join(folder, "letters.json"), JSON.stringify([letter]));
  const brand = brandWith({
    BRAND_NAME: "Acme",
    BRAND_LOGO: join(folder, "logo.bin"),
    BRAND_COLOR: "#7A1F5C",
    BRAND_COLOR_DARK: "#ffb4e1",
    BRAND_TERMS_URL: "https://example.com/terms",
    BRAND_PRIVACY_URL: "https://example.com/privacy",
    BRAND_IMPRINT_URL: "https://example.com/imprint",
    BRAND_SUPPORT_URL: "mailto:help@example.com",
    BRAND_LETTERS: join(folder, "letters.json"),
  });
  expect(brand).toEqual({
    name: "Acme",
    logo: { type: "image/png", content: PNG.toString("base64") },
    color: "#7a1f5c",
    colorDark: "#ffb4e1",
    links: {
      terms: "https://example.com/terms",
      privacy: "https://example.com/privacy",
      imprint: "https://example.com/imprint",
      support: "mailto:help@example.com",
    },
    letters: [letter],
  });
});

test("a wrong setting is named", async () => {
  const folder = await newFolder();
  const wrong = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const refusals: readonly [NodeJS.ProcessEnv, string][] = [
    [{ BRAND_NAME: "\u202e" }, "BRAND_NAME must"],
    [{ BRAND_COLOR: "#ffffff" }, "BRAND_COLOR has a contrast of 1.00:1"],
    [{ BRAND_COLOR_DARK: "#8cb0ff" }, "BRAND_COLOR_DARK needs"],
    [{ BRAND_TERMS_URL: "http://example.com" }, "BRAND_TERMS_URL is not a link"],
    [{ BRAND_LOGO: wrong("logo", "GIF89a") }, "BRAND_LOGO is no PNG"],
    [{ BRAND_LOGO: join(folder, "absent") }, "BRAND_LOGO names a file that can't be read"],
    [{ BRAND_LETTERS: wrong("a", "{}") }, "BRAND_LETTERS names a file that is no JSON list"],
    [{ BRAND_LETTERS: wrong("b", "[1]") }, "BRAND_LETTERS: letters[0].kind is none of"],
    [
      { BRAND_LETTERS: wrong("c", '[{"kind":"test","language":"en","text":"{x}"}]') },
      "BRAND_LETTERS: letters[0].text contains {x}",
    ],
  ];
  expect(refusals).toHaveLength(9);
  for (const [environment, why] of refusals) expect(() => brandWith(environment), why).toThrow(why);
});
