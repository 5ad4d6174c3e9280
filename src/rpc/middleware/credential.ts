import { IdentityError } from "../../domain/errors.ts";
import type { Call } from "../call.ts";

/**
 * Returns the credential of a call as an Authorization header has it. Where the method has a field
 * for the token (RFC 6750 section 2.2), the field stands for the header. A call has one of the two.
 */
export function credentialOf(call: Call): string | undefined {
  const header = call.arrival.header("authorization");
  const { tokenField } = call.endpoint.access;
  if (tokenField === "") return header;
  const field = call.endpoint.method.input.fields.find(({ name }) => name === tokenField);
  if (field === undefined) throw new Error(`wire.v1.access.token_field is no field: ${tokenField}`);
  const token = (call.arrival.message as unknown as Readonly<Record<string, unknown>>)[
    field.localName
  ];
  if (typeof token !== "string" || token === "") return header;
  if (header !== undefined && header !== "")
    throw new IdentityError(
      "OAUTH_REQUEST_INVALID",
      "The token is sent twice: in the Authorization header and in the body.",
    );
  return `Bearer ${token}`;
}
