// What an application is, and what follows from it. `web` and `native` are those of OpenID Connect
// Dynamic Client Registration 1.0 section 2; the others are ours.
import { DEVICE_CODE } from "../../grant-types.ts";
import type { Client } from "../../../model.ts";
import type { ApplicationType } from "../client-settings.ts";

const CODE_GRANTS = ["authorization_code", "refresh_token"] as const;

/** What a type of application is registered with, unless the caller says otherwise. */
interface ApplicationTypeRules {
  /** Whether it can keep a secret; absent: it may or may not. */
  readonly isPublic?: boolean;
  readonly publicByDefault: boolean;
  readonly grantTypes: readonly string[];
  /** The grant type without which it is not of this type. */
  readonly needs?: string;
  /** Whether users are ever sent back to it. */
  readonly hasRedirects: boolean;
}

export const APPLICATION_TYPES = [
  "web",
  "single_page",
  "native",
  "device",
  "machine",
  "mcp",
] as const satisfies readonly ApplicationType[];

export const APPLICATION_TYPE_RULES: Readonly<Record<ApplicationType, ApplicationTypeRules>> = {
  web: { publicByDefault: false, grantTypes: CODE_GRANTS, hasRedirects: true },
  single_page: {
    isPublic: true,
    publicByDefault: true,
    grantTypes: CODE_GRANTS,
    needs: "authorization_code",
    hasRedirects: true,
  },
  native: { publicByDefault: true, grantTypes: CODE_GRANTS, hasRedirects: true },
  device: {
    publicByDefault: true,
    grantTypes: [DEVICE_CODE, "refresh_token"],
    needs: DEVICE_CODE,
    hasRedirects: false,
  },
  machine: {
    isPublic: false,
    publicByDefault: false,
    grantTypes: ["client_credentials"],
    needs: "client_credentials",
    hasRedirects: false,
  },
  mcp: {
    publicByDefault: true,
    grantTypes: CODE_GRANTS,
    needs: "authorization_code",
    hasRedirects: true,
  },
};

/** Returns why a client can't be of a type, as the rest of a sentence; undefined if it can. */
export function applicationTypeFault(
  type: ApplicationType,
  client: Pick<Client, "public" | "grantTypes">,
): string | undefined {
  const { isPublic, needs, hasRedirects } = APPLICATION_TYPE_RULES[type];
  if (isPublic !== undefined && isPublic !== client.public)
    return `is ${type}, which ${isPublic ? "can't" : "must"} have a secret`;
  if (needs !== undefined && !client.grantTypes.includes(needs))
    return `is ${type}, which needs the grant type ${needs}`;
  if (!hasRedirects && client.grantTypes.includes("authorization_code"))
    return `is ${type}, which can't have the grant type authorization_code`;
  return undefined;
}
