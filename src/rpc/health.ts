import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HealthCheckRequest } from "../../gen/grpc/health/v1/health_pb.ts";
import {
  Health,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Status,
  HealthListResponseSchema,
} from "../../gen/grpc/health/v1/health_pb.ts";
import type { Run } from "./call.ts";

/** Whether the server takes calls, and the streams that watch it. */
export class Readiness {
  #open = false;
  #writable = true;
  readonly #watchers = new Set<() => void>();

  get serving(): boolean {
    return this.#open && this.#writable;
  }

  /** Sets whether the process takes calls: not before it is built, and not while it drains. */
  set(open: boolean): void {
    this.#change(() => (this.#open = open));
  }

  /** Sets whether the database can be written. */
  setWritable(writable: boolean): void {
    this.#change(() => (this.#writable = writable));
  }

  #change(apply: () => void): void {
    const before = this.serving;
    apply();
    if (this.serving !== before) for (const wake of this.#watchers) wake();
  }

  /** Resolves at the next change, or when the watching client has gone. */
  async changed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#watchers.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    this.#watchers.delete(resolve);
  }
}

/** Serves Check, List and Watch for the services; the empty name is all of them. */
export function health(readiness: Readiness, services: readonly string[]) {
  const names = ["", ...services];
  const status = (): { status: Status } => ({
    status: readiness.serving ? Status.SERVING : Status.NOT_SERVING,
  });
  return {
    check: ({ service }: HealthCheckRequest) => {
      if (!names.includes(service))
        throw new ConnectError("there is no such service", Code.NotFound);
      return status();
    },
    list: () => ({ statuses: Object.fromEntries(names.map((name) => [name, status()])) }),
    async *watch({ service }: HealthCheckRequest, { signal }: { signal: AbortSignal }) {
      while (!signal.aborted) {
        yield names.includes(service) ? status() : { status: Status.SERVICE_UNKNOWN };
        await readiness.changed(signal);
      }
    },
  };
}

/** Runs Check and List without middleware: load balancers call them every second. */
export function createHealthRun(readiness: Readiness, services: readonly string[]): Run {
  const { check, list } = health(readiness, services);
  return async ({ method, message }) =>
    method === Health.method.list
      ? create(HealthListResponseSchema, list())
      : create(HealthCheckResponseSchema, check(message as HealthCheckRequest));
}
