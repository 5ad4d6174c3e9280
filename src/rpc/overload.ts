import type { DescMethod } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { hashing } from "../../gen/wire/v1/wire_pb.ts";
import { overloaded } from "../domain/security/concurrency-limiter.ts";
import type { ServiceBinding } from "./call.ts";
import { toConnectError } from "./errors.ts";

/** Returns the error for a call that is refused before its body is read; else undefined. */
export type Admission = (method: DescMethod, addressOf: () => string) => ConnectError | undefined;

/** Refuses calls of methods that hash a password (`wire.v1.hashing`) when all is full. */
export function createAdmission(
  bindings: readonly ServiceBinding[],
  hasPlaceFor: (address: string) => boolean,
): Admission {
  const methods: ReadonlySet<DescMethod> = new Set(
    bindings.flatMap(({ service }) =>
      service.methods.filter((method) => getOption(method, hashing)),
    ),
  );
  // One error for all refusals: making one costs more than sending it.
  const refusal = toConnectError(overloaded());
  return (method, addressOf) =>
    methods.has(method) && !hasPlaceFor(addressOf()) ? refusal : undefined;
}
