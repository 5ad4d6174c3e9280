import { DOCUMENTED_APIS } from "../../config/documented-apis.ts";

/** The names of the documented APIs, for help texts: `a, b or c`. */
export const API_NAMES = DOCUMENTED_APIS.map(({ name }) => name)
  .join(", ")
  .replace(/, (\w+)$/, " or $1");

/** What the switch costs, for help texts. */
export const PKCE_OPTIONAL =
  "it may do without PKCE, for a library that can't send code_challenge; " +
  "only its secret then protects its users against injected codes";
