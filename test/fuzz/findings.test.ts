// What fuzzing has found, each as a fixed case.
import { expect, test } from "vitest";
import { useTarget } from "./target.ts";

const target = useTarget();

// Node answers it, and then nothing on that connection that is no HTTP, until the time for headers is over.
test("a request for another protocol is the last one of its connection", async () => {
  const { status, headers } = await target.check({ verb: "GET", target: "/nothing", headers: [["connection", "upgrade"], ["upgrade", "h2c"]] });
  expect({ status, connection: headers.get("connection") }).toEqual({ status: 404, connection: "close" });
});

// Node answers it with 417 by itself, past every shape and past the rule above.
test("a request that expects what nobody knows is a request like others", async () => {
  const { status, headers, body } = await target.check({ verb: "POST", target: "/user/login", headers: [["expect", "a miracle"], ["connection", "upgrade"], ["upgrade", "h2c"]] });
  expect({ status, connection: headers.get("connection"), body }).toEqual({ status: 400, connection: "close", body: '{"error":"Invalid input"}' });
});
