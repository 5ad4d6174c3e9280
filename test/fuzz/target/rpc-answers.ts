// What holds for every answer to a call over gRPC, gRPC-Web and Connect.
import { Code } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import type { Answer } from "./connection.ts";
import type { Sent } from "../generators/request.ts";

/** Whose fault these are is never in doubt. */
const FAULTS: readonly Code[] = [
  Code.Unknown,
  Code.Internal,
  Code.DataLoss,
  Code.Unavailable,
  Code.Aborted,
];

/**
 * The code of an answer, 0 for a success; undefined when it has none, as an answer of plain HTTP.
 */
export function codeOf({ status, headers, body }: Answer): number | undefined {
  const type = headers.get("content-type") ?? "";
  if (type.startsWith("application/grpc-web"))
    return trailerCode(
      type.includes("-text") ? Buffer.from(body, "base64") : Buffer.from(body, "latin1"),
    );
  if (type.startsWith("application/grpc")) return Number(headers.get("grpc-status") ?? Number.NaN);
  if (status === 200) return 0;
  const { code } = type.startsWith("application/json")
    ? (JSON.parse(body) as { code?: unknown })
    : {};
  return typeof code === "string" ? codeFromString(code) : undefined;
}

/** The status in the last frame of gRPC-Web. */
function trailerCode(body: Buffer): number {
  let at = 0;
  while (at + 5 <= body.length && body[at] !== 0x80) at += 5 + body.readUInt32BE(at + 1);
  return Number(/grpc-status: *(\d+)/.exec(body.subarray(at + 5).toString())?.[1] ?? Number.NaN);
}

/** Why an answer can't be one to the call; undefined when it can. */
export function callComplaint(sent: Sent, answer: Answer): string | undefined {
  const code = codeOf(answer);
  if (code === undefined)
    return answer.status >= 400 && answer.status < 500
      ? undefined
      : `the status is ${answer.status}, without a code`;
  if (Number.isNaN(code)) return "the answer has no status";
  if (FAULTS.includes(code)) return `the code is ${Code[code]}`;
  const hasTimeout = sent.headers.some(
    ([name]) => name === "grpc-timeout" || name === "connect-timeout-ms",
  );
  return code === Code.DeadlineExceeded && !hasTimeout
    ? "a deadline passed that no caller set"
    : undefined;
}
