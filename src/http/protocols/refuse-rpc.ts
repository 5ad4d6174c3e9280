import { failure } from "../errors.ts";
import { DECLINED, type Step } from "../pipeline.ts";
import { requestRecordOf } from "../server/request-record.ts";
import { refuseTrailerless } from "./grpc.ts";
import { toRpcError } from "./rpc-error.ts";
import { protocolName, rpcOperations } from "./rpc-operations.ts";
import { framedProtocolOf } from "./select-protocol.ts";

const UNKNOWN_METHOD = rpcOperations("unknown");

/**
 * Refuses calls over gRPC and gRPC-Web to methods that no service has. Clients of Connect recognize
 * such a call by the plain 404.
 */
export const createRpcRefusal =
  (errorDomain: string): Step =>
  (request, response) => {
    const protocol = framedProtocolOf(request);
    if (protocol === undefined) return DECLINED;
    const record = requestRecordOf(request);
    record.operation = UNKNOWN_METHOD[protocolName(request)];
    if (refuseTrailerless(request, response)) return undefined;
    const error = toRpcError(
      failure("UNIMPLEMENTED", "there is no such method"),
      errorDomain,
      record,
    );
    return protocol.fail(request, response, {}, error);
  };
