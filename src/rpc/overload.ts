// Refuses calls for which there is no place among those who wait for a password to be hashed,
// before their bodies are read. It owns which methods these are, which the contract says, and must
// not know who waits.
import type { DescMethod } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { hashes_password } from "../../gen/wire/v1/wire_pb.ts";
import { overloaded } from "../domain/security/concurrency-limiter.ts";
import type { ServiceBinding } from "./call.ts";
import { toConnectError } from "./errors.ts";

/** Looks at the method of a call and at its address. */
export type Admission = (method: DescMethod, addressOf: () => string) => ConnectError | undefined;

/** Knows the methods of the bindings that need a place. */
export function createAdmission(
  bindings: readonly ServiceBinding[],
  hasPlaceFor: (address: string) => boolean,
): Admission {
  const methods: ReadonlySet<DescMethod> = new Set(
    bindings.flatMap(({ service }) =>
      service.methods.filter((method) => getOption(method, hashes_password)),
    ),
  );
  // One for all: to make an error costs more than to send it.
  const refusal = toConnectError(overloaded());
  return (method, addressOf) =>
    methods.has(method) && !hasPlaceFor(addressOf()) ? refusal : undefined;
}
