import type { Language } from "../../domain/email/language.ts";
import { shownResourceUri } from "../kit/destination.ts";
import { consentMessages } from "./consent-messages.ts";

/**
 * Returns what a stored consent allows. A scope of a resource follows its URI and a space there,
 * and a URI alone is for access without scopes. The type of authorization details is a third word.
 */
export function grantedAbilities(language: Language, scopes: readonly string[]): readonly string[] {
  const messages = consentMessages[language];
  return scopes.flatMap((entry) => {
    const [first = "", scope, type] = entry.split(" ");
    if (type !== undefined) return `${type} (${shownResourceUri(first)}): ${messages.asAgreed}`;
    if (scope !== undefined) return `${scope} (${shownResourceUri(first)})`;
    if (!first.includes(":")) return messages.scopes[first] ?? first;
    const hasScopes = scopes.some((other) => other.startsWith(`${first} `));
    return hasScopes ? [] : `${messages.useResource} (${shownResourceUri(first)})`;
  });
}
