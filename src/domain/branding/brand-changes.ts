import type { BrandValues } from "./brand.ts";

/**
 * Returns what the audit trail says of changed values: no image and no text of a letter. An empty
 * value is one that went back to its default.
 */
export function changedFacts(changed: Partial<BrandValues>): Readonly<Record<string, string>> {
  const { name, color, colorDark, links, letters } = changed;
  const logo =
    changed.logo === undefined
      ? ""
      : `${changed.logo.type}, ${Buffer.from(changed.logo.content, "base64").length} bytes`;
  return {
    fields: Object.keys(changed)
      .map((field) => (field === "colorDark" ? "color_dark" : field))
      .join(" "),
    ...(name !== undefined && { name }),
    ...("logo" in changed && { logo }),
    ...(color !== undefined && { color }),
    ...(colorDark !== undefined && { color_dark: colorDark }),
    ...(links !== undefined && { links: Object.values(links).join(" ") }),
    ...(letters !== undefined && {
      letters: letters.map(({ kind, language }) => `${kind}/${language}`).join(" "),
    }),
  };
}
