// The operations of an RPC method in telemetry, one for each protocol.
import type { HttpRequest, Operation } from "../types.ts";

/** The operations of one method. */
export type RpcOperations = Readonly<Record<"grpc" | "grpc-web" | "connect", Operation>>;

/** Makes the operations of a method, `package.Service/Method`. */
export const rpcOperations = (method: string): RpcOperations => ({
  grpc: { protocol: "grpc", method, route: "" },
  "grpc-web": { protocol: "grpc-web", method, route: "" },
  connect: { protocol: "connect", method, route: "" },
});

/** Returns the protocol that a request names, also where its Content-Type is not quite right. */
export function protocolName({ headers }: HttpRequest): keyof RpcOperations {
  const type = headers["content-type"] ?? "";
  if (type === "application/grpc" || type === "application/grpc+proto") return "grpc";
  if (!/^application\/grpc/i.test(type)) return "connect";
  return /^application\/grpc-web/i.test(type) ? "grpc-web" : "grpc";
}
