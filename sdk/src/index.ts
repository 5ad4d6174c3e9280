export { Code, ConnectError } from "@connectrpc/connect";
export type { Api } from "./api.ts";
export type { AuthorizationDetail } from "./details/authorization-details.ts";
export type {
  AuthorizationRequest,
  BegunAuthorization,
  PendingAuthorization,
  TokenExchange,
  Tokens,
} from "./authorization.ts";
export type { Latchkey } from "./client.ts";
export type { Limits } from "./calls.ts";
export type { DeviceRequest, PendingDevice } from "./device.ts";
export type { InvalidField, Reason } from "./errors.ts";
export { invalidFieldsOf, isReason, reasonOf, retryAfterOf } from "./errors.ts";
export type { Identity } from "./id-token.ts";
export type { LatchkeyOptions } from "./latchkey.ts";
export { createLatchkey } from "./latchkey.ts";
export { createDpopKey, exportDpopKey, importDpopKey } from "./proofs/dpop-key.ts";
export type { ShownProof } from "./proofs/shown-proof.ts";
export type { Caller, VerifyOptions } from "./verification.ts";
