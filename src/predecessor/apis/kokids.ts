import { objectOf } from "../message.ts";
import { type FactsOf, textOf } from "./documented-api.ts";

/** The device of a registration, with the defaults of our own API. */
const deviceOf = (parameters: ReadonlyMap<string, string>) => ({
  gaid: parameters.get("GAID") ?? "",
  bundle: parameters.get("Bundle") ?? "",
  osInt: /^-?\d{1,18}$/.test(parameters.get("OSInt") ?? "")
    ? BigInt(parameters.get("OSInt") ?? "")
    : -1n,
  sdkVersion: parameters.get("SDKVerC") ?? "",
});

export const kokidsFacts: FactsOf = ({ route, parameters, reply, address }, realm) => {
  const answer = objectOf(reply.body);
  if (answer === undefined) return [];
  const [accId = "", email = "", password = ""] = ["AccID", "Email", "Password"].map((name) =>
    parameters.get(name),
  );
  const account = { realm, email, accId };
  const token = textOf(answer, "token");
  if (route === "POST /user/create" && reply.status === 200 && token !== "")
    return [
      {
        kind: "user",
        ...account,
        username: parameters.get("UserID") ?? "",
        password,
        address,
        device: deviceOf(parameters),
        token: { text: token },
      },
    ];
  if (route === "POST /user/login") {
    const login = { ...account, username: "", password };
    if (reply.status === 200 && token !== "")
      return [{ kind: "user", ...login, address, token: { text: token } }];
    if (reply.status === 401) return [{ kind: "wrong-password", ...login, address }];
  }
  if (reply.status === 200 && textOf(answer, "error") === "") {
    if (route === "POST /user/logout") return [{ kind: "sign-out", ...account }];
    if (route === "POST /user/delete") return [{ kind: "deletion", ...account }];
  }
  return [];
};
