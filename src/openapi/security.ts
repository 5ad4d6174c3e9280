// Who may call, as OpenAPI says it. It owns the security schemes and must not know who checks them.
import { getOption, type DescMethod, type DescService, type JsonObject } from "@bufbuild/protobuf";
import { access } from "../../gen/wire/v1/wire_pb.ts";
import { bindMethod, type HttpBinding } from "../http/transcoding/bindings.ts";
import { commentOf } from "./comments.ts";
import { reasonsOf } from "./reasons.ts";

/**
 * The scopes that there are, those of users and those of clients that act for themselves; the last
 * of these stands for all.
 */
export interface Scopes {
  readonly user: readonly string[];
  readonly client: readonly string[];
  readonly every: string;
}

const SESSION = "session";
const CLIENT = "client";
const OAUTH = "oauth2";

/** What a call must carry: any one of these. */
export function securityOf(binding: HttpBinding, { every }: Scopes): JsonObject[] {
  const { method } = binding;
  const { anyone, user, clientScopes, userScopes } = getOption(method, access);
  if (!anyone) {
    const scopes = [...userScopes, ...clientScopes, ...(clientScopes.length > 0 ? [every] : [])];
    return [...(user ? [{ [SESSION]: [] }] : []), ...scopes.map((scope) => ({ [OAUTH]: [scope] }))];
  }
  const header = ownScheme(binding);
  // Where a proof is asked for, the credential is not the only one.
  if (header !== undefined)
    return [
      ...(reasonsOf(method, true).includes("PROOF_REQUIRED") ? [{}] : []),
      { [header.name]: [] },
    ];
  return takesBasic(binding) ? [{ [CLIENT]: [] }, {}] : [];
}

/** A documented API has its own credential in the Authorization header: a field of the message. */
function ownScheme({
  requestHeaders,
  dialect,
}: HttpBinding): { readonly name: string; readonly description: string } | undefined {
  const field = requestHeaders.find(({ header }) => header === "authorization")?.path.field;
  return field && { name: `${dialect.name}.${field.name}`, description: commentOf(field) };
}

/** RFC 9110 section 11.6.1: what challenges for Basic takes it. */
const takesBasic = ({ dialect }: HttpBinding): boolean =>
  dialect.errors.some(({ headers }) => headers["www-authenticate"]?.startsWith("Basic"));

/** Every scheme that a method of the services asks for. */
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
        name === scopes.every ? "Stands for every other one." : purposeOf(name, methods),
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
        "A client's id and secret, RFC 6749 section 2.3.1. They may stand in the body instead.",
    },
    [OAUTH]: {
      type: "oauth2",
      description: `A client's access token: for a user who has agreed, or for the client itself. To sign in from within \`/docs\`, register \`${issuer}/docs/oauth2-redirect.html\` as one of the client's redirect URIs.`,
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

/** The methods that a scope opens: by their declaration, or because their comment says so. */
function purposeOf(scope: string, methods: readonly DescMethod[]): string {
  const opened = methods.filter((method) => {
    const { clientScopes, userScopes } = getOption(method, access);
    return (
      [...clientScopes, ...userScopes].includes(scope) || commentOf(method).includes(`\`${scope}\``)
    );
  });
  return opened.map(({ name }) => name).join(", ");
}
