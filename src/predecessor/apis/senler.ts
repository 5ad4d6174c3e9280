import { objectOf } from "../message.ts";
import { type FactsOf, textOf } from "./documented-api.ts";

/** A group id as the contract has it. */
const GROUP_ID = /^\d{1,18}$/;

export const senlerFacts: FactsOf = ({ route, parameters, reply }, realm) => {
  if (!route.endsWith("/OAuth2token") || reply.status !== 200) return [];
  const answer = objectOf(reply.body);
  const token = textOf(answer, "access_token");
  const [clientId = "", clientSecret = ""] = ["client_id", "client_secret"].map((name) =>
    parameters.get(name),
  );
  if (token === "" || clientId === "" || clientId.length > 64 || clientSecret === "") return [];
  const groupId = parameters.get("group_id") ?? "";
  return [
    {
      kind: "access-key",
      realm,
      token,
      clientId,
      clientSecret,
      redirectUri: parameters.get("redirect_uri") ?? "",
      groupId: GROUP_ID.test(groupId) ? BigInt(groupId) : 0n,
    },
  ];
};
