// The contrast of colours, WCAG 2.2 section 1.4.3, and the shades that a style sheet needs.
import { invalidField } from "../errors.ts";

/** What text of the usual size needs (level AA). */
const MIN_CONTRAST = 4.5;

const HEX = /^#[0-9a-f]{6}$/;

/** The backgrounds of the style sheet: of the page and of what stands on it. */
const BACKGROUNDS = { light: ["#f3f5f9", "#ffffff"], dark: ["#0f131a", "#181d27"] } as const;
/** How much of the accent is in the background of what is selected. */
const TINT = { light: 0.09, dark: 0.16 } as const;
/** The text on a button, in both schemes. */
const ON_BUTTON = "#ffffff";

type Scheme = keyof typeof BACKGROUNDS;
type Channels = readonly [number, number, number];

/** The colours that one accent colour gives. */
export interface Shades {
  readonly accent: string;
  /** Under the pointer. */
  readonly strong: string;
  /** The background of what is selected. */
  readonly tint: string;
}

const channelsOf = (color: string): Channels => [
  Number.parseInt(color.slice(1, 3), 16),
  Number.parseInt(color.slice(3, 5), 16),
  Number.parseInt(color.slice(5, 7), 16),
];

const hexOf = (channels: readonly number[]): string =>
  `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;

/** Mixes a share of `other` into a color. */
function mix(color: string, other: string, share: number): string {
  const others = channelsOf(other);
  return hexOf(
    channelsOf(color).map((channel, index) => channel + (others[index]! - channel) * share),
  );
}

/** The relative luminance of WCAG 2.2. */
function luminance(color: string): number {
  const [red, green, blue] = channelsOf(color).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Returns the contrast ratio of two colours, from 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Returns the shades of an accent colour. */
export const shadesOf = (accent: string, scheme: Scheme): Shades => ({
  accent,
  strong: scheme === "light" ? mix(accent, "#000000", 0.2) : mix(accent, "#ffffff", 0.3),
  tint: mix(BACKGROUNDS[scheme][1], accent, TINT[scheme]),
});

/** Returns what a colour is read against in a scheme, the worst first. */
function worstOf(color: string, scheme: Scheme): { readonly against: string; ratio: number } {
  const against = [
    ...BACKGROUNDS[scheme],
    shadesOf(color, scheme).tint,
    ...(scheme === "light" ? [ON_BUTTON] : []),
  ];
  const [worst] = against
    .map((each) => ({ against: each, ratio: contrastOf(color, each) }))
    .sort((one, other) => one.ratio - other.ratio);
  return worst!;
}

/** Returns the colour in lower case; rejects one that users could not read. */
export function checkColor(field: string, text: string, scheme: Scheme): string {
  const color = text.trim().toLowerCase();
  if (color === "") return "";
  if (!HEX.test(color)) throw invalidField(field, "is not a colour such as #2459d6");
  const { against, ratio } = worstOf(color, scheme);
  if (ratio < MIN_CONTRAST)
    throw invalidField(
      field,
      // Rounded down, so that 4.49 doesn't read as 4.5.
      `has a contrast of ${(Math.floor(ratio * 100) / 100).toFixed(2)}:1 to ${against}; ` +
        `text needs ${MIN_CONTRAST}:1 (WCAG AA)`,
    );
  return color;
}

/** Returns the colour for dark pages that belongs to one for light pages. */
export function darkColorOf(color: string): string {
  for (let share = 0.2; share < 1; share += 0.05) {
    const lighter = mix(color, "#ffffff", share);
    if (worstOf(lighter, "dark").ratio >= MIN_CONTRAST) return lighter;
  }
  return "#ffffff";
}

/** Returns whether a text is a colour as `checkColor` returns it. */
export const isColor = (text: string): boolean => HEX.test(text);
