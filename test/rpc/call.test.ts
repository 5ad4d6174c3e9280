// Services and the steps of their calls: what is not declared or not implemented stops the start.
import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import {
  EmptySchema,
  file_google_protobuf_empty,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { AccessSchema } from "../../gen/wire/v1/wire_pb.ts";
import { AuditService } from "../../gen/identity/v1/audit_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import {
  type IncomingCall,
  bind,
  type ServiceBinding,
  type Call,
  createRun,
  createRunStream,
  type Implementation,
  type Middleware,
} from "../../src/rpc/call.ts";

const method = UserService.method.signOut;

/** A service whose one method is declared with nothing. */
function bareService(): DescService {
  const empty = ".google.protobuf.Empty";
  const file = {
    name: "bare.proto",
    package: "bare",
    syntax: "proto3",
    dependency: ["google/protobuf/empty.proto"],
    service: [{ name: "Bare", method: [{ name: "Do", inputType: empty, outputType: empty }] }],
  };
  return createFileRegistry(
    create(FileDescriptorSetSchema, { file: [file_google_protobuf_empty.proto, file] }),
  ).getService("bare.Bare")!;
}

const signOutOnly = (signOut: (call: Call) => Promise<object>): ServiceBinding => {
  const [endpoint] = bind(
    UserService,
    new Proxy({} as Implementation<typeof UserService>, {
      get: () => (_: unknown, call: Call) => signOut(call),
    }),
  ).endpoints.filter((each) => each.method === method);
  return { service: UserService, endpoints: [endpoint!], streams: [] };
};

const arrival = (more: Partial<IncomingCall> = {}): IncomingCall => ({
  method,
  message: create(method.input),
  verb: "POST",
  path: "/",
  record: { id: "id", caller: "", usedMs: 0 },
  header: () => undefined,
  setHeader: () => undefined,
  address: "192.0.2.1",
  deadline: undefined,
  aborted: () => false,
  ...more,
});

test("a method whose callers are not declared stops the start, and is named", () => {
  expect(() => bind(bareService(), {})).toThrow("bare.Bare.Do does not declare who may call it");
});

test("a method without an implementation stops the start, and is named", () => {
  expect(() => bind(UserService, {} as Implementation<typeof UserService>)).toThrow(
    "identity.v1.UserService.CreateUser has no implementation",
  );
});

test("a call goes through the steps in their order, each around the next", async () => {
  const order: string[] = [];
  const step =
    (name: string): Middleware =>
    async (_, next) => {
      order.push(name);
      const answer = await next();
      order.push(`${name} again`);
      return answer;
    };
  const binding = signOutOnly(async () => {
    order.push("done");
    return {};
  });
  const run = createRun([binding], [step("one"), step("two")], () => 0);
  await run(arrival());
  expect(order).toEqual(["one", "two", "done", "two again", "one again"]);
});

test("a call knows when its client has gone, or will have", async () => {
  let now = 1000;
  const seen: boolean[] = [];
  const run = createRun(
    [signOutOnly(async (call) => (seen.push(call.expired()), {}))],
    [],
    () => now,
  );
  await run(arrival({ deadline: 1001 }));
  now = 1001;
  await run(arrival({ deadline: 1001 }));
  await run(arrival({ aborted: () => true }));
  await run(arrival());
  expect(seen).toEqual([false, true, true, false]);
  const soon = createRun(
    [signOutOnly(async (call) => (seen.push(call.expired(9), call.expired(10)), {}))],
    [],
    () => now,
  );
  await soon(arrival({ deadline: 1011 }));
  await soon(arrival());
  expect(seen.slice(4)).toEqual([false, true, false, false]);
});

test("a method that is not bound is not run", () => {
  const run = createRun([signOutOnly(async () => ({}))], [], () => 0);
  expect(() =>
    run(arrival({ method: UserService.method.getUser, message: create(EmptySchema) })),
  ).toThrow("GetUser is not bound");
});

test("a stream without time fails at once, and ends when its next message is made", async () => {
  const asked = Promise.withResolvers<void>();
  const ended: string[] = [];
  const exported = AuditService.method.exportAuditEvents;
  const stream = async function* () {
    try {
      await asked.promise;
      yield create(exported.output);
      ended.push("a second message was asked for");
    } finally {
      ended.push("end");
    }
  };
  const late: Middleware = (_, next) => {
    void next();
    return Promise.reject(new Error("late"));
  };
  const run = createRunStream(
    [
      {
        service: AuditService,
        endpoints: [],
        streams: [{ method: exported, api: "identity", access: create(AccessSchema), stream }],
      },
    ],
    [late],
    () => 0,
  );
  await expect(run(arrival({ method: exported })).next()).rejects.toThrow("late");
  expect(ended).toEqual([]);
  asked.resolve();
  await new Promise(setImmediate);
  expect(ended).toEqual(["end"]);
});
