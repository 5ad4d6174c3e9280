// The log step: one line for every call. It owns which facts are told and must not know where they go.
import { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { actorOf } from "../domain/caller.ts";
import type { Step } from "./call.ts";

/** What is told of a call: never what it carries. */
export interface CallFacts {
  readonly requestId: string;
  readonly method: string;
  readonly caller: string;
  readonly address: string;
  readonly reason: string;
  readonly durationMs: number;
}

/** The reason of a failure; empty when it has none. */
export const reasonOf = (error: unknown): string => (error instanceof ConnectError ? (error.findDetails(ErrorInfoSchema)[0]?.reason ?? "") : "");

/** Tells every call's facts when it is over, and gives the caller the request's id. */
export const log =
  (tell: (facts: CallFacts) => void): Step =>
  async (call, next) => {
    call.arrival.setHeader("x-request-id", call.requestId);
    const told = (reason: string): void => {
      const { method } = call.endpoint;
      tell({ requestId: call.requestId, method: `${method.parent.typeName}/${method.name}`, caller: actorOf(call.caller), address: call.address, reason, durationMs: call.elapsed });
    };
    try {
      const answer = await next();
      told("");
      return answer;
    } catch (error) {
      told(reasonOf(error));
      throw error;
    }
  };
