import {
  type SettingTexts,
  toSettingTexts,
} from "../../domain/oauth/clients/settings/setting-texts.ts";
import { html, type Html } from "../kit/html.ts";
import type { PageContext } from "../request/page-context.ts";
import type { ApplicationFields } from "./kinds.ts";
import { SETTINGS_FIELD_NAMES, type SettingsFieldName } from "./settings-fields.ts";
import { settingsMessages } from "./settings-messages.ts";

const FLAGS: readonly SettingsFieldName[] = [
  "require_auth_time",
  "backchannel_logout_session_required",
  "require_pushed_authorization_requests",
  "dpop_bound_access_tokens",
];

/** Returns the settings that an application has, by their labels. */
export function settingsFacts(
  { language }: PageContext,
  { settings }: Pick<ApplicationFields, "settings">,
): readonly (readonly [string, Html])[] {
  const messages = settingsMessages[language];
  const texts: SettingTexts = toSettingTexts(settings);
  const valueOf = (name: SettingsFieldName): Html => {
    if (FLAGS.includes(name)) return html`${messages.yes}`;
    const lines =
      name === "jwks" ? (settings.jwks?.keys ?? []).map(keyName) : texts[name]!.split("\n");
    return html`${lines.map((line) => html`<code>${line}</code>`)}`;
  };
  return SETTINGS_FIELD_NAMES.filter((name) => texts[name] !== "").map((name) => [
    messages.labels[name],
    valueOf(name),
  ]);
}

/** Names a key: what it is, and its id. */
const keyName = (key: Readonly<Record<string, unknown>>): string =>
  ["kty", "crv", "alg", "kid"]
    .map((name) => key[name])
    .filter((value) => typeof value === "string")
    .join(" ");
