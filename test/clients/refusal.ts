// Why a call was refused, read from the error as every protocol carries it.
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../gen/google/rpc/error_details_pb.ts";

/** The same on every protocol. */
export interface Refusal {
  /** `NotFound`, … */
  readonly code: string;
  readonly reason: string;
  readonly domain: string;
  readonly message: string;
  /** The names of the fields that are wrong. */
  readonly fields: readonly string[];
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
}

/** Reads an error. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ConnectError)) throw error;
  const [info] = error.findDetails(ErrorInfoSchema);
  const [badRequest] = error.findDetails(BadRequestSchema);
  const [retryInfo] = error.findDetails(RetryInfoSchema);
  return {
    code: Code[error.code],
    reason: info?.reason ?? "",
    domain: info?.domain ?? "",
    message: error.rawMessage,
    fields: badRequest?.fieldViolations.map(({ field }) => field) ?? [],
    retryAfter: retryInfo?.retryDelay && durationMs(retryInfo.retryDelay),
  };
}

/** Waits for a call to be refused; a success is an error. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const answer = await call.catch((error: unknown) => refusalOf(error));
  if (typeof answer === "object" && answer !== null && "reason" in answer && "retryAfter" in answer)
    return answer as Refusal;
  const text = JSON.stringify(answer, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  throw new Error(`the call was not refused: ${text}`);
}

/** The reason alone. */
export const reason = async (call: Promise<unknown>): Promise<string> =>
  (await refusal(call)).reason;
