import type * as messages from "../../../gen/identity/v1/pushed_request_pb.ts";
import type { PushedAuthorization } from "../../domain/oauth/pushed/pushed-requests.ts";

/** How the client authenticates, and not what it asks for. */
const CREDENTIALS = new Set(["client_secret", "client_assertion_type", "client_assertion"]);

/** Converts the fields to parameters, each by its name in the contract. */
export function toParameters({
  $typeName: _,
  $unknown,
  ...fields
}: messages.PushAuthorizationRequestRequest): PushedAuthorization["pairs"] {
  return Object.entries(fields)
    .map(([name, value]) => [snakeCase(name), value] as const)
    .filter(([name]) => !CREDENTIALS.has(name))
    .flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const));
}

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
