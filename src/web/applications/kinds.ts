import type { Client } from "../../domain/model.ts";
import type { ApplicationType } from "../../domain/oauth/clients/client-settings.ts";
import type { UserScope } from "../../domain/oauth/clients/scopes.ts";
import {
  APPLICATION_TYPE_RULES,
  APPLICATION_TYPES,
  applicationTypeFault,
} from "../../domain/oauth/clients/settings/application-types.ts";
import { DEVICE_CODE } from "../../domain/oauth/grant-types.ts";

/** What the forms read and show of an application. */
export type ApplicationFields = Pick<
  Client,
  | "name"
  | "public"
  | "grantTypes"
  | "scopes"
  | "redirectUris"
  | "apis"
  | "allowedOrigins"
  | "pkceOptional"
  | "settings"
>;

/** The grant type of an application that acts for itself, RFC 6749 section 4.4. */
export const FOR_ITSELF = "client_credentials";

/** The scopes that an application has unless its developer chooses others. */
const USUAL_SCOPES: Readonly<Record<ApplicationType, readonly UserScope[]>> = {
  web: ["openid", "profile", "email"],
  single_page: ["openid", "profile", "email"],
  native: ["openid", "profile", "email"],
  device: ["openid", "profile", "email"],
  machine: [],
  // It asks for the scopes of MCP servers, which are resources.
  mcp: ["profile"],
};

/** Returns the kind of this name. */
export const kindNamed = (name: string): ApplicationType | undefined =>
  APPLICATION_TYPES.find((type) => type === name);

/** Returns what a new application of a kind is like before its developer has filled in the form. */
export const newApplication = (type: ApplicationType): ApplicationFields => ({
  name: "",
  public: APPLICATION_TYPE_RULES[type].publicByDefault,
  grantTypes: APPLICATION_TYPE_RULES[type].grantTypes,
  scopes: USUAL_SCOPES[type],
  redirectUris: [],
  apis: [],
  allowedOrigins: [],
  pkceOptional: false,
  settings: { applicationType: type },
});

/**
 * Returns the kinds that an application can be without another change. One without a secret can't
 * be of a kind that has one here, though the domain allows it to clients that register themselves.
 */
export const possibleKinds = (client: ApplicationFields): readonly ApplicationType[] =>
  APPLICATION_TYPES.filter(
    (type) =>
      type === client.settings.applicationType ||
      (APPLICATION_TYPE_RULES[type].publicByDefault === client.public &&
        applicationTypeFault(type, client) === undefined),
  );

/** What the forms of an application show. */
export interface ApplicationShape {
  readonly isPublic: boolean;
  /** Whether users are sent back to it. */
  readonly hasRedirects: boolean;
  /** Whether users sign in with it. */
  readonly hasUsers: boolean;
  readonly hasApis: boolean;
  readonly hasOrigins: boolean;
  readonly hasPkceChoice: boolean;
  /** Whether it may act for itself, besides for users. */
  readonly mayActForItself: boolean;
}

/** Returns what the forms show: what the kind needs, and what the application has already. */
export function shapeOf(client: ApplicationFields): ApplicationShape {
  const { public: isPublic, grantTypes, redirectUris, apis, allowedOrigins, settings } = client;
  const type = settings.applicationType;
  const isSentBack =
    type === undefined
      ? grantTypes.includes("authorization_code")
      : APPLICATION_TYPE_RULES[type].hasRedirects;
  const hasRedirects = isSentBack || redirectUris.length > 0;
  return {
    isPublic,
    hasRedirects,
    hasUsers: hasRedirects || grantTypes.includes(DEVICE_CODE),
    hasApis: !isPublic || apis.length > 0,
    hasOrigins: hasRedirects || allowedOrigins.length > 0,
    hasPkceChoice: !isPublic && hasRedirects,
    mayActForItself: !isPublic && isSentBack,
  };
}
