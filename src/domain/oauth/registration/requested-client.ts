import { IdentityError, invalidField } from "../../errors.ts";
import type { Client } from "../../model.ts";
import { DEVICE_CODE } from "../grant-types.ts";
import type { ClientSettings } from "../clients/client-settings.ts";
import { USER_SCOPES } from "../clients/scopes.ts";

/** What a client asks to be registered as, RFC 7591 section 2. What is empty is not said. */
export interface RegistrationRequest {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  readonly scope: string;
  readonly softwareStatement: string;
  readonly settings: ClientSettings;
}

/** What is registered. */
export type RequestedClient = Pick<
  Client,
  "name" | "public" | "grantTypes" | "scopes" | "redirectUris" | "settings"
>;

/** The grant types by which a user lets the client in. It never acts for itself. */
const OWN_GRANT_TYPES: readonly string[] = ["authorization_code", "refresh_token", DEVICE_CODE];

const NAME_WITHOUT_ONE = "Unnamed application";
const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?=[/?]|$)/;

const redirectUriInvalid = (description: string): IdentityError =>
  new IdentityError("REDIRECT_URI_INVALID", `redirect_uris ${description}.`, {
    fields: [{ field: "redirect_uris", description }],
  });

/**
 * Makes a client of a request. Unknown scopes and grant types are left out, and the answer says
 * what was registered (RFC 7591 sections 2 and 3.2.1). `checkClient` judges the rest.
 */
export function requestedClient(request: RegistrationRequest): RequestedClient {
  if (request.softwareStatement !== "")
    throw new IdentityError(
      "SOFTWARE_STATEMENT_INVALID",
      "This server trusts no software statement. Send the metadata themselves.",
    );
  const { redirectUris } = request;
  const grantTypes = grantTypesOf(request);
  checkResponseTypes(request, grantTypes);
  if (redirectUris.length === 0 && grantTypes.includes("authorization_code"))
    throw redirectUriInvalid("is missing, but authorization_code needs one");
  const applicationType = applicationTypeOf(request);
  const method =
    request.settings.tokenEndpointAuthMethod ??
    (applicationType === "native" ? "none" : "client_secret_basic");
  return {
    name: request.name.trim() || nameOf(redirectUris),
    public: method === "none",
    grantTypes,
    scopes: scopesOf(request.scope),
    redirectUris,
    settings: { ...request.settings, applicationType, tokenEndpointAuthMethod: method },
  };
}

/** RFC 7591 section 2: without any, the client uses only authorization_code. */
function grantTypesOf({ grantTypes }: RegistrationRequest): readonly string[] {
  if (grantTypes.length === 0) return ["authorization_code"];
  const kept = OWN_GRANT_TYPES.filter((type) => grantTypes.includes(type));
  if (kept.some((type) => type !== "refresh_token")) return kept;
  throw invalidField("grant_types", "must contain authorization_code");
}

function checkResponseTypes(
  { responseTypes }: RegistrationRequest,
  grantTypes: readonly string[],
): void {
  if (!grantTypes.includes("authorization_code")) return;
  if (responseTypes.length > 0 && !responseTypes.includes("code"))
    throw invalidField("response_types", "must contain code");
}

/**
 * Returns what the client says that it is, or what its redirect URIs say. One that says `web` has
 * none on the user's device (OpenID Connect Dynamic Client Registration section 2). One that says
 * nothing may have: clients of the Model Context Protocol often leave it out.
 */
function applicationTypeOf({ settings, redirectUris }: RegistrationRequest): "web" | "native" {
  const isOnDevice = redirectUris.some((uri) => LOOPBACK.test(uri) || !/^https?:/i.test(uri));
  const said = settings.applicationType;
  if (said === undefined) return isOnDevice ? "native" : "web";
  if (said !== "web" && said !== "native")
    throw invalidField("application_type", "must be web or native");
  if (said === "web" && isOnDevice)
    throw redirectUriInvalid(
      "has one on the device of the user; register application_type native for that",
    );
  return said;
}

/** RFC 7591 section 2: without any that a user can grant, the client gets a default set. */
function scopesOf(scope: string): readonly string[] {
  const asked = new Set(scope.split(" "));
  const kept = USER_SCOPES.filter((each) => asked.has(each));
  return kept.length === 0 ? USER_SCOPES : kept;
}

/** Users need something to call the client, so it is the host that it sends them to. */
const nameOf = ([uri = ""]: readonly string[]): string =>
  URL.parse(uri)?.hostname || NAME_WITHOUT_ONE;
