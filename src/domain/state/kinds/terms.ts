// What a token says beyond its scopes, as the lines of tokens have it. A token without its terms
// would have no limits, so a term that can't be read refuses its line.
import { IdentityError, invalidField } from "../../errors.ts";
import {
  type AuthorizationDetail,
  canonicalJson,
  isJsonObject,
  type JsonMembers,
} from "../../oauth/details/detail.ts";
import { isDetailName } from "../../oauth/details/detail-type.ts";
import { valueFault } from "../../oauth/details/detail-values.ts";
import { MAX_DETAILS } from "../../oauth/details/read-details.ts";
import { parseClaims } from "../../oauth/openid/claims-request.ts";
import { isResource } from "../../oauth/resource-indicators.ts";
import { MAX_RESOURCE_URI } from "../../oauth/resources/check-resource.ts";
import type { Terms } from "../../oauth/terms.ts";
import type { ExportLine } from "../export-lines.ts";
import { StateFields } from "../fields.ts";

/**
 * The members of `terms`. A code alone has a nonce. A token that was exchanged has an actor, and
 * expires, so no line is written for it.
 */
const MEMBERS = [
  "session_id",
  "auth_time",
  "amr",
  "claims",
  "audience",
  "authorization_details",
  "dpop_jkt",
  "subject",
] as const;

const MAX_SESSION_ID = 64;
const MAX_SUBJECT = 255;
const MAX_TARGETS = 50;
/** The most bytes of all terms: they are in one column. */
const MAX_TERMS = 32_768;
/** The SHA-256 of a key, RFC 7638. */
const THUMBPRINT = /^[\w-]{43}$/;

/** Writes the terms of a token; nothing if it has none. */
export function termsLine(terms: Terms = {}): ExportLine {
  const { authTime, audience, authorizationDetails } = terms;
  const written: Record<(typeof MEMBERS)[number], unknown> = {
    session_id: terms.sessionId,
    auth_time: authTime === undefined ? undefined : new Date(authTime).toISOString(),
    amr: terms.amr,
    claims: terms.claims,
    audience,
    authorization_details: authorizationDetails,
    dpop_jkt: terms.dpopJkt,
    subject: terms.subject,
  };
  const known = Object.entries(written).filter(([, value]) => value !== undefined);
  return known.length === 0 ? {} : { terms: Object.fromEntries(known) };
}

/** Reads the field `terms`; undefined when it is absent, as in exports of older versions. */
export function readTerms(fields: StateFields): Terms | undefined {
  const given = fields.object("terms");
  if (!fields.has("terms")) return undefined;
  if (Buffer.byteLength(JSON.stringify(given)) > MAX_TERMS)
    throw invalidField("terms", `are longer than ${MAX_TERMS} bytes`);
  try {
    return termsOf(given);
  } catch (error) {
    const [fault] = error instanceof IdentityError ? (error.details.fields ?? []) : [];
    throw fault === undefined ? error : invalidField(`terms.${fault.field}`, fault.description);
  }
}

/** Compares terms, whose members have no order. */
export const sameTerms = (one: Terms = {}, other: Terms = {}): boolean =>
  canonicalJson(termsLine(one)) === canonicalJson(termsLine(other));

function termsOf(given: JsonMembers): Terms {
  if (Object.hasOwn(given, "kind")) throw invalidField("kind", "is not a term");
  // Elsewhere an empty value is an absent one. Here it could lift a limit.
  const empty = Object.keys(given).find((name) => given[name] === null || given[name] === "");
  if (empty !== undefined) throw invalidField(empty, "is empty: leave it out");
  const fields = new StateFields(given, MEMBERS);
  const audience = audienceOf(fields);
  return {
    ...(fields.has("session_id") && { sessionId: fields.id("session_id", MAX_SESSION_ID) }),
    ...(fields.has("auth_time") && { authTime: fields.time("auth_time") }),
    ...(fields.has("amr") && { amr: fields.list("amr") }),
    ...(fields.has("claims") && { claims: claimsOf(fields) }),
    ...(audience && { audience }),
    ...(fields.has("authorization_details") && {
      authorizationDetails: detailsOf(fields, audience ?? []),
    }),
    ...(fields.has("dpop_jkt") && { dpopJkt: thumbprintOf(fields) }),
    ...(fields.has("subject") && { subject: fields.id("subject", MAX_SUBJECT) }),
  };
}

/** An empty audience would mean a token without one. */
function audienceOf(fields: StateFields): readonly string[] | undefined {
  if (!fields.has("audience")) return undefined;
  const audience = fields.list("audience");
  const isWrong = (uri: string): boolean => uri.length > MAX_RESOURCE_URI || !isResource(uri);
  if (audience.length === 0 || audience.length > MAX_TARGETS || audience.some(isWrong))
    throw invalidField("audience", `is not a list of 1 to ${MAX_TARGETS} resources`);
  return audience;
}

function claimsOf(fields: StateFields): Terms["claims"] {
  const claims = parseClaims(JSON.stringify(fields.object("claims")));
  if (claims === undefined)
    throw invalidField("claims", "is not as OpenID Connect Core section 5.5 has it");
  return claims;
}

function thumbprintOf(fields: StateFields): string {
  const thumbprint = fields.text("dpop_jkt", 64);
  if (!THUMBPRINT.test(thumbprint)) throw invalidField("dpop_jkt", "is not a SHA-256 thumbprint");
  return thumbprint;
}

/** Details without one would be a token without limits (RFC 9396 section 5). */
function detailsOf(
  fields: StateFields,
  audience: readonly string[],
): readonly AuthorizationDetail[] {
  const details = fields.objects("authorization_details");
  if (details.length === 0 || details.length > MAX_DETAILS || !details.every(isDetailAt(audience)))
    throw invalidField(
      "authorization_details",
      `is not a list of 1 to ${MAX_DETAILS} details with a type, and locations in audience`,
    );
  return details;
}

const isDetailAt =
  (audience: readonly string[]) =>
  (detail: JsonMembers): detail is AuthorizationDetail => {
    const { type, locations } = detail;
    return (
      isJsonObject(detail) &&
      typeof type === "string" &&
      isDetailName(type) &&
      Array.isArray(locations) &&
      locations.length > 0 &&
      locations.every((location) => audience.includes(location as string)) &&
      valueFault(detail, -1) === undefined
    );
  };
