import type { Fact } from "../../domain/predecessor/facts.ts";
import { headerOf, objectOf } from "../message.ts";
import { claimOf, expiryOf, type FactsOf, textOf } from "./documented-api.ts";

export const secretpairFacts: FactsOf = (exchange, realm) => {
  const { route, parameters, reply, address } = exchange;
  const answer = objectOf(reply.body);
  const data = answer?.["data"];
  const fields =
    typeof data === "object" && data !== null ? (data as Record<string, unknown>) : undefined;
  const password = parameters.get("password") ?? "";
  const [verb, path = ""] = route.split(" ");
  const isOk = reply.status === 200 && fields !== undefined;
  if (verb === "POST" && (path === "/register/" || path.startsWith("/login"))) {
    const asked = {
      realm,
      username: parameters.get("username") ?? "",
      email: parameters.get("email") ?? "",
      accId: "",
      password,
    };
    const token = textOf(fields, "token");
    if (isOk && token !== "")
      return [
        {
          kind: "user",
          ...asked,
          address,
          // The answer says both, whichever of them the call named.
          username: textOf(fields, "username") || asked.username,
          email: textOf(fields, "email") || asked.email,
          token: { text: token, expiresAt: expiryOf(token) },
        },
      ];
    return path.startsWith("/login") && reply.status === 401
      ? [{ kind: "wrong-password", ...asked, address }]
      : [];
  }
  if (path.startsWith("/auth") && isOk)
    return pairOf(fields, headerOf(exchange.request, "authorization"), realm);
  return [];
};

/** Returns the pair in a developer's profile; none for a user who is no developer. */
function pairOf(
  fields: Readonly<Record<string, unknown>>,
  authorization: string,
  realm: string,
): readonly Fact[] {
  const [secretId, secretValue] = [textOf(fields, "secret_id"), textOf(fields, "secret_value")];
  if (secretId === "" || secretValue === "" || secretId.length > 64) return [];
  const token = authorization.replace(/^bearer +/i, "");
  return [
    {
      kind: "secret-pair",
      realm,
      username: textOf(fields, "username") || claimOf(token, "username"),
      email: textOf(fields, "email") || claimOf(token, "email"),
      secretId,
      secretValue,
    },
  ];
}
