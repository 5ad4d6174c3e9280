import { createHash } from "node:crypto";
import { shadesOf } from "../../../domain/branding/colors.ts";

/** Returns the style sheet of two accent colours. */
export function brandStyle(light: string, dark: string): string {
  const [onLight, onDark] = [shadesOf(light, "light"), shadesOf(dark, "dark")];
  return `:root {
  --accent: ${onLight.accent};
  --accent-strong: ${onLight.strong};
  --tint: ${onLight.tint};
  --button: ${onLight.accent};
  --button-strong: ${onLight.strong};
}
@media (prefers-color-scheme: dark) {
  :root {
    --accent: ${onDark.accent};
    --accent-strong: ${onDark.strong};
    --tint: ${onDark.tint};
  }
}
`;
}

/** The address changes when the same colours give another style sheet. */
const VERSION = createHash("sha256")
  .update(brandStyle("#2459d6", "#8cb0ff"))
  .digest("base64url")
  .slice(0, 12);

export const BRAND_STYLE_PATH = `/assets/${VERSION}-brand.css`;
export const LOGO_PATH = "/assets/logo";
