import type { DescField, DescMessage, DescMethod, Message } from "@bufbuild/protobuf";
import type { Access } from "../../../gen/wire/v1/wire_pb.ts";
import type { Principal } from "../../domain/principal.ts";
import { callingUser } from "../../domain/principal.ts";
import { IdentityError } from "../../domain/errors.ts";
import { holdsScope } from "../../domain/oauth/clients/scopes.ts";
import type { Middleware } from "../call.ts";

/** Refuses a call whose principal fits no line of the option `wire.v1.access`. */
export const authorize: Middleware = (call, next) => {
  const { access, method } = call.endpoint;
  if (access.anyone) return next();
  if (!fits(access, call.caller)) throw refusal(access, call.caller);
  if (access.self !== "")
    resolveSelf(call.arrival.message, selfFieldOf(method, access.self), call.caller);
  return next();
};

/** Where the field `access.self` of a method's request is, in names of TypeScript. */
interface SelfField {
  readonly path: string;
  /** The messages on the way to it. */
  readonly parents: readonly string[];
  readonly name: string;
}

const selfFields = new WeakMap<DescMethod, SelfField>();

function selfFieldOf(method: DescMethod, path: string): SelfField {
  let field = selfFields.get(method);
  if (field === undefined) selfFields.set(method, (field = findField(method.input, path)));
  return field;
}

function findField(input: DescMessage, path: string): SelfField {
  const names: string[] = [];
  let message: DescMessage | undefined = input;
  for (const part of path.split(".")) {
    const field: DescField | undefined = message?.fields.find(({ name }) => name === part);
    if (field === undefined || field.oneof !== undefined)
      throw new Error(`wire.v1.access.self names no field: ${path}`);
    names.push(field.localName);
    message = field.message;
  }
  return { path, parents: names.slice(0, -1), name: names.at(-1)! };
}

function fits(access: Access, caller: Principal): boolean {
  switch (caller.kind) {
    case "anonymous":
    case "partner":
    case "operator":
      return false;
    case "user":
      return access.user;
    case "delegate":
      return access.userScopes.some((scope) => caller.token.scopes.includes(scope));
    case "client":
      return access.clientScopes.some((scope) => holdsScope(caller.token.scopes, scope));
  }
}

function refusal(access: Access, caller: Principal): IdentityError {
  if (caller.kind === "anonymous") {
    return new IdentityError(
      "CREDENTIAL_MISSING",
      "This needs a credential: send `Authorization: Bearer <token>`.",
    );
  }
  const scopes = [...(caller.kind === "delegate" ? access.userScopes : access.clientScopes)];
  const needs =
    scopes.length === 0
      ? "This is for users with a session of their own."
      : `This needs the scope ${scopes.join(" or ")}.`;
  return new IdentityError("PERMISSION_DENIED", needs, { metadata: { scope: scopes.join(" ") } });
}

/**
 * Replaces `me` and an empty value in the field `access.self` by the caller's id. Refuses another
 * user's id from a caller that acts as a user.
 */
function resolveSelf(
  message: Message,
  { path, parents, name }: SelfField,
  caller: Principal,
): void {
  let holder: Record<string, unknown> | undefined = message as unknown as Record<string, unknown>;
  for (const parent of parents) holder = holder?.[parent] as Record<string, unknown> | undefined;
  if (holder === undefined) return;
  const named = holder[name] ?? "";
  const user = callingUser(caller);
  if (user === undefined) {
    if (named === "me")
      throw new IdentityError("FIELD_INVALID", "`me` is for users.", {
        fields: [{ field: path, description: "`me` is only for users" }],
      });
  } else if (named === "" || named === "me") {
    holder[name] = user.id;
  } else if (named !== user.id) {
    throw new IdentityError("PERMISSION_DENIED", "You may do this only to yourself.");
  }
}
