import type { DescField } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Access } from "../../../gen/wire/v1/wire_pb.ts";
import type { Principal } from "../../domain/principal.ts";
import { callingUser } from "../../domain/principal.ts";
import { IdentityError } from "../../domain/errors.ts";
import { holdsScope } from "../../domain/oauth/clients/scopes.ts";
import type { Middleware } from "../call.ts";

/** Refuses a call whose principal fits no line of the option `wire.v1.access`. */
export const authorize: Middleware = async (call, next) => {
  const { access, method } = call.endpoint;
  if (access.anyone) return next();
  if (!fits(access, call.caller)) throw refusal(access, call.caller);
  if (access.self !== "")
    resolveSelf(reflect(method.input, call.arrival.message), access.self, call.caller);
  return next();
};

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
function resolveSelf(message: ReflectMessage, path: string, caller: Principal): void {
  const target = find(message, path.split("."));
  if (target === undefined) return;
  const named = target.message.get(target.field) as string;
  const user = callingUser(caller);
  if (user === undefined) {
    if (named === "me")
      throw new IdentityError("FIELD_INVALID", "`me` is for users.", {
        fields: [{ field: path, description: "`me` is only for users" }],
      });
  } else if (named === "" || named === "me") {
    target.message.set(target.field, user.id);
  } else if (named !== user.id) {
    throw new IdentityError("PERMISSION_DENIED", "You may do this only to yourself.");
  }
}

/** Returns the string field at the end of a path; undefined when a message on it is not set. */
function find(
  message: ReflectMessage,
  path: readonly string[],
): { message: ReflectMessage; field: DescField } | undefined {
  const [name, ...rest] = path;
  const field = message.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`wire.v1.access.self names no field: ${name}`);
  if (rest.length === 0) return { message, field };
  if (field.fieldKind !== "message" || !message.isSet(field)) return undefined;
  return find(message.get(field), rest);
}
