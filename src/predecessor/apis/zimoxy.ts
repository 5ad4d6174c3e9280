import type { Fact } from "../../domain/predecessor/facts.ts";
import { headerOf, objectOf } from "../message.ts";
import type { FactsOf } from "./documented-api.ts";

export const zimoxyFacts: FactsOf = (exchange, realm) => {
  const { route, parameters, reply, address } = exchange;
  const answer = objectOf(reply.body);
  if (answer === undefined) return [];
  const user = {
    realm,
    username: parameters.get("login") ?? "",
    email: parameters.get("email") ?? "",
    accId: "",
    password: parameters.get("password") ?? "",
  };
  const key = headerOf(exchange.request, "authorization");
  // A taken name and a locked user come after the key in the order of checks, so it was right.
  const keyIsRight =
    (reply.status === 200 && answer["status"] === true) ||
    ([302, 423].includes(reply.status) && answer["status"] === false);
  const ofKey: readonly Fact[] = keyIsRight && key !== "" ? [{ kind: "partner-key", key }] : [];
  if (reply.status === 200 && answer["status"] === true)
    return [...ofKey, { kind: "user", ...user }];
  // One refusal covers a wrong key and a wrong password: only a known key tells them apart.
  return route === "POST /oauth2/login" && reply.status === 403 && key !== ""
    ? [{ kind: "wrong-password", ...user, address }]
    : ofKey;
};
