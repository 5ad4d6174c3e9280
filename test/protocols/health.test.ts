// The standard health service, as a load balancer asks it.
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../gen/grpc/health/v1/health_pb.ts";
import { openWays, WAYS, type Way, type Ways } from "../clients/ways.ts";
import { useServer } from "../use-server.ts";

const used = useServer();
let ways: Ways;

beforeAll(() => {
  ways = openWays(used.url);
});
afterAll(() => ways.close());

const isStreaming = (way: Way): boolean => way !== "REST";

describe.each(WAYS.filter(isStreaming))("over %s", (way) => {
  const health = () => createClient(Health, ways.transports[way]);

  test("Check", async () => {
    for (const service of ["", "identity.v1.UserService", "identity.v1.AuditService"])
      expect((await health().check({ service })).status).toBe(Status.SERVING);
    // No reason of ours fits, so there is no ErrorInfo.
    const error = await health()
      .check({ service: "no.Service" })
      .catch((thrown: unknown) => ConnectError.from(thrown));
    expect(error).toBeInstanceOf(ConnectError);
    const { code, details } = error as ConnectError;
    expect({ code, details }).toEqual({ code: Code.NotFound, details: [] });
  });

  test("List", async () => {
    const { statuses } = await health().list({});
    expect(
      Object.fromEntries(Object.entries(statuses).map(([name, { status }]) => [name, status])),
    ).toMatchObject({ "": Status.SERVING, "identity.v1.UserService": Status.SERVING });
  });

  test.each([61_000, 99_999_999])("Watch has a deadline after %i ms", async (timeoutMs) => {
    const ending = new AbortController();
    const { signal } = ending;
    const watching = health().watch({}, { signal, timeoutMs })[Symbol.asyncIterator]();
    expect(await watching.next()).toMatchObject({ value: { status: Status.SERVING } });
    ending.abort();
    await watching.next().catch(() => undefined);
  });

  test("Watch says at once how it is", async () => {
    for (const [service, status] of [
      ["", Status.SERVING],
      ["no.Service", Status.SERVICE_UNKNOWN],
    ] as const) {
      const controller = new AbortController();
      const seen: Status[] = [];
      const watching = (async () => {
        for await (const answer of health().watch({ service }, { signal: controller.signal })) {
          seen.push(answer.status);
          controller.abort();
        }
      })();
      await watching.catch(() => undefined);
      expect(seen).toEqual([status]);
    }
  });
});
