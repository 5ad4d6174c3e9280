import { usesKey } from "../../domain/oauth/proofs/client-assertions.ts";
import type { PageContext } from "../request/page-context.ts";
import { kindMessages } from "./kind-messages.ts";
import type { ApplicationFields } from "./kinds.ts";

/** Returns the kind of an application, and how it authenticates. */
export function kindText(
  { language }: PageContext,
  client: Pick<ApplicationFields, "public" | "settings">,
): string {
  const { names, unknown, withKey, withSecret, withoutSecret } = kindMessages[language];
  const { applicationType } = client.settings;
  const secret = client.public ? withoutSecret : usesKey(client) ? withKey : withSecret;
  return `${applicationType === undefined ? unknown : names[applicationType]} (${secret})`;
}
