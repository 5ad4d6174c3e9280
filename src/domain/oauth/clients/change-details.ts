// What the audit trail says of a change of a client.
import type { Client } from "../../model.ts";
import type { ClientSettings } from "./client-settings.ts";

/** Returns what the audit trail says when a client begins or ceases to need PKCE. */
export const pkceDetails = (
  { pkceOptional }: Client,
  before: Pick<Client, "pkceOptional"> = { pkceOptional: false },
): Readonly<Record<string, string>> =>
  pkceOptional === before.pkceOptional ? {} : { pkce_optional: String(pkceOptional) };

/** Returns what the audit trail says when a client gets other scopes. */
const scopeDetails = (
  { scopes }: Client,
  before: Pick<Client, "scopes">,
): Readonly<Record<string, string>> =>
  scopes.join(" ") === before.scopes.join(" ") ? {} : { scopes: scopes.join(" ") };

/** Returns what the audit trail says when a client gets other settings: their names. */
function settingsDetails(
  { settings }: Client,
  before: Pick<Client, "settings">,
): Readonly<Record<string, string>> {
  const names = Object.keys({ ...settings, ...before.settings }) as (keyof ClientSettings)[];
  const changed = names.filter(
    (name) => JSON.stringify(settings[name]) !== JSON.stringify(before.settings[name]),
  );
  return changed.length === 0 ? {} : { settings: changed.join(" ") };
}

/** Returns what the audit trail says of a change, besides the names of its fields. */
export const changeDetails = (after: Client, before: Client): Readonly<Record<string, string>> => ({
  ...scopeDetails(after, before),
  ...pkceDetails(after, before),
  ...settingsDetails(after, before),
});
