// The security schemes, from the contract's declaration of who may call a method.
import { getOption, type DescMethod, type DescService, type JsonObject } from "@bufbuild/protobuf";
import { access } from "../../gen/wire/v1/wire_pb.ts";
import { bindMethod, type HttpBinding } from "../http/transcoding/bindings.ts";
import { commentOf } from "./comments.ts";
import { reasonsOf } from "./reasons.ts";

/** The scopes of users, those of clients that act for themselves, and the one that includes all. */
export interface Scopes {
  readonly user: readonly string[];
  readonly client: readonly string[];
  readonly every: string;
}

const SESSION = "session";
const CLIENT = "client";
const OAUTH = "oauth2";

/** Returns the alternative credentials of a call. */
export function securityOf(binding: HttpBinding, { every }: Scopes): JsonObject[] {
  const { method } = binding;
  const { anyone, user, clientScopes, userScopes } = getOption(method, access);
  if (!anyone) {
    const scopes = [...userScopes, ...clientScopes, ...(clientScopes.length > 0 ? [every] : [])];
    return [...(user ? [{ [SESSION]: [] }] : []), ...scopes.map((scope) => ({ [OAUTH]: [scope] }))];
  }
  const header = ownScheme(binding);
  // A method that can fail with PROOF_REQUIRED also accepts other proofs than the credential.
  if (header !== undefined)
    return [
      ...(reasonsOf(method, true).includes("PROOF_REQUIRED") ? [{}] : []),
      { [header.name]: [] },
    ];
  return takesBasic(binding) ? [{ [CLIENT]: [] }, {}] : [];
}

/** Returns the scheme of a documented API that maps Authorization to a field of the message. */
function ownScheme({
  requestHeaders,
  dialect,
}: HttpBinding): { readonly name: string; readonly description: string } | undefined {
  const field = requestHeaders.find(({ header }) => header === "authorization")?.path.field;
  return field && { name: `${dialect.name}.${field.name}`, description: commentOf(field) };
}

/** Returns whether the dialect challenges for Basic, RFC 9110 section 11.6.1. */
const takesBasic = ({ dialect }: HttpBinding): boolean =>
  dialect.errors.some(({ headers }) => headers["www-authenticate"]?.startsWith("Basic"));

/** Returns every scheme that a method of the services uses. */
export function schemesOf(
  services: readonly DescService[],
  scopes: Scopes,
  issuer: string,
): JsonObject {
  const methods = services.flatMap((service) => service.methods);
  const own = methods.flatMap(bindMethod).flatMap((binding) => ownScheme(binding) ?? []);
  const tokenUrl = `${issuer}/oauth2/token`;
  const described = (names: readonly string[]): JsonObject =>
    Object.fromEntries(
      names.map((name) => [
        name,
        name === scopes.every ? "Includes every other scope." : purposeOf(name, methods),
      ]),
    );
  return {
    [SESSION]: {
      type: "http",
      scheme: "bearer",
      description: "The token of a user's session, from `POST /v1/sessions`.",
    },
    [CLIENT]: {
      type: "http",
      scheme: "basic",
      description:
        "A client's id and secret, RFC 6749 section 2.3.1. The body may contain them instead.",
    },
    [OAUTH]: {
      type: "oauth2",
      description:
        "A client's access token: for a user who has consented, or for the client itself. " +
        `To sign in on \`/docs\`, register \`${issuer}/docs/oauth2-redirect.html\` ` +
        "as one of the client's redirect URIs.",
      flows: {
        authorizationCode: {
          authorizationUrl: `${issuer}/oauth2/authorize`,
          tokenUrl,
          refreshUrl: tokenUrl,
          scopes: described(scopes.user),
        },
        clientCredentials: { tokenUrl, scopes: described(scopes.client) },
      },
    },
    ...Object.fromEntries(
      own.map(({ name, description }) => [
        name,
        { type: "apiKey", in: "header", name: "Authorization", description },
      ]),
    ),
  };
}

/** Returns the methods that a scope allows, by their declaration or by their comment. */
function purposeOf(scope: string, methods: readonly DescMethod[]): string {
  const opened = methods.filter((method) => {
    const { clientScopes, userScopes } = getOption(method, access);
    return (
      [...clientScopes, ...userScopes].includes(scope) || commentOf(method).includes(`\`${scope}\``)
    );
  });
  return opened.map(({ name }) => name).join(", ");
}
