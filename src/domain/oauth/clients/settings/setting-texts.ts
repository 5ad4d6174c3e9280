// Settings as people write them, on forms and command lines: one text for each member.
import { invalidField } from "../../../errors.ts";
import type { ClientSettings, Jwk } from "../client-settings.ts";
import { CLIENT_SETTINGS, SETTINGS_MEMBERS } from "./metadata.ts";

/** Texts by the names of client metadata. An empty text is a member that is not set. */
export type SettingTexts = Readonly<Record<string, string>>;

/** The texts of a member that is true or false. */
const TRUE = ["on", "true"];
const FALSE = ["off", "false"];

const names = Object.keys(CLIENT_SETTINGS) as (keyof ClientSettings)[];

/** Returns all members as texts: a list has a line for each value. */
export const toSettingTexts = (settings: ClientSettings): SettingTexts =>
  Object.fromEntries(names.map((name) => [CLIENT_SETTINGS[name][0], textOf(settings[name])]));

function textOf(value: ClientSettings[keyof ClientSettings]): string {
  if (value === undefined || value === false) return "";
  if (value === true) return "on";
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "object" ? JSON.stringify(value, undefined, 2) : String(value);
}

/**
 * Returns the members that the texts name. One with an empty text is undefined, which removes it.
 * `checkSettings` judges the values.
 */
export function fromSettingTexts(texts: SettingTexts): ClientSettings {
  const unknown = Object.keys(texts).find((name) => !SETTINGS_MEMBERS.includes(name));
  if (unknown !== undefined)
    throw invalidField(
      "settings",
      `has an unknown member; known ones are ${SETTINGS_MEMBERS.join(", ")}`,
    );
  const given = names.filter((name) => texts[CLIENT_SETTINGS[name][0]] !== undefined);
  return Object.fromEntries(given.map((name) => [name, valueOf(name, texts)]));
}

function valueOf(name: keyof ClientSettings, texts: SettingTexts): unknown {
  const [member, kind] = CLIENT_SETTINGS[name];
  const text = (texts[member] ?? "").trim();
  if (text === "") return undefined;
  const wrong = (description: string) => invalidField(`settings.${member}`, description);
  switch (kind) {
    case "flag":
      if (![...TRUE, ...FALSE].includes(text)) throw wrong("is neither true nor false");
      return TRUE.includes(text) ? true : undefined;
    case "number":
      if (!/^\d{1,15}$/.test(text)) throw wrong("is not a whole number");
      return Number(text);
    case "texts":
      return text
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== "");
    case "keys": {
      const keys = keysOf(text);
      if (keys === undefined) throw wrong("is not a JSON object");
      return keys;
    }
    default:
      return text;
  }
}

/** Parses a set of keys, or one key; undefined if the text is no JSON object. */
function keysOf(text: string): { readonly keys: readonly Jwk[] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    // `checkSettings` looks into the keys.
    return { keys: ("kty" in value ? [value] : (value as { keys?: unknown }).keys) as Jwk[] };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
